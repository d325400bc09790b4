import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Clock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import type { SpawnRequest } from "../../src/protocol/host-frames.ts";
import type { HostLink } from "../../src/server/host-contract.ts";
import { connectHost } from "../../src/server/host-connect.ts";

const root = join(import.meta.dirname, "..", "..");

/** Real time, for tests of real processes. */
export const testClock: Clock = {
  nowMs: () => Date.now(),
  bootMs: () => performance.now(),
  bootId: "test",
  after(delayMs, job) {
    const timer = setTimeout(job, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Bundles an entry once per state of the sources; lies below node_modules so that packages left outside are found. */
export async function bundleEntry(entry: string): Promise<string> {
  const hash = createHash("sha256").update(entry);
  for (const folder of ["base", "protocol", "host", "server"]) {
    const directory = join(root, "src", folder);
    if (!existsSync(directory)) continue;
    for (const file of readdirSync(directory)
      .filter((name) => name.endsWith(".ts"))
      .sort())
      hash.update(readFileSync(join(directory, file)));
  }
  hash.update(readFileSync(join(root, entry)));
  const directory = join(root, "node_modules", ".cache", "ia-tmux-test");
  const target = join(directory, `${hash.digest("hex").slice(0, 16)}.mjs`);
  if (existsSync(target)) return target;
  mkdirSync(directory, { recursive: true });
  const fresh = `${target}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: fresh,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    external: ["node-pty"],
    logLevel: "silent",
  });
  renameSync(fresh, target);
  return target;
}

export interface HostProcess {
  readonly child: ChildProcess;
  readonly socketPath: string;
  readonly logDirectory: string;
  /** The file behind the descriptor 3 that it inherits. */
  readonly lockPath: string;
  link(): Promise<HostLink>;
  /** Ends the host and its panes, waits for it and removes its directory. */
  dispose(): Promise<void>;
}

/** A real PTY host in a process of its own, with an inherited descriptor 3. */
export async function startHost(args: readonly string[] = []): Promise<HostProcess> {
  const bundle = await bundleEntry("src/host/main.ts");
  const directory = mkdtempSync(join(tmpdir(), "ia-host-"));
  const socketPath = join(directory, "h");
  const logDirectory = join(directory, "log");
  const lockPath = join(directory, "lock");
  const lock = openSync(lockPath, "w");
  const child = spawn(
    process.execPath,
    [bundle, "--socket", socketPath, "--log-dir", logDirectory, ...args],
    {
      stdio: ["ignore", "ignore", "inherit", lock],
      detached: true,
    },
  );
  closeSync(lock);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const links: HostLink[] = [];
  return {
    child,
    socketPath,
    logDirectory,
    lockPath,
    async link() {
      const link = await connectHost(socketPath, { clock: testClock, log: silentLogger, waitMs: 10_000 });
      links.push(link);
      return link;
    },
    async dispose() {
      for (const link of links) link.stop();
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

let panes = 0;

/** A pane that runs `script` in sh. */
export function shellPane(script: string, more: Partial<SpawnRequest> = {}): SpawnRequest {
  panes += 1;
  return {
    paneId: `%${panes}`,
    file: "/bin/sh",
    args: ["-c", script],
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", TERM: "xterm-256color" },
    cols: 80,
    rows: 24,
    meta: "",
    ...more,
  };
}

export interface PaneRecord {
  bytes: number;
  text: string;
  exit: { exitCode: number; signal: number } | undefined;
  /** What came, in order: sizes, losses and exits between the bytes. */
  readonly events: string[];
}

/** Records all panes' output of a link as text (latin1), and acks it unless told not to. */
export function record(link: HostLink, { acks = true, text = true } = {}) {
  const panes = new Map<string, PaneRecord>();
  const waiting = new Set<() => void>();
  function of(paneId: string): PaneRecord {
    let found = panes.get(paneId);
    if (found === undefined) {
      found = { bytes: 0, text: "", exit: undefined, events: [] };
      panes.set(paneId, found);
    }
    return found;
  }
  function changed(): void {
    for (const look of waiting) look();
  }
  link.onOutput((paneId, offset, bytes) => {
    const pane = of(paneId);
    pane.bytes += bytes.length;
    if (text) pane.text += Buffer.from(bytes).toString("latin1");
    const last = pane.events.at(-1);
    if (last?.startsWith("bytes ") && Number(last.split("-")[1]) === offset)
      pane.events[pane.events.length - 1] = `${last.split("-")[0]}-${offset + bytes.length}`;
    else pane.events.push(`bytes ${offset}-${offset + bytes.length}`);
    if (acks) link.ack(paneId, bytes.length);
    changed();
  });
  link.onResized((paneId, size) => {
    of(paneId).events.push(`size ${size.cols}x${size.rows} at ${size.offset}`);
    changed();
  });
  link.onLost((paneId, lost) => {
    of(paneId).events.push(`lost ${lost.missingBytes} at ${lost.offset}`);
    changed();
  });
  link.onExit((paneId, exit) => {
    of(paneId).exit = exit;
    changed();
  });
  return {
    of,
    /** Resolves when `holds` does, looked at after each event. */
    until(holds: (of: (paneId: string) => PaneRecord) => boolean): Promise<void> {
      return new Promise((resolve) => {
        const look = (): void => {
          if (!holds(of)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    exited(paneId: string): Promise<void> {
      return this.until((of) => of(paneId).exit !== undefined);
    },
  };
}
