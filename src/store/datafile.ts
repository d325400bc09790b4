import { constants, fstatSync, lstatSync, writeSync } from "node:fs";
import { type FileHandle, lstat, open, readdir, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError, messageOf } from "../base/errors.ts";

/** The two calls that fail when a disk does. Tests hand in failing ones; everything else uses `createRealDisk`. */
export interface Disk {
  /** Writes some of the bytes at the end of the file and says how many. */
  write(file: FileHandle, bytes: Buffer): Promise<number>;
  sync(file: FileHandle): Promise<void>;
}

/** What the kernel takes into its memory in a few microseconds; handing it to another thread costs ten times that. */
const SMALL_WRITE_BYTES = 64 * 1024;
/** A small write that takes longer met a slow file system: that many of the next ones are another thread's. */
const SLOW_WRITE_MS = 3;
const WRITES_AFTER_SLOW = 1_000;

/** Keeps the loop free: who types into a pane must not wait for a disk. */
export function createRealDisk(nowMs: () => number = () => performance.now()): Disk {
  /** How many writes are still left to another thread, however small they are. */
  let elsewhere = 0;
  return {
    async write(file, bytes) {
      if (bytes.length > SMALL_WRITE_BYTES || elsewhere > 0) {
        if (elsewhere > 0) elsewhere--;
        return (await file.write(bytes)).bytesWritten;
      }
      const startMs = nowMs();
      const written = writeSync(file.fd, bytes);
      if (nowMs() - startMs > SLOW_WRITE_MS) elsewhere = WRITES_AFTER_SLOW;
      return written;
    },
    sync: (file) => file.datasync(),
  };
}

/** A write that failed. `inDoubt` if nobody can say what is on the disk now: then only a restart may go on. */
export class DiskError extends AppError {
  readonly inDoubt: boolean;

  constructor(path: string, cause: unknown, inDoubt: boolean) {
    const hint = "Free space on the disk, or see what it reports; what was acknowledged before is safe.";
    super("disk-error", `Cannot write to the disk: ${path}: ${messageOf(cause)}`, { hint, cause });
    this.inDoubt = inDoubt;
  }
}

/** One append-only file of lines, kept open. Its user makes one call at a time. */
export interface Datafile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Resolves when the bytes are on the disk. On failure the file is cut back to what it was; throws DiskError. */
  append(bytes: Buffer): Promise<void>;
  /** Cuts off everything behind `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  /** Puts a new file with these lines in the place of this one; either the old or the new is there after a crash. */
  replace(lines: Iterable<string>): Promise<void>;
  read(): Promise<Buffer>;
  close(): Promise<void>;
}

const BASE_FLAGS = constants.O_NOFOLLOW | constants.O_NONBLOCK;
const REPLACE_CHUNK_BYTES = 1024 * 1024;

/**
 * Opens or creates a datafile (0600). Throws an Error that says what is wrong with the path: a link, a directory, a
 * FIFO, someone else's file, no permission. `writable: false` if the file can only be read.
 */
export async function openDatafile(
  path: string,
  disk: Disk,
): Promise<{ file: Datafile; writable: boolean; whyNot: string | null }> {
  await adoptOrRemoveLeftovers(path);
  await refuseUnlessOrdinary(path);
  let handle: FileHandle;
  let whyNot: string | null = null;
  try {
    handle = await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | BASE_FLAGS, 0o600);
    const stat = await handle.stat();
    if ((stat.mode & 0o777) !== 0o600) await handle.chmod(0o600);
    if (stat.size === 0) await syncDir(dirname(path));
  } catch (thrown) {
    whyNot = messageOf(thrown);
    handle = await open(path, constants.O_RDONLY | BASE_FLAGS);
  }
  const file = createDatafile(path, handle, (await handle.stat()).size, disk);
  return { file, writable: whyNot === null, whyNot };
}

function createDatafile(path: string, opened: FileHandle, openedSize: number, disk: Disk): Datafile {
  let handle = opened;
  let sizeBytes = openedSize;

  /** The file may have been removed or replaced under us; what goes into it then is lost with it. */
  function assertStillLinked(): void {
    // Not asynchronous: the disk has just answered, and handing two look-ups to other threads costs more than they do.
    const [held, named] = [fstatSync(handle.fd), lstatSync(path)];
    if (held.nlink === 0 || held.ino !== named.ino || held.dev !== named.dev)
      throw new Error("the file was removed or replaced while in use");
  }

  return {
    path,
    get sizeBytes() {
      return sizeBytes;
    },
    async append(bytes) {
      let syncing = false;
      try {
        await writeAll(handle, bytes, disk);
        syncing = true;
        await disk.sync(handle);
        assertStillLinked();
      } catch (thrown) {
        // After a failed sync the kernel may have dropped the pages: a second sync would lie, so it is not tried.
        const cutBack = await handle.truncate(sizeBytes).then(
          () => true,
          () => false,
        );
        throw new DiskError(path, thrown, syncing || !cutBack);
      }
      sizeBytes += bytes.length;
    },
    async truncate(size) {
      await handle.truncate(size);
      await disk.sync(handle);
      sizeBytes = size;
    },
    async replace(lines) {
      const made = await writeNewFile(path, lines, disk);
      await rename(made.path, path).catch(async (thrown: unknown) => {
        await made.handle.close();
        await unlink(made.path).catch(() => undefined);
        throw thrown;
      });
      const old = handle;
      handle = made.handle;
      sizeBytes = made.sizeBytes;
      await old.close();
      await syncDir(dirname(path));
    },
    async read() {
      const bytes = Buffer.alloc(sizeBytes);
      let at = 0;
      while (at < bytes.length) {
        const { bytesRead } = await handle.read(bytes, at, Math.min(bytes.length - at, 64 * 1024 * 1024), at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return bytes.subarray(0, at);
    },
    close: () => handle.close(),
  };
}

/** Writes a copy of bytes next to a datafile, for people to look at. Never replaces anything. Returns its path. */
export async function writeQuarantine(
  path: string,
  nowMs: number,
  bytes: Buffer,
  disk: Disk,
): Promise<string> {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]/g, "").replace(/\..*/, "Z");
  for (let attempt = 1; ; attempt++) {
    const target = `${path}.corrupt-${stamp}${attempt === 1 ? "" : `-${attempt}`}`;
    const handle = await openNew(target).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "EEXIST" && attempt < 1000) return null;
      throw thrown;
    });
    if (handle === null) continue;
    try {
      await writeAll(handle, bytes, disk);
      await disk.sync(handle);
    } catch (thrown) {
      await unlink(target).catch(() => undefined);
      throw thrown;
    } finally {
      await handle.close();
    }
    return target;
  }
}

async function writeNewFile(
  path: string,
  lines: Iterable<string>,
  disk: Disk,
): Promise<{ path: string; handle: FileHandle; sizeBytes: number }> {
  const target = `${path}.${process.pid}.new`;
  await unlink(target).catch(() => undefined);
  const handle = await openNew(target);
  let sizeBytes = 0;
  try {
    let chunk: string[] = [];
    let chunkBytes = 0;
    const flush = async () => {
      const bytes = Buffer.from(chunk.join(""));
      await writeAll(handle, bytes, disk);
      sizeBytes += bytes.length;
      chunk = [];
      chunkBytes = 0;
    };
    for (const line of lines) {
      chunk.push(line, "\n");
      chunkBytes += line.length;
      if (chunkBytes >= REPLACE_CHUNK_BYTES) await flush();
    }
    await flush();
    await disk.sync(handle);
    return { path: target, handle, sizeBytes };
  } catch (thrown) {
    await handle.close();
    await unlink(target).catch(() => undefined);
    throw thrown;
  }
}

async function openNew(path: string): Promise<FileHandle> {
  const handle = await open(
    path,
    constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL | BASE_FLAGS,
    0o600,
  );
  await handle.chmod(0o600);
  return handle;
}

async function writeAll(handle: FileHandle, bytes: Buffer, disk: Disk): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) {
    const written = await disk.write(handle, rest);
    if (written === 0) throw new Error("the disk accepts no more bytes");
    rest = rest.subarray(written);
  }
}

async function syncDir(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function refuseUnlessOrdinary(path: string): Promise<void> {
  const stat = await lstat(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return null;
    throw thrown;
  });
  if (stat === null) return;
  if (!stat.isFile())
    throw new Error(
      `is ${stat.isSymbolicLink() ? "a symbolic link" : stat.isDirectory() ? "a directory" : "a special file"}, not a file`,
    );
  const uid = process.geteuid?.();
  if (uid !== undefined && stat.uid !== uid)
    throw new Error(`belongs to user ${stat.uid}, not to you (${uid})`);
}

/**
 * A `.new` file is left by a crash during a rewrite. The datafile is there until the rename, so the leftover is
 * waste; only if someone removed the datafile does it hold the documents.
 */
async function adoptOrRemoveLeftovers(path: string): Promise<void> {
  const pattern = new RegExp(`^${basename(path).replace(/[.]/g, "\\.")}\\.\\d+\\.new$`);
  for (const name of await readdir(dirname(path))) {
    if (!pattern.test(name)) continue;
    const leftover = join(dirname(path), name);
    const missing = await lstat(path).then(
      () => false,
      (thrown: NodeJS.ErrnoException) => thrown.code === "ENOENT",
    );
    if (missing) await rename(leftover, path);
    else await unlink(leftover).catch(() => undefined);
  }
}
