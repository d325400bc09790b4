import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import { encodeFrame } from "../../src/protocol/host-frames.ts";
import { connectHost } from "../../src/server/host-connect.ts";
import { openRawLog } from "../../src/server/raw-log.ts";
import { eventually } from "../support/eventually.ts";
import {
  bundleEntry,
  record,
  shellPane,
  startHost,
  testClock,
  type HostProcess,
} from "../support/host-process.ts";

const KILLS = process.env["IA_TMUX_SLOW"] === "1" ? 100 : 12;

let host: HostProcess;
let scratch: string;
beforeAll(async () => {
  host = await startHost();
  scratch = mkdtempSync(join(tmpdir(), "ia-link-test-"));
});
afterAll(async () => {
  await host.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

describe("the link to the PTY host", () => {
  it("loses no line when the server is killed again and again under a flood", {
    timeout: 120_000,
  }, async () => {
    const bundle = await bundleEntry("test/support/crashing-server.ts");
    const file = join(scratch, "output");
    const stop = join(scratch, "stop");
    const pane = shellPane(
      `i=0; while [ ! -e ${stop} ]; do i=$((i+1)); echo "line $i"; [ $((i % 5000)) = 0 ] && sleep 0.01; done; echo total $i`,
      { logBytesMax: 512 * 1024 * 1024 },
    );
    const first = await host.link();
    const { pid, logName } = await first.spawn(pane);
    first.stop();

    let server = run();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = sizeOf(file);
      await fact(() => sizeOf(file) > before + 20_000);
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGKILL");
      await ended;
      server = run();
    }
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    const ended = new Promise((resolve) => server.once("exit", resolve));
    spawn("touch", [stop]);
    expect(await ended).toBe(0);

    const output = readFileSync(file);
    // More than a ring may have come while no server lived; that much the raw log has to have.
    const log = await openRawLog(host.logDirectory, logName);
    for (const line of existsSync(`${file}.lost`)
      ? readFileSync(`${file}.lost`, "utf8").trim().split("\n")
      : []) {
      const lost = JSON.parse(line) as { offset: number; missingBytes: number };
      for (let at = lost.offset; at < lost.offset + lost.missingBytes; ) {
        const piece = await log.read(at, lost.offset + lost.missingBytes - at);
        expect(piece.offset).toBe(at);
        output.set(piece.bytes, at);
        at += piece.bytes.length;
      }
    }
    const lines = output.toString("latin1").trim().split("\r\n");
    const total = Number(/^total (\d+)$/.exec(lines.pop() ?? "")?.[1]);
    expect(lines.length).toBe(total);
    expect(lines.findIndex((line, index) => line !== `line ${index + 1}`)).toBe(-1);

    function run() {
      return spawn(process.execPath, [bundle, host.socketPath, pane.paneId, file], { stdio: "inherit" });
    }
  });

  it("lists every pane with its size, bytes, exit and meta when it comes up", async () => {
    const link = await host.link();
    const seen = record(link);
    const running = shellPane("printf 12345; read line", { meta: '{"role":"worker"}', cols: 90, rows: 30 });
    const over = shellPane("printf 123; exit 3");
    await link.spawn(running);
    await link.spawn(over);
    link.resize(running.paneId, 91, 31);
    await seen.exited(over.paneId);
    await seen.until((of) => of(running.paneId).bytes === 5 && of(running.paneId).events.length === 2);
    link.stop();

    const again = await host.link();
    const byId = new Map(again.panes.map((pane) => [pane.id, pane]));
    expect(byId.get(running.paneId)).toMatchObject({
      cols: 91,
      rows: 31,
      state: { kind: "running" },
      totalBytes: 5,
      oldestOffset: 0,
      meta: '{"role":"worker"}',
    });
    expect(byId.get(over.paneId)).toMatchObject({
      state: { kind: "exited", exitCode: 3, signal: 0 },
      totalBytes: 3,
    });
    const rest = record(again);
    again.resume(over.paneId, 1);
    await rest.exited(over.paneId);
    expect(rest.of(over.paneId)).toMatchObject({ text: "23", exit: { exitCode: 3, signal: 0 } });
    again.close(running.paneId);
    again.forget(over.paneId);
    again.stop();
    const third = await host.link();
    expect(third.panes.some((pane) => pane.id === over.paneId)).toBe(false);
    third.stop();
  });

  it("replays sizes at the bytes they were for", async () => {
    const link = await host.link();
    const seen = record(link);
    const pane = shellPane("stty -echo; printf aaaa; read x; printf bbbb; read x; printf cccc; read x");
    await link.spawn(pane);
    await seen.until((of) => of(pane.paneId).bytes === 4);
    link.resize(pane.paneId, 100, 30);
    link.send(pane.paneId, Buffer.from("\n"));
    await seen.until((of) => of(pane.paneId).bytes === 8);
    link.resize(pane.paneId, 100, 30);
    link.resize(pane.paneId, 60, 20);
    link.resize(pane.paneId, 61, 20);
    link.send(pane.paneId, Buffer.from("\n"));
    await seen.until((of) => of(pane.paneId).bytes === 12);
    expect(seen.of(pane.paneId).events).toEqual([
      "bytes 0-4",
      "size 100x30 at 4",
      "bytes 4-8",
      "size 60x20 at 8",
      "size 61x20 at 8",
      "bytes 8-12",
    ]);
    link.stop();

    const again = await host.link();
    const replay = record(again);
    again.resume(pane.paneId, 0);
    await replay.until((of) => of(pane.paneId).bytes === 12);
    expect(replay.of(pane.paneId).events).toEqual([
      "size 80x24 at 0",
      "bytes 0-4",
      "size 100x30 at 4",
      "bytes 4-8",
      "size 60x20 at 8",
      "size 61x20 at 8",
      "bytes 8-12",
    ]);
    replay.of(pane.paneId).events.length = 0;
    again.resume(pane.paneId, 6);
    await replay.until((of) => of(pane.paneId).events.at(-1) === "bytes 8-12");
    expect(replay.of(pane.paneId).events[0]).toBe("size 100x30 at 6");
    again.close(pane.paneId);
    await replay.exited(pane.paneId);
    again.stop();
  });

  it("says what has left the ring while no server lived, and the raw log has it", async () => {
    const link = await host.link();
    const pane = shellPane(
      "read line; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); echo $i; done; echo end; read line",
    );
    const { logName } = await link.spawn(pane);
    link.send(pane.paneId, Buffer.from("\n"));
    link.stop();
    const numbers = Array.from({ length: 200_000 }, (_, index) => index + 1);
    // The first line is what was typed.
    const total = ["", ...numbers, "end", ""].join("\r\n").length;
    await eventually("all is printed", async () => {
      const look = await host.link();
      look.stop();
      return look.panes.find(({ id }) => id === pane.paneId)?.totalBytes === total;
    });

    const again = await host.link();
    const seen = record(again);
    again.resume(pane.paneId, 10);
    await seen.until((of) => of(pane.paneId).text.endsWith("end\r\n"));
    const missing = total - 1024 * 1024 - 10;
    expect(seen.of(pane.paneId).events[0]).toBe(`lost ${missing} at 10`);
    const log = await openRawLog(host.logDirectory, logName);
    let before = "";
    for (let at = 0; at < missing + 10; ) {
      const piece = await log.read(at, Math.min(100_000, missing + 10 - at));
      expect(piece.offset).toBe(at);
      before += Buffer.from(piece.bytes).toString("latin1");
      at += piece.bytes.length;
    }
    const lines = (before + seen.of(pane.paneId).text).split("\r\n").slice(1, -2);
    expect(lines.length).toBe(200_000);
    expect(lines.findIndex((line, index) => line !== `${index + 1}`)).toBe(-1);
    again.close(pane.paneId);
    await seen.exited(pane.paneId);
    again.stop();
  });

  it("goes on with the log of an earlier program, and counts from where it is told", async () => {
    const link = await host.link();
    const seen = record(link);
    const pane = shellPane("printf first", { logBytesMax: 100_000 });
    const { logName } = await link.spawn(pane);
    await seen.exited(pane.paneId);
    await eventually("the log has it", async () => (await openRawLog(host.logDirectory, logName)).end === 5);
    link.forget(pane.paneId);

    const next = { ...shellPane("printf second; read line"), paneId: pane.paneId };
    const again = await link.spawn({ ...next, log: { name: logName, offset: 1_000 } });
    expect(again.logName).toBe(logName);
    await seen.until((of) => of(pane.paneId).text.includes("second"));
    expect(seen.of(pane.paneId).events.at(-1)).toBe("bytes 1000-1006");
    await eventually(
      "the log has both",
      async () => (await openRawLog(host.logDirectory, logName)).end === 1_006,
    );
    const log = await openRawLog(host.logDirectory, logName);
    expect(log.start).toBe(0);
    expect(log.sizes.map(({ offset }) => offset)).toEqual([0, 1_000]);
    expect(Buffer.from((await log.read(5, 100)).bytes).toString()).toBe("second");
    const looking = await host.link();
    expect(looking.panes.find(({ id }) => id === pane.paneId)).toMatchObject({
      oldestOffset: 1_000,
      totalBytes: 1_006,
    });
    const replay = record(looking);
    expect(await looking.resume(pane.paneId, 0)).toBe(1_000);
    await replay.until((of) => of(pane.paneId).text === "second");
    looking.close(pane.paneId);
    await replay.exited(pane.paneId);
    looking.stop();
  });

  it("goes down once, with every open promise rejected, when another server takes the host", async () => {
    const link = await host.link();
    const pane = shellPane("stty raw -echo; sleep 60");
    await link.spawn(pane);
    let downs = 0;
    link.onDown(() => {
      downs += 1;
    });
    const stuck = expect(link.write(pane.paneId, Buffer.alloc(900_000))).rejects.toMatchObject({
      code: "failed",
      message: "The PTY host is gone.",
    });
    const next = await host.link();
    await stuck;
    await expect(link.write(pane.paneId, Buffer.from("x"))).rejects.toMatchObject({ code: "failed" });
    link.send(pane.paneId, Buffer.from("x"));
    expect(downs).toBe(1);
    next.close(pane.paneId);
    next.stop();
  });

  it("refuses a silent, a strange and an absent host with an error that says so", async () => {
    const options = { clock: testClock, log: silentLogger };
    await expect(connectHost(join(scratch, "nobody"), options)).rejects.toMatchObject({
      code: "server-unreachable",
    });
    const path = join(scratch, "strange");
    const strange = createServer((socket) => {
      socket.on("error", () => {});
      socket.write(encodeFrame({ kind: "hello", hello: { version: 999, hostPid: 1, panes: [] } }));
    });
    await new Promise<void>((resolve) => strange.listen(path, resolve));
    await expect(connectHost(path, options)).rejects.toMatchObject({ code: "protocol-mismatch" });
    strange.close();
  });

  it("keeps a bounded amount of input for a host that has been stopped, and goes on when it does", async () => {
    const link = await host.link();
    const seen = record(link);
    const pane = shellPane("stty raw -echo; echo ready; exec cat > /dev/null");
    await link.spawn(pane);
    await seen.until((of) => of(pane.paneId).text.includes("ready"));
    host.child.kill("SIGSTOP");
    const writes = Array.from({ length: 40 }, () =>
      link.write(pane.paneId, new Uint8Array(500_000)).then(
        () => "written",
        (thrown) => String((thrown as Error).message),
      ),
    );
    host.child.kill("SIGCONT");
    const outcomes = await Promise.all(writes);
    expect(outcomes[0]).toBe("written");
    expect(outcomes.at(-1)).toContain("too much waits");
    await link.write(pane.paneId, Buffer.from("x"));
    link.close(pane.paneId);
    link.stop();
  });

  it("has its last orders obeyed, though its successor comes at once", async () => {
    for (let run = 0; run < 30; run += 1) {
      const link = await host.link();
      const pane = shellPane("read line", { logBytesMax: 0 });
      await link.spawn(pane);
      host.child.kill("SIGSTOP");
      link.send(pane.paneId, Buffer.from("\n"));
      link.stop();
      const successor = host.link();
      await new Promise((resolve) => setTimeout(resolve, 5));
      host.child.kill("SIGCONT");
      const next = await successor;
      const seen = record(next);
      next.resume(pane.paneId, 0);
      await seen.exited(pane.paneId);
      next.forget(pane.paneId);
      next.stop();
    }
  });

  it("survives a listener that throws", async () => {
    const link = await host.link();
    link.onOutput(() => {
      throw new Error("listener");
    });
    const seen = record(link);
    const pane = shellPane("echo one");
    await link.spawn(pane);
    await seen.exited(pane.paneId);
    expect(seen.of(pane.paneId).text).toBe("one\r\n");
    link.stop();
  });
});

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

async function fact(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
