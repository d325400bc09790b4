import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { cpuTimeOf } from "../support/cpu-time.ts";
import { record, shellPane, startHost, type HostProcess } from "../support/host-process.ts";

let host: HostProcess;
let scratch: string;
beforeAll(async () => {
  host = await startHost();
  scratch = mkdtempSync(join(tmpdir(), "ia-host-test-"));
});
afterAll(async () => {
  await host.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

describe("a pane of the PTY host", () => {
  it("holds no descriptor of the host or of another pane, also after closed panes have left holes", async () => {
    const link = await host.link();
    const seen = record(link);
    const sleepers = Array.from({ length: 12 }, () => shellPane("exec sleep 60"));
    for (const pane of sleepers) await link.spawn(pane);
    const closed = sleepers.filter((_, index) => index % 2 === 0);
    for (const pane of closed) link.close(pane.paneId);
    for (const pane of closed) await seen.exited(pane.paneId);

    for (let round = 0; round < 6; round += 1) {
      const pane = shellPane("readlink /proc/self/fd/*; echo END");
      await link.spawn(pane);
      await seen.exited(pane.paneId);
      const targets = seen.of(pane.paneId).text.split("\r\n").slice(0, -2);
      expect(targets.filter((target) => !/^\/dev\/pts\/\d+$/.test(target))).toEqual([]);
      expect(new Set(targets).size).toBe(1);
    }
    for (const pane of sleepers) link.close(pane.paneId);
    for (const pane of sleepers) await seen.exited(pane.paneId);
    link.stop();
  });

  it("gets the environment, directory, size and file mask it was asked for, and nothing of the host's", async () => {
    const link = await host.link();
    const seen = record(link);
    const pane = shellPane("env; pwd; stty size; umask", {
      env: { PATH: "/usr/bin:/bin", TERM: "vt100", ONLY: "this" },
      cwd: scratch,
      cols: 101,
      rows: 33,
      umask: 0o027,
    });
    await link.spawn(pane);
    await seen.exited(pane.paneId);
    const lines = seen.of(pane.paneId).text.trim().split("\r\n");
    expect(lines.slice(-3)).toEqual([scratch, "33 101", "0027"]);
    const names = lines.slice(0, -3).map((line) => line.split("=")[0]);
    expect(names.filter((name) => name !== "_" && name !== "OLDPWD").sort()).toEqual([
      "ONLY",
      "PATH",
      "PWD",
      "TERM",
    ]);
    link.stop();
  });

  it("forgets what it is told to, on disk and for the next server, and goes on with what comes", async () => {
    const link = await host.link();
    const seen = record(link);
    const pane = shellPane("echo my-secret; read line; echo after; exec sleep 60");
    const { logName } = await link.spawn(pane);
    await seen.until((of) => of(pane.paneId).text.includes("my-secret\r\n"));
    const onDisk = () =>
      readdirSync(host.logDirectory)
        .filter((name) => name.startsWith(logName) && name.endsWith(".raw"))
        .map((name) => readFileSync(join(host.logDirectory, name), "latin1"))
        .join("");
    await fact(() => onDisk().includes("my-secret"));
    const offset = seen.of(pane.paneId).bytes;
    await link.clear(pane.paneId, offset);
    expect(onDisk()).toBe("");
    await link.write(pane.paneId, Buffer.from("\n"));
    await seen.until((of) => of(pane.paneId).text.includes("after"));
    await fact(() => onDisk().includes("after"));
    await expect(link.clear("%none", 0)).rejects.toMatchObject({ code: "failed" });
    link.stop();

    const next = await host.link();
    const again = record(next);
    void next.resume(pane.paneId, 0);
    await again.until((of) => of(pane.paneId).text.includes("after"));
    expect(again.of(pane.paneId).text).not.toContain("my-secret");
    expect(again.of(pane.paneId).events).toContain(`lost ${offset} at 0`);
    next.close(pane.paneId);
    await again.exited(pane.paneId);
    next.stop();
  });

  it("stays untouched by orders for one that has ended, even when it has taken over its descriptor", async () => {
    const link = await host.link();
    const seen = record(link);
    const first = shellPane("exit 7");
    await link.spawn(first);
    await seen.exited(first.paneId);
    const second = shellPane("stty -echo; echo ready; read line; echo got:$line; stty size");
    await link.spawn(second);
    await seen.until((of) => of(second.paneId).text.includes("ready"));

    link.resize(first.paneId, 33, 11);
    link.signal(first.paneId, "SIGKILL");
    link.close(first.paneId);
    link.send(first.paneId, Buffer.from("wrong\n"));
    await expect(link.write(first.paneId, Buffer.from("wrong\n"))).rejects.toMatchObject({ code: "failed" });
    await link.write(second.paneId, Buffer.from("right\n"));
    await seen.exited(second.paneId);
    expect(seen.of(first.paneId).exit).toEqual({ exitCode: 7, signal: 0 });
    expect(seen.of(second.paneId).exit).toEqual({ exitCode: 0, signal: 0 });
    expect(seen.of(second.paneId).text).toContain("got:right\r\n24 80");
    link.stop();
  });

  it("reads a megabyte whole though it begins late, at next to no cost for the host", async () => {
    const link = await host.link();
    const seen = record(link);
    const target = join(scratch, "input");
    const gate = join(scratch, "begin");
    const waits = `until [ -e ${gate} ]; do sleep 0.02; done`;
    const pane = shellPane(`stty raw -echo; echo ready; ${waits}; head -c 1000000 > ${target}; echo done`);
    await link.spawn(pane);
    await seen.until((of) => of(pane.paneId).text.includes("ready"));
    const input = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => (index * 7) % 251));
    const before = cpuTimeOf(host.child.pid as number);
    const written = link.write(pane.paneId, input);
    // The queue is bounded: what does not fit is refused whole, and what was taken stays intact.
    await expect(link.write(pane.paneId, Buffer.alloc(100_000))).rejects.toMatchObject({
      code: "failed",
      details: { reason: "queue-full" },
    });
    writeFileSync(gate, "");
    await written;
    await seen.until((of) => of(pane.paneId).text.includes("done"));
    expect(cpuTimeOf(host.child.pid as number) - before).toBeLessThan(1_000);
    expect(readFileSync(target).equals(input)).toBe(true);
    await seen.exited(pane.paneId);
    link.stop();
  });

  it("goes on while a connected server does not ack, and the server hears how much it missed", async () => {
    const link = await host.link();
    const seen = record(link, { acks: false, text: false });
    const marker = join(scratch, "unblocked");
    const pane = shellPane(`head -c 3000000 /dev/zero | tr '\\0' x; touch ${marker}; read line`);
    await link.spawn(pane);
    await seen.until((of) => of(pane.paneId).bytes >= 64 * 1024);
    await fact(() => existsSync(marker));
    // All of it was printed, and no more than was on its way at the end of the window was sent.
    const window = seen.of(pane.paneId).bytes;
    expect(window).toBeLessThan(160 * 1024);

    link.onOutput((paneId, _, bytes) => link.ack(paneId, bytes.length));
    link.ack(pane.paneId, window);
    await seen.until((of) => of(pane.paneId).events.at(-1)?.endsWith("-3000000") === true);
    const kept = 1024 * 1024;
    expect(seen.of(pane.paneId).events).toEqual([
      `bytes 0-${window}`,
      `lost ${3_000_000 - kept - window} at ${window}`,
      `size 80x24 at ${3_000_000 - kept}`,
      `bytes ${3_000_000 - kept}-3000000`,
    ]);
    link.close(pane.paneId);
    await seen.exited(pane.paneId);
    link.stop();
  });

  it("tells that its program does not exist as output and status, and is refused when the request makes no sense", async () => {
    const link = await host.link();
    const seen = record(link);
    const pane = shellPane("", { file: "no-such-program" });
    await link.spawn(pane);
    await seen.exited(pane.paneId);
    expect(seen.of(pane.paneId).exit?.exitCode).toBe(1);
    expect(seen.of(pane.paneId).text).toContain("execvp");
    for (const wrong of [
      shellPane("", { cols: 0 }),
      shellPane("", { cwd: "relative" }),
      shellPane("", { args: ["a\0b"] }),
      shellPane("", { env: { "A=B": "" } }),
      shellPane("", { paneId: "../../etc" }),
    ])
      await expect(link.spawn(wrong)).rejects.toMatchObject({ code: "failed" });
    link.stop();
  });
});

describe("the PTY host", () => {
  it("starts a pane anew under the name of one that has ended, not of one that runs", async () => {
    const link = await host.link();
    const seen = record(link);
    const first = shellPane("echo first");
    await link.spawn(first);
    await seen.exited(first.paneId);
    await link.spawn({ ...first, args: ["-c", "echo second; read line"] });
    await seen.until((of) => of(first.paneId).text.includes("second"));
    await expect(link.spawn(first)).rejects.toThrow(/running already/);
    link.stop();
    const again = await host.link();
    expect(again.panes.filter((pane) => pane.id === first.paneId)).toMatchObject([
      { state: { kind: "running" } },
    ]);
    again.close(first.paneId);
    again.stop();
  });

  it("has as many open descriptors after many panes as before", async () => {
    const own = await startHost();
    const link = await own.link();
    const seen = record(link);
    const count = (): number => readdirSync(`/proc/${own.child.pid}/fd`).length;
    const before = count();
    for (let run = 0; run < 60; run += 1) {
      const pane = shellPane("echo hello");
      await link.spawn(pane);
      await seen.exited(pane.paneId);
      link.forget(pane.paneId);
    }
    await fact(() => count() <= before);
    await own.dispose();
  });

  it("is kept by nobody when it was forgotten as it was being ended", async () => {
    const link = await host.link();
    const panes = Array.from({ length: 3 }, () => shellPane("exec sleep 60"));
    const ids = panes.map((pane) => pane.paneId);
    for (const pane of panes) await link.spawn(pane);
    for (const id of ids) {
      link.close(id);
      link.forget(id);
    }
    link.stop();
    await eventually("the host has none of them", async () => {
      const again = await host.link();
      again.stop();
      return !again.panes.some((pane) => ids.includes(pane.id));
    });
  });

  it("says that it could not forget what a pane printed, and goes on", async () => {
    const link = await host.link();
    const seen = record(link);
    const pane = shellPane("echo hello; read line; echo later");
    const { logName } = await link.spawn(pane);
    await seen.until((of) => of(pane.paneId).text.includes("hello"));
    // Nothing that can be removed as a file, as on a disk that is only read by now.
    const marks = join(host.logDirectory, `${logName}.marks`);
    rmSync(marks);
    mkdirSync(marks);
    await expect(link.clear(pane.paneId, seen.of(pane.paneId).bytes)).rejects.toThrow("has ended");
    link.send(pane.paneId, Buffer.from("\n"));
    await seen.exited(pane.paneId);
    expect(seen.of(pane.paneId).text).toContain("later");
    rmSync(marks, { recursive: true });
    link.stop();
  });

  it("keeps its socket and logs to its user", async () => {
    const link = await host.link();
    const pane = shellPane("echo hello");
    const seen = record(link);
    await link.spawn(pane);
    await seen.exited(pane.paneId);
    expect(statSync(host.socketPath).mode & 0o777).toBe(0o600);
    expect(statSync(host.logDirectory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(host.logDirectory))
      expect(statSync(join(host.logDirectory, name)).mode & 0o777).toBe(0o600);
    link.stop();
  });

  it("drops a connection that talks nonsense and goes on serving", async () => {
    for (const nonsense of [Buffer.alloc(9, 0xff), Buffer.from("GET / HTTP/1.1\r\n\r\n")]) {
      await new Promise<void>((resolve) => {
        const socket = connect(host.socketPath, () => socket.write(nonsense));
        socket.on("error", () => {});
        socket.on("close", () => resolve());
        socket.resume();
      });
    }
    const link = await host.link();
    expect(link.hostPid).toBe(host.child.pid);
    link.stop();
  });

  it("keeps the descriptor it was started with, so that a lock on it holds as long as the host lives", async () => {
    const link = await host.link();
    expect(readlinkSync(`/proc/${host.child.pid}/fd/3`)).toBe(host.lockPath);
    link.stop();
  });

  it("survives the signals of a terminal that goes away", async () => {
    const link = await host.link();
    const seen = record(link);
    for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT"] as const) host.child.kill(signal);
    const pane = shellPane("echo alive");
    await link.spawn(pane);
    await seen.exited(pane.paneId);
    expect(seen.of(pane.paneId).text).toContain("alive");
    link.stop();
  });

  it("refuses a socket path that the kernel would cut short", async () => {
    const { spawnSync } = await import("node:child_process");
    const { bundleEntry } = await import("../support/host-process.ts");
    const bundle = await bundleEntry("src/host/main.ts");
    const run = spawnSync(process.execPath, [
      bundle,
      "--socket",
      `/tmp/${"x".repeat(100)}`,
      "--log-dir",
      scratch,
    ]);
    expect(run.status).toBe(73);
    expect(String(run.stderr)).toContain("longer than 103 bytes");
  });
});

async function fact(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
