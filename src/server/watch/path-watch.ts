// Follows directories of the project and says which paths in them changed. One watch of the kernel for each directory.
import { type FSWatcher, lstatSync, watch } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { ancestorsOf, parentOf, type WatchPlace } from "../../domain/lock/watch-places.ts";

/** Directories followed at once; what lies deeper is not, and `problems` says so. The kernel keeps about 1 KiB for each. */
export const MAX_DIRECTORIES = 1_000;
/** Made by the thousand, by tools and not by hand; followed only when a lock names something in them. */
const SKIPPED = new Set([".git", "node_modules"]);
const RESYNC_MS = 100;
/** A directory that was unmounted or replaced says nothing: they are looked after this often. */
const LOOK_AFTER_MS = 30_000;

/** `names`: something of that name came or went. `content`: it was written, or its mode or times changed. */
export type ChangeKind = "names" | "content";

export interface PathWatchDeps {
  readonly root: string;
  readonly clock: Pick<Clock, "after">;
  readonly log: Logger;
  /** A path relative to the project. */
  readonly changed: (path: string, kind: ChangeKind) => void;
  readonly maxDirectories?: number;
}

export interface PathWatch {
  /** From now on these, and nothing else. Flat places are followed at once, deep ones as they are walked. */
  follow(places: readonly WatchPlace[]): void;
  /** What is not followed and why, one sentence each. */
  problems(): readonly string[];
  /** Resolves when all that was asked for is followed, as far as it can be. */
  settled(): Promise<void>;
  /** How many directories are followed. */
  readonly size: number;
  stop(): void;
}

interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

export function createPathWatch(deps: PathWatchDeps): PathWatch {
  const { root, clock, log } = deps;
  const maxDirectories = deps.maxDirectories ?? MAX_DIRECTORIES;
  const watched = new Map<string, Watched>();
  let places: readonly WatchPlace[] = [];
  let problems: readonly string[] = [];
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let resync: (() => void) | null = null;
  let lookAfter: (() => void) | null = null;

  const absolute = (directory: string) => (directory === "" ? root : join(root, directory));

  /** With the time of its birth: a directory made anew often gets the number of the one before. */
  function identityOf(directory: string): string | null {
    try {
      const stat = lstatSync(absolute(directory));
      return stat.isDirectory() ? `${stat.dev}:${stat.ino}:${stat.birthtimeMs}` : null;
    } catch {
      return null;
    }
  }

  function sync(): void {
    again = true;
    running ??= runPasses();
  }

  async function runPasses(): Promise<void> {
    while (again) {
      again = false;
      try {
        await pass();
      } catch (thrown) {
        log.warn("lock-watch.failed", { error: messageOf(thrown) });
      }
    }
    running = null;
  }

  async function pass(): Promise<void> {
    if (stopped) return;
    const wanted = new Set<string>();
    const found: string[] = [];
    const walk: string[] = [];
    let beyond = 0;

    /** Whether the directory is followed now. */
    const follow = (directory: string): boolean => {
      if (wanted.has(directory)) return true;
      const identity = identityOf(directory);
      if (identity === null) return false;
      if (wanted.size >= maxDirectories) {
        beyond++;
        return false;
      }
      const problem = open(directory, identity);
      if (problem === null) wanted.add(directory);
      else found.push(problem);
      return problem === null;
    };

    const current = places;
    for (const { directory, deep } of current.toSorted((a, b) => Number(a.deep) - Number(b.deep))) {
      // What is not there yet comes into being in the last of its ancestors that is.
      const there = ancestorsOf(directory).findLast((ancestor) => identityOf(ancestor) !== null);
      if (there !== undefined && follow(there) && there === directory && deep) walk.push(directory);
    }
    for (let directory = walk.shift(); directory !== undefined; directory = walk.shift()) {
      for (const name of await namesOfDirectories(absolute(directory))) {
        if (SKIPPED.has(name)) continue;
        const child = directory === "" ? name : `${directory}/${name}`;
        if (follow(child)) walk.push(child);
      }
      if (stopped || current !== places) return;
    }
    for (const directory of watched.keys()) if (!wanted.has(directory)) close(directory);
    if (beyond > 0) {
      const deep = current.filter((place) => place.deep).map((place) => place.directory || ".");
      found.push(
        `more than ${maxDirectories} directories are locked (${deep.slice(0, 3).join(", ")}): what lies deeper than those is not watched`,
      );
    }
    problems = found.length > 4 ? [...found.slice(0, 3), `and ${found.length - 3} more`] : found;
  }

  function open(directory: string, identity: string): string | null {
    if (watched.get(directory)?.identity === identity) return null;
    close(directory);
    try {
      const watcher = watch(absolute(directory), { persistent: false }, (event, name) =>
        heard(directory, event, name),
      );
      watcher.on("error", (thrown) => {
        log.warn("lock-watch.lost", { directory, error: messageOf(thrown) });
        close(directory);
        soon();
      });
      watched.set(directory, { watcher, identity });
      return null;
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return null;
      const why =
        code === "ENOSPC"
          ? "the system's limit of file watches is reached (fs.inotify.max_user_watches)"
          : code === "EMFILE" || code === "ENFILE"
            ? "the limit of open files or of watchers is reached (fs.inotify.max_user_instances)"
            : messageOf(thrown);
      return `${directory === "" ? "the project's directory" : `${directory}/`} is not watched: ${why}`;
    }
  }

  function heard(directory: string, event: string, name: string | null): void {
    if (name === null || stopped || !watched.has(directory)) return;
    const path = directory === "" ? name : `${directory}/${name}`;
    if (event === "rename") {
      const isDirectory = identityOf(path) !== null;
      // A directory's own end is told under its own name.
      const isOwnName = !isDirectory && name === basename(absolute(directory));
      if (isOwnName && identityOf(directory) !== watched.get(directory)?.identity) {
        close(directory);
        return soon();
      }
      if (isDirectory || watched.has(path) || places.some((place) => isOnTheWay(path, place))) soon();
    }
    if (!SKIPPED.has(name)) deps.changed(path, event === "rename" ? "names" : "content");
  }

  /** Whether the way to the place leads through the path. */
  function isOnTheWay(path: string, { directory }: WatchPlace): boolean {
    return directory === path || directory.startsWith(`${path}/`);
  }

  function close(directory: string): void {
    watched.get(directory)?.watcher.close();
    watched.delete(directory);
  }

  function soon(): void {
    if (stopped) return;
    resync ??= clock.after(RESYNC_MS, () => {
      resync = null;
      sync();
    });
  }

  function keepLooking(): void {
    lookAfter ??= clock.after(LOOK_AFTER_MS, () => {
      lookAfter = null;
      if (places.length === 0) return;
      sync();
      keepLooking();
    });
  }

  return {
    follow(next) {
      if (stopped) return;
      places = next;
      sync();
      if (next.length > 0) keepLooking();
    },
    problems: () => problems,
    async settled() {
      await running;
    },
    get size() {
      return watched.size;
    },
    stop() {
      stopped = true;
      resync?.();
      lookAfter?.();
      for (const directory of watched.keys()) close(directory);
    },
  };
}

/** Links are not followed: what is locked behind one has its own name. */
async function namesOfDirectories(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    // It went away, or may not be read: then nobody of ours writes there either.
    return [];
  }
}

/** Whether an editor made it for itself and takes it away again: swap files, backups, lock links. */
export function isScratchFile(path: string): boolean {
  const name = path.slice(parentOf(path).length).replace(/^\//, "");
  return /^\..*\.sw[a-px]$|~$|^4913$|^\.#|^#.*#$|^sed[A-Za-z0-9]{6}$/.test(name);
}
