import { accessSync, chmodSync, closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ReadStream } from "node:tty";
import * as nodePty from "node-pty";
import type { SpawnRequest } from "../protocol/host-frames.ts";
import { readQuickly } from "../streams/quick-socket.ts";
import { withoutDescriptorHoles } from "./fd-plug.ts";

/** The only file that knows node-pty, pinned to an exact version, and the private names of it that we lean on. */
export interface PtyProcess {
  readonly pid: number;
  pause(): void;
  resume(): void;
  /** Throws when the kernel refuses. */
  resize(cols: number, rows: number): void;
  /** Hands bytes to the kernel; returns how many it took, 0 when it is full. Throws when the pty is gone. */
  writeSome(bytes: Uint8Array): number;
}

export interface PtyHandlers {
  output(bytes: Buffer): void;
  /** The leader has ended; output may still come. From here on pid and descriptor may become another's: leave both alone. */
  leaderEnded(): void;
  /** After the last output. */
  exited(exit: { readonly exitCode: number; readonly signal: number }): void;
}

/** What a pty needs of the request for a pane. */
export type PtyOptions = Required<
  Pick<SpawnRequest, "file" | "args" | "cwd" | "env" | "cols" | "rows" | "umask">
>;

/** Set to true by node-pty when its leader was waited for. */
const REAPED = "_boundClose";
/** The stream of the master. */
const MASTER = "_socket";

/** What the typings hide: the stream, two getters and the flag. */
interface Internals {
  readonly [MASTER]?: ReadStream;
  readonly fd?: unknown;
  readonly ptsName?: unknown;
  [REAPED]?: unknown;
  on?(event: string, listener: () => void): void;
}

const QUIET_MS = 3;
/** node-pty destroys its end 200 ms after the leader has ended; whatever is to be read must be read before. */
const LATEST_CLOSE_MS = 150;
const READ_BYTES = 64 * 1024;
/** More comes only from a program that outlives the pane's leader and keeps printing; it is cut off there. */
const DRAIN_BYTES_MAX = 1024 * 1024;

/** Names of node-pty that the installed version lacks; panes then work through its public interface, with fewer guarantees. */
export function missingPrivateNames(): string[] {
  const names = ["fd", "ptsName", MASTER, REAPED];
  try {
    const { UnixTerminal } = createRequire(import.meta.url)("node-pty/lib/unixTerminal.js") as {
      UnixTerminal: { prototype: object };
    };
    const source = String(UnixTerminal);
    return names.filter((name) => !(name in UnixTerminal.prototype) && !source.includes(`.${name} = `));
  } catch {
    return names;
  }
}

/** npm drops the executable bit of macOS's helper when install scripts are off, and every spawn would fail. */
export function makeSpawnHelperExecutable(): void {
  if (process.platform !== "darwin") return;
  const helper = join(packageDirectory(), "prebuilds", `darwin-${process.arch}`, "spawn-helper");
  try {
    accessSync(helper, constants.X_OK);
  } catch {
    try {
      chmodSync(helper, 0o755);
    } catch {
      // built from source, or not ours to change: the spawn will say what is wrong
    }
  }
}

/** Starts a program in a pty of its own. Throws when the system has no pty or process left. */
export function spawnPty(options: PtyOptions, handlers: PtyHandlers): PtyProcess {
  const hostUmask = process.umask(options.umask);
  let pty: nodePty.IPty;
  try {
    pty = withoutDescriptorHoles(() =>
      nodePty.spawn(options.file, [...options.args], {
        name: options.env["TERM"] ?? "xterm-256color",
        cols: options.cols,
        rows: options.rows,
        cwd: options.cwd,
        env: { ...options.env },
        encoding: null,
      }),
    );
  } finally {
    process.umask(hostUmask);
  }

  const internals = pty as unknown as Internals;
  const master = typeof internals.fd === "number" ? internals.fd : undefined;
  let held = holdSlave(internals.ptsName);
  let reads = 0;
  let ended = false;

  function releaseSlave(): void {
    if (held === undefined) return;
    closeSync(held);
    held = undefined;
  }

  function leaderEnded(): void {
    if (ended) return;
    ended = true;
    // Paused across the exit, what is left would be destroyed unread.
    pty.resume();
    handlers.leaderEnded();
    releaseWhenQuiet(
      () => reads,
      () => {
        if (held !== undefined && master !== undefined) drain(master, handlers.output);
        releaseSlave();
      },
    );
  }

  const take = (bytes: Uint8Array): void => {
    reads += 1;
    handlers.output(Buffer.from(bytes));
  };
  const stream = internals[MASTER];
  if (stream !== undefined) readQuickly(stream, take);
  // encoding null makes the events carry Buffers, whatever the typings say.
  else pty.onData((data) => take(data as unknown as Buffer));
  pty.onExit((exit) => {
    releaseSlave();
    if (!ended) {
      ended = true;
      handlers.leaderEnded();
    }
    handlers.exited({ exitCode: exit.exitCode, signal: exit.signal ?? 0 });
  });
  // Unheard, an error of the pty's socket is thrown at the whole process.
  internals.on?.("error", () => {});
  internals.on?.("close", leaderEnded);
  trapLeaderEnd(internals, leaderEnded);

  return {
    pid: pty.pid,
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    resize: (cols, rows) => pty.resize(cols, rows),
    writeSome(bytes) {
      if (master === undefined) {
        pty.write(Buffer.from(bytes));
        return bytes.length;
      }
      try {
        return writeSync(master, bytes);
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code === "EAGAIN") return 0;
        throw thrown;
      }
    },
  };
}

/** While we hold the slave the kernel reports no hang-up, which libuv takes for the end even with bytes left to read. */
function holdSlave(ptsName: unknown): number | undefined {
  if (typeof ptsName !== "string") return undefined;
  try {
    return openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}

function trapLeaderEnd(internals: Internals, onEnd: () => void): void {
  // Without the name node-pty still ends the pane, 200 ms late.
  if (internals[REAPED] !== false) return;
  let value: unknown = false;
  Object.defineProperty(internals, REAPED, {
    configurable: true,
    get: () => value,
    set(next: unknown) {
      value = next;
      if (next === true) onEnd();
    },
  });
}

/** Waits for a time without reads that ends right after the event loop has polled: a busy loop alone is not silence. */
function releaseWhenQuiet(reads: () => number, release: () => void): void {
  const endedAt = performance.now();
  function look(): void {
    const before = reads();
    setTimeout(() => {
      setImmediate(() => {
        if (reads() === before || performance.now() - endedAt > LATEST_CLOSE_MS) release();
        else look();
      });
    }, QUIET_MS);
  }
  look();
}

/**
 * Reads what the kernel still has. Silence is no proof that it has nothing: on a busy machine output reaches the master late,
 * but a read that finds none waits for it first (n_tty_read flushes the buffer work), so "would block" means the end.
 */
function drain(master: number, output: (bytes: Buffer) => void): void {
  for (let drained = 0; drained < DRAIN_BYTES_MAX; ) {
    const piece = Buffer.allocUnsafe(READ_BYTES);
    let length: number;
    try {
      length = readSync(master, piece);
    } catch {
      return;
    }
    if (length === 0) return;
    drained += length;
    output(piece.subarray(0, length));
  }
}

function packageDirectory(): string {
  return dirname(createRequire(import.meta.url).resolve("node-pty/package.json"));
}
