import { spawnSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record, shellPane, startHost, type HostProcess } from "../support/host-process.ts";

const SLOW = process.env["IA_TMUX_SLOW"] === "1";
const RUNS = SLOW ? 350 : 40;

let host: HostProcess;
beforeAll(async () => {
  host = await startHost();
});
afterAll(() => host.dispose());

describe("the last output of a pane", () => {
  it.each([4_095, 10_000, 200_000])(
    "arrives whole when a program prints %i bytes and ends at once",
    { timeout: 120_000 },
    async (size) => {
      const link = await host.link();
      const seen = record(link, { text: false });
      let ends = "";
      link.onOutput((_, __, bytes) => {
        ends = (ends + Buffer.from(bytes.subarray(-3)).toString("latin1")).slice(-3);
      });
      for (let run = 0; run < RUNS; run += 1) {
        const pane = shellPane(`head -c ${size} /dev/zero | tr '\\0' x; printf END`, { logBytesMax: 0 });
        await link.spawn(pane);
        await seen.exited(pane.paneId);
        expect(seen.of(pane.paneId).bytes).toBe(size + 3);
        expect(ends).toBe("END");
        link.forget(pane.paneId);
      }
      link.stop();
    },
  );

  it("is kept when the program ends while its pane is stopped for want of acks", async () => {
    const link = await host.link();
    const seen = record(link, { acks: false, text: false });
    const sizes = Array.from({ length: SLOW ? 80 : 16 }, (_, run) => 66_000 + (run % 16) * 250);
    const panes = sizes.map((size) =>
      shellPane(`head -c ${size} /dev/zero | tr '\\0' x`, { logBytesMax: 0 }),
    );
    const pids: number[] = [];
    for (const pane of panes) pids.push((await link.spawn(pane)).pid);
    while (pids.some((pid) => existsSync(`/proc/${pid}`)))
      await new Promise((resolve) => setTimeout(resolve, 10));
    link.onOutput((paneId, _, bytes) => link.ack(paneId, bytes.length));
    for (const [index, { paneId }] of panes.entries()) {
      link.ack(paneId, seen.of(paneId).bytes);
      await seen.exited(paneId);
      expect(seen.of(paneId).bytes).toBe(sizes[index]);
      link.forget(paneId);
    }
    link.stop();
  });

  it("waits in the ring for the next server", async () => {
    const link = await host.link();
    const seen = record(link, { acks: false, text: false });
    const size = 200_000;
    const panes = Array.from({ length: SLOW ? 40 : 10 }, () =>
      shellPane(`head -c ${size} /dev/zero | tr '\\0' x; printf END`, { logBytesMax: 0 }),
    );
    for (const pane of panes) await link.spawn(pane);
    // Each stops at its window; the host lets it run on after three silent seconds.
    await seen.until((of) => panes.every((pane) => of(pane.paneId).bytes >= 64 * 1024));
    await ended(panes.map((pane) => pane.paneId));
    link.stop();

    const again = await host.link();
    const rest = record(again, { text: false });
    for (const { paneId } of panes) again.resume(paneId, seen.of(paneId).bytes);
    for (const { paneId } of panes) {
      await rest.exited(paneId);
      expect(seen.of(paneId).bytes + rest.of(paneId).bytes).toBe(size + 3);
      expect(rest.of(paneId).exit).toEqual({ exitCode: 0, signal: 0 });
      again.forget(paneId);
    }
    again.stop();

    async function ended(paneIds: string[]): Promise<void> {
      // Its list of panes is how the host says that a program has ended whose output nobody takes.
      for (;;) {
        const list = await host.link();
        const running = list.panes.filter(
          (pane) => paneIds.includes(pane.id) && pane.state.kind === "running",
        );
        list.stop();
        if (running.length === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  });
});

describe("the end of a pane", () => {
  it("is told when its last output is in the log: who is told starts the next program above it", async () => {
    const link = await host.link();
    const logNames = new Map<string, string>();
    const logged = new Map<string, string>();
    link.onExit((paneId) => {
      const logName = logNames.get(paneId);
      const segments = readdirSync(host.logDirectory).filter(
        (name) => name.startsWith(`${logName}.`) && name.endsWith(".raw"),
      );
      logged.set(
        paneId,
        segments
          .map((name) => readFileSync(join(host.logDirectory, name), "latin1"))
          .join("")
          .slice(-3),
      );
    });
    const seen = record(link, { text: false });
    // More at once than there are threads that write.
    const panes = Array.from({ length: 12 }, () =>
      shellPane("head -c 30000 /dev/zero; sleep 0.2; printf END"),
    );
    for (const pane of panes) logNames.set(pane.paneId, (await link.spawn(pane)).logName);
    await Promise.all(panes.map((pane) => seen.exited(pane.paneId)));
    expect([...logged.values()]).toEqual(panes.map(() => "END"));
    link.stop();
  });

  it("is told all the same when the disk hangs", async () => {
    const link = await host.link();
    const seen = record(link);
    // A pipe that nobody reads takes some of it, as a disk that hangs.
    const pipe = join(host.logDirectory, "hangs.0000000000000000.raw");
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    const reader = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      const pane = shellPane("head -c 300000 /dev/zero; printf END", { log: { name: "hangs", offset: 0 } });
      await link.spawn(pane);
      await seen.exited(pane.paneId);
      expect(seen.of(pane.paneId).text.slice(-3)).toBe("END");
      expect(seen.of(pane.paneId).exit).toEqual({ exitCode: 0, signal: 0 });
    } finally {
      closeSync(reader);
    }
    link.stop();
  });
});
