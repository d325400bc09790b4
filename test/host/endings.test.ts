import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record, shellPane, startHost, type HostProcess } from "../support/host-process.ts";

let host: HostProcess;
beforeAll(async () => {
  host = await startHost();
});
afterAll(() => host.dispose());

describe("a pane", () => {
  it("is ended with its whole group, also when it ignores the polite signals", async () => {
    const link = await host.link();
    const seen = record(link);
    const stubborn = shellPane("trap '' HUP TERM; sleep 300 & echo ready $!; while :; do sleep 300; done");
    // A job-control shell puts the program in front into a group of its own.
    const shell = shellPane("", { file: "/bin/bash", args: ["--norc", "-i"] });
    await link.spawn(stubborn);
    await link.spawn(shell);
    link.send(
      shell.paneId,
      Buffer.from("sh -c 'trap \"\" HUP TERM; echo front=$$; while :; do sleep 300; done'\n"),
    );
    await seen.until(
      (of) => /ready \d+/.test(of(stubborn.paneId).text) && /front=\d+/.test(of(shell.paneId).text),
    );
    const children = [
      Number(/ready (\d+)/.exec(seen.of(stubborn.paneId).text)?.[1]),
      Number(/front=(\d+)/.exec(seen.of(shell.paneId).text)?.[1]),
    ];
    const startedMs = performance.now();
    link.close(stubborn.paneId);
    link.close(shell.paneId);
    await seen.exited(stubborn.paneId);
    await seen.exited(shell.paneId);
    await fact(() => children.every(hasEnded));
    // KILL comes after three seconds. How late the machine is with them is its own affair.
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(seen.of(stubborn.paneId).exit?.signal).toBe(9);
    link.stop();
  });

  it("is ended at once though its program has been stopped", async () => {
    const link = await host.link();
    const seen = record(link);
    const pane = shellPane("echo ready; kill -STOP $$");
    const { pid } = await link.spawn(pane);
    await seen.until((of) => of(pane.paneId).text.includes("ready"));
    await fact(() => stateOf(pid) === "T");
    link.close(pane.paneId);
    await seen.exited(pane.paneId);
    // Of the first signal, not of those that come a second and three seconds later.
    expect(seen.of(pane.paneId).exit?.signal).toBe(constants.signals.SIGHUP);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    link.stop();
  });

  it("leaves alone what its shell has put into the background for good", async () => {
    const link = await host.link();
    const seen = record(link);
    const pane = shellPane("", { file: "/bin/bash", args: ["--norc", "-i"] });
    await link.spawn(pane);
    link.send(pane.paneId, Buffer.from("nohup sleep 300 > /dev/null 2>&1 & echo job=$!=\n"));
    await seen.until((of) => /job=\d+=/.test(of(pane.paneId).text));
    const job = Number(/job=(\d+)=/.exec(seen.of(pane.paneId).text)?.[1]);
    link.close(pane.paneId);
    await seen.exited(pane.paneId);
    expect(existsSync(`/proc/${job}`)).toBe(true);
    process.kill(job, "SIGKILL");
    link.stop();
  });
});

describe("the PTY host", () => {
  it.each(["shutdown", "SIGTERM"])("ends its panes and itself on %s", async (how) => {
    const own = await startHost();
    const link = await own.link();
    const seen = record(link);
    const pane = shellPane("echo $$; exec sleep 300");
    const { pid } = await link.spawn(pane);
    await seen.until((of) => of(pane.paneId).text.includes(`${pid}`));
    if (how === "shutdown") await link.shutdown();
    else own.child.kill("SIGTERM");
    await fact(() => own.child.exitCode === 0);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(own.socketPath)).toBe(false);
    await own.dispose();
  });

  it("ends by itself when it has had neither a pane nor a server for its time", async () => {
    const emptyExitMs = 1_000;
    const own = await startHost(["--empty-exit-ms", String(emptyExitMs)]);
    const link = await own.link();
    const seen = record(link);
    const pane = shellPane("read line");
    await link.spawn(pane);
    link.stop();
    await new Promise((resolve) => setTimeout(resolve, emptyExitMs + 300));
    expect(own.child.exitCode).toBe(null);
    const again = await own.link();
    const rest = record(again);
    again.resume(pane.paneId, 0);
    again.close(pane.paneId);
    await rest.exited(pane.paneId);
    again.forget(pane.paneId);
    again.stop();
    await fact(() => own.child.exitCode === 0);
    expect(seen.of(pane.paneId).exit).toBe(undefined);
    await own.dispose();
  });
});

/** A zombie has ended; how soon it is reaped is the init process's affair. */
function hasEnded(pid: number): boolean {
  return ["Z", null].includes(stateOf(pid));
}

/** `T` is stopped, `Z` a zombie; null when there is no such process. */
function stateOf(pid: number): string | null {
  try {
    return /\) (\w) /.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1] ?? null;
  } catch {
    return null;
  }
}

async function fact(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
