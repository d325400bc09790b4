import { existsSync } from "node:fs";
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
