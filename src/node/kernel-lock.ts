import { spawn } from "node:child_process";
import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync } from "node:fs";
import { AppError, messageOf } from "../base/errors.ts";

/** A lock that the kernel gives back by itself when its holder dies, however it dies. */
export interface KernelLock {
  /**
   * The open file that holds the lock. Hand it to a child (in `stdio`) to share the lock: it then lasts until both
   * have closed it. Other children do not inherit it.
   */
  readonly fd: number;
  release(): void;
}

/** How to ask for flock(2) on an inherited file: util-linux and BusyBox have the command, nearly all else has perl. */
const LOCKERS: readonly { command: string; args: readonly string[] }[] = [
  { command: "flock", args: ["-n", "3"] },
  {
    command: "perl",
    args: [
      "-e",
      'use Fcntl ":flock"; use Errno; open(my $f, "+<&=", 3) or exit 2; exit(flock($f, LOCK_EX | LOCK_NB) ? 0 : $!{EWOULDBLOCK} ? 1 : 2);',
    ],
  },
];
/** O_EXLOCK of macOS and the BSDs: open and flock in one call. Node passes it through but does not name it. */
const O_EXLOCK = 0x20;
/** The file can be removed between open and lock; more often than this it is no accident. */
const MAX_ATTEMPTS = 5;

/**
 * Takes the lock at `path`, creating the file (0600, never through a link). Null if someone else holds it.
 * Throws cannot-create if there is no way to lock here. The file stays: removing it would let two holders in.
 */
export async function takeKernelLock(path: string, lockers = LOCKERS): Promise<KernelLock | null> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const opened = openLockFile(path);
    if (opened === null) return null;
    let held = false;
    try {
      held = process.platform === "darwin" || (await lockInherited(opened, path, lockers));
      if (!held) return null;
      if (isStillAt(path, opened)) return { fd: opened, release: onceOnly(() => closeSync(opened)) };
      held = false;
    } finally {
      if (!held) closeSync(opened);
    }
  }
  throw new AppError("cannot-create", `${path}: is replaced again and again`, {
    hint: "Find out what removes files there.",
  });
}

function openLockFile(path: string): number | null {
  const base = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let fd: number;
  try {
    fd = openSync(path, process.platform === "darwin" ? base | O_EXLOCK : base, 0o600);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "EAGAIN" || code === "EWOULDBLOCK") return null;
    throw new AppError("cannot-create", `Cannot open the lock ${path}: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
  if (fstatSync(fd).isFile()) {
    fchmodSync(fd, 0o600);
    return fd;
  }
  closeSync(fd);
  throw new AppError("cannot-create", `The lock ${path} is not a regular file`, {
    hint: `Move '${path}' out of the way.`,
  });
}

async function lockInherited(fd: number, path: string, lockers: typeof LOCKERS): Promise<boolean> {
  for (const { command, args } of lockers) {
    const status = await run(command, args, fd);
    if (status === 0) return true;
    if (status === 1) return false;
  }
  throw new AppError("cannot-create", `Cannot lock ${path}: neither flock nor perl works here`, {
    hint: "Install util-linux (flock).",
  });
}

/** Exit status, or null if the program could not run or was killed. */
function run(command: string, args: readonly string[], fd: number): Promise<number | null> {
  return new Promise((done) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "ignore", fd] });
    child.on("error", () => done(null));
    child.on("exit", (status) => done(status));
  });
}

function isStillAt(path: string, fd: number): boolean {
  try {
    const named = lstatSync(path);
    const open = fstatSync(fd);
    return named.ino === open.ino && named.dev === open.dev;
  } catch {
    return false;
  }
}

function onceOnly(job: () => void): () => void {
  let done = false;
  return () => {
    if (!done) job();
    done = true;
  };
}
