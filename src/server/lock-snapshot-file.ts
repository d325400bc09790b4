// The locks on disk for hooks that find no server: always whole, and quick to write, because every lock waits for it.
import { closeSync, fstatSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";

/** A file that has become this much longer than what it holds is made anew. */
const MAX_BLANK_BYTES = 256 * 1024;

export interface LockSnapshotFile {
  /** Throws what the disk says. */
  write(text: string): void;
}

/**
 * Writes over what is there, in one call and with blanks up to the end of what was longer, so that neither a reader
 * nor a killed server meets half of it. Putting a new file in its place each time costs ten times as much: file
 * systems flush what replaces a file.
 */
export function createLockSnapshotFile(path: string): LockSnapshotFile {
  let descriptor: number | null = null;
  let bytes = 0;

  function replace(text: string): void {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    descriptor = openSync(path, "r+");
    bytes = Buffer.byteLength(text);
  }

  return {
    write(text) {
      const content = Buffer.from(text);
      const isGone = descriptor === null || fstatSync(descriptor).nlink === 0;
      if (descriptor === null || isGone || bytes - content.length > MAX_BLANK_BYTES) return replace(text);
      const blanks = Buffer.alloc(Math.max(0, bytes - content.length), " ");
      const whole = Buffer.concat([content, blanks]);
      // On a full disk a longer text may be written in part: then it is put in place whole, or not at all.
      if (writeSync(descriptor, whole, 0, whole.length, 0) < whole.length) return replace(text);
      bytes = whole.length;
    },
  };
}
