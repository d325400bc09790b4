// The first code of every process: runs a bundle of ours from what V8 compiled of it at an earlier run. Compiling again what
// a start-up calls costs more than all else that it does. Node has this built in since 22.8, but not for the oldest we run on.
import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";

export interface Bundle {
  /** Where the bundle lies. */
  readonly dir: string;
  /** Named after its contents: V8 compares no more of a source than its length. */
  readonly file: string;
  /** What this run is for. Runs of one kind call much the same code. */
  readonly kind: string;
}

/** V8 complains on stderr about a flag that it no longer has. */
const NEWEST_TRIED = 24;
const MIDDLE_COMPILER = 22;
/** The first runs of a kind each add what they called that the ones before did not. */
const GENERATIONS = 3;
/** By then a process that stays has called what a start calls, and V8 has not yet dropped what is called no more. */
const STARTED_MS = 1_500;
/** What was compiled is kept by then: V8 refuses what it compiled under other flags. */
const SETTLED_MS = 2_500;
const WRITABLE_BY_OTHERS = 0o022;
/** V8 believes what it is given: a damaged file would end the process. Each begins with the SHA-256 of what follows. */
const DIGEST_BYTES = 32;

/** Runs the bundle as a CommonJS module and returns its exports. */
export function runBundle(bundle: Bundle): unknown {
  return loadBundle(bundle).run();
}

/** Reads the bundle and its compiled code. Whatever is wrong with that costs time and nothing else. */
export function loadBundle({ dir, file, kind }: Bundle): { run(): unknown } {
  const node = Number.parseInt(process.versions.node, 10);
  // What a start makes lives on: room for it at once saves the collector from copying it again and again.
  if (node <= NEWEST_TRIED) setFlagsFromString("--semi-space-growth-factor=16");
  // The way of a key runs once a key: as V8 counts, its code is compiled well after thousands of them. Newer ones have a
  // compiler in between, and no such flag. What ends soon never comes so far.
  if (node < MIDDLE_COMPILER)
    setTimeout(() => setFlagsFromString("--interrupt-budget=6000"), SETTLED_MS).unref();
  const path = join(dir, file);
  // The build leaves nothing but ASCII in it.
  const source = readFileSync(path, "latin1");
  const caching = wantsCache();
  const stem = `${file}.${kind}.${process.version}-${process.arch}`;
  const found = caching ? findCompiled(dir, stem) : null;
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: path,
    ...(found ? { cachedData: found.data } : {}),
  });
  const generation = found && script.cachedDataRejected !== true ? found.generation : 0;
  if (caching && generation < GENERATIONS) {
    keepLater(() => writeCompiled(dir, stem, generation + 1, script));
  }
  return {
    run() {
      const module = { exports: {} };
      script.runInThisContext()(module.exports, createRequire(path), module, path, dir);
      return module.exports;
    },
  };
}

/** Other flags than the usual ones make other code: it would be refused the next time, and so on in turn. */
function wantsCache(): boolean {
  const { env, execArgv } = process;
  return !env["NODE_DISABLE_COMPILE_CACHE"] && !env["NODE_OPTIONS"] && execArgv.length === 0;
}

/** Beside the program where that is the user's own, else in the user's cache, if there is one. */
function cacheDirs(dir: string): string[] {
  const own = statSync(dir).uid === process.geteuid?.() ? [join(dir, ".cache")] : [];
  const cache = userCache();
  return cache === null ? own : [...own, join(cache, "ia-tmux")];
}

function userCache(): string | null {
  const { XDG_CACHE_HOME: given, HOME } = process.env;
  if (given && isAbsolute(given)) return given;
  try {
    return join(HOME && isAbsolute(HOME) ? HOME : homedir(), ".cache");
  } catch {
    // a user whom the system does not know
    return null;
  }
}

function findCompiled(dir: string, stem: string): { data: Buffer; generation: number } | null {
  for (const cache of cacheDirs(dir)) {
    for (let generation = GENERATIONS; generation > 0; generation--) {
      const bytes = readOwn(join(cache, `${stem}.${generation}`));
      const data = bytes?.subarray(DIGEST_BYTES);
      if (bytes && data && digestOf(data).equals(bytes.subarray(0, DIGEST_BYTES)))
        return { data, generation };
    }
  }
  return null;
}

/** What it holds is run: it must be a file of ours that nobody else can write to. */
function readOwn(path: string): Buffer | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(fd);
    const isOurs = stat.uid === process.geteuid?.() && (stat.mode & WRITABLE_BY_OTHERS) === 0;
    return stat.isFile() && isOurs ? readFileSync(fd) : null;
  } finally {
    closeSync(fd);
  }
}

function keepLater(keep: () => void): void {
  let kept = false;
  const once = () => {
    if (!kept) keep();
    kept = true;
  };
  setTimeout(once, STARTED_MS).unref();
  process.once("exit", once);
}

function writeCompiled(dir: string, stem: string, generation: number, script: Script): void {
  const data = script.createCachedData();
  for (const cache of cacheDirs(dir)) {
    const fresh = join(cache, `${stem}.${process.pid}`);
    try {
      mkdirSync(cache, { recursive: true, mode: 0o700 });
      writeFileSync(fresh, Buffer.concat([digestOf(data), data]), { mode: 0o600, flag: "wx" });
      renameSync(fresh, join(cache, `${stem}.${generation}`));
      for (let older = 1; older < generation; older++)
        rmSync(join(cache, `${stem}.${older}`), { force: true });
      return;
    } catch {
      // the next place, or none: the program runs all the same
      removeQuietly(fresh);
    }
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // it was never made
  }
}

function digestOf(data: Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}

/** For the entries that the build writes: what follows the program's name says what a run of `main` is for. */
export function kindOfRun(argv: readonly string[]): string {
  const [, , first] = argv;
  if (first === undefined || first === "open" || first === "attach") return "screen";
  return first === "mcp" || first === "hook" ? first : "command";
}

/** The directory of the entry that runs. */
export const here = dirname(__filename);
