// Holds the shape of the code: who may import whom, who owns which package, what the pure folders may touch.
// Every check says how much it looked at, so that a check of nothing cannot pass.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build, transformSync } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";

const SRC = resolve(import.meta.dirname, "..", "src");
const MAX_LINES = 400;
const LEAST_FILES = 300;

/** Folder → folders it may import from, its own aside. An import may only point down. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  "version.ts": [],
  base: [],
  domain: ["base"],
  protocol: ["base", "domain"],
  node: ["base", "domain"],
  store: ["base"],
  terminal: ["base", "domain", "protocol", "streams"],
  config: ["base", "domain"],
  streams: [],
  host: ["base", "protocol", "streams"],
  server: [
    "base",
    "domain",
    "protocol",
    "loader",
    "streams",
    "node",
    "store",
    "terminal",
    "config",
    "version.ts",
  ],
  client: ["base", "protocol", "streams", "node", "version.ts"],
  scenario: ["base", "domain", "protocol", "config", "client"],
  tui: ["base", "domain", "protocol", "streams", "client", "version.ts"],
  mcp: ["base", "domain", "protocol", "client", "version.ts"],
  cli: ["base", "domain", "protocol", "client", "node", "config", "scenario", "version.ts"],
  demo: ["base", "domain", "protocol"],
  loader: [],
  dev: [],
  "main.ts": ["loader", "client", "cli"],
};

/** Single steps aside, each with its reason. */
const ALLOWED: Readonly<Record<string, string>> = {
  "server/raw-log.ts → host/raw-log-files.ts": "how the host names its log files; no code of the host runs",
  "cli/replay.ts → terminal/xterm-screen.ts":
    "`debug replay` feeds a recording to the emulator without a server",
  "cli/world.ts → tui/main.ts": "front ends are loaded when asked for",
  "cli/commands/pane.ts → tui/snapshot.ts": "`capture --svg` draws with the TUI's own view",
  "cli/commands/tool.ts → mcp/main.ts": "front ends are loaded when asked for",
};

/** Package → the files that may import it as code. A folder ends with a slash. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  "node-pty": ["host/node-pty-adapter.ts", "cli/doctor/checks.ts"],
  "@xterm/headless": ["terminal/"],
  blessed: ["tui/blessed-chrome.ts"],
  commander: ["cli/program.ts"],
  "@modelcontextprotocol/server": ["mcp/"],
  "nedb-promises": ["store/"],
  "@seald-io/nedb": ["store/"],
  yaml: ["config/", "cli/config-files.ts", "server/layout-opener.ts"],
  "strip-ansi": ["cli/doctor/find-program.ts"],
  picomatch: ["domain/lock/overlap.ts"],
  zod: [
    "domain/",
    "protocol/",
    "config/",
    "scenario/",
    "store/",
    "server/",
    "mcp/",
    "demo/",
    "cli/schema.ts",
    "cli/shape-schemas.ts",
    "cli/view-schemas.ts",
  ],
  esbuild: ["dev/"],
};

const PURE = ["base", "domain", "protocol"];
/** What a pure file may not name: the clock, the process, chance and Node's own types. */
const WORLD =
  /(?<![.\w$])(Date|process|Buffer|performance|setTimeout|setInterval|setImmediate|fetch|console)\b|Math\.random/;
/** Where a process or a person starts to read. */
const ENTRIES = [
  "main.ts",
  // Named by the build, as `cli/run.ts` is by a type of its exports.
  "cli/hook.ts",
  "host/main.ts",
  "server/main.ts",
  "demo/agent.ts",
  "loader/run-bundle.ts",
  "dev/start.mjs",
  "dev/test.mjs",
];

interface Import {
  readonly from: string;
  /** Relative to src, or the name of a package. */
  readonly to: string;
  readonly isFile: boolean;
  readonly kind: "code" | "type" | "lazy";
}

const files = listFiles(SRC);
const text = new Map(files.map((file) => [file, readFileSync(join(SRC, file), "utf8")]));
const imports = files.flatMap(importsOf);

describe("layers", () => {
  test(`looks at more than ${LEAST_FILES} files and at their imports`, () => {
    expect(files.length).toBeGreaterThan(LEAST_FILES);
    expect(imports.filter((one) => one.isFile).length).toBeGreaterThan(LEAST_FILES * 2);
    expect([...new Set(files.map(folderOf))].toSorted()).toEqual(Object.keys(LAYERS).toSorted());
  });

  test("an import only points down, also an import of types", () => {
    const wrong = imports
      .filter(({ from, to, isFile }) => {
        if (!isFile) return false;
        const [folder, target] = [folderOf(from), folderOf(to)];
        return folder !== target && !LAYERS[folder]?.includes(target);
      })
      .map(({ from, to }) => `${from} → ${to}`);
    expect([...new Set(wrong)].toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
  });

  test("a front end of another kind is loaded lazily", () => {
    const eager = imports.filter(
      ({ from, to, kind, isFile }) =>
        isFile && kind === "code" && folderOf(from) === "cli" && ["tui", "mcp"].includes(folderOf(to)),
    );
    expect(eager).toEqual([]);
  });

  test("every import names a file that is there, with its ending", () => {
    const missing = imports.filter(({ to, isFile }) => isFile && !text.has(to));
    expect(missing).toEqual([]);
  });
});

describe("packages", () => {
  test("each package has its owner", () => {
    const used = imports.filter(({ to, isFile }) => !isFile && !to.startsWith("node:"));
    const strangers = used
      .filter(({ from, to, kind }) => {
        const owners = OWNERS[packageOf(to)];
        if (!owners) return true;
        return (
          kind !== "type" &&
          !owners.some((owner) => (owner.endsWith("/") ? from.startsWith(owner) : from === owner))
        );
      })
      .map(({ from, to }) => `${from} → ${to}`);
    expect(strangers).toEqual([]);
    expect(new Set(used.map(({ to }) => packageOf(to))).size).toBeGreaterThan(8);
  });

  test("all that is imported is a dependency", () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(SRC, "..", "package.json"), "utf8"),
    ) as Record<string, Record<string, string>>;
    const named = new Set(Object.keys({ ...dependencies, ...devDependencies }));
    const missing = imports
      .filter(({ to, isFile }) => !isFile && !to.startsWith("node:"))
      .map(({ to }) => packageOf(to))
      .filter((name) => !named.has(name));
    expect(missing).toEqual([]);
  });
});

describe("pure folders", () => {
  const pure = files.filter((file) => PURE.includes(folderOf(file)));

  test("import nothing of Node", () => {
    expect(pure.length).toBeGreaterThan(80);
    const wrong = imports.filter(
      ({ from, to, kind }) => pure.includes(from) && to.startsWith("node:") && kind !== "type",
    );
    expect(wrong).toEqual([]);
  });

  test("name neither the clock nor the process nor chance", () => {
    const wrong = pure.flatMap((file) => {
      // Without comments and types.
      const { code } = transformSync(text.get(file) as string, { loader: "ts", minifyWhitespace: true });
      return code.split(/[\n;]/).flatMap((line) => {
        const found = WORLD.exec(line.replace(/"(?:[^"\\]|\\.)*"|`[^`$]*`/g, '""'));
        return found ? [`${file}: ${found[0]} in ${line.trim()}`] : [];
      });
    });
    expect(wrong).toEqual([]);
  });
});

describe("the PTY host", () => {
  test("closes no descriptor in another thread: a pane that starts meanwhile would inherit its neighbours' terminals", () => {
    const host = files.filter((file) => folderOf(file) === "host");
    expect(host.length).toBeGreaterThan(8);
    const asynchronous =
      /"node:fs\/promises"|\* as \w+ from "node:fs"|import \{[^}]*\b(?:close|promises|createReadStream|createWriteStream)\b[^}]*\} from "node:fs"/;
    expect(host.filter((file) => asynchronous.test(text.get(file) as string))).toEqual([]);
  });
});

describe("files", () => {
  test(`have at most ${MAX_LINES} lines`, () => {
    const long = files
      .map((file) => ({ file, lines: (text.get(file) as string).split("\n").length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });

  test("are all used: each can be reached from an entry", () => {
    const next = new Map<string, string[]>();
    for (const { from, to, isFile } of imports) {
      if (isFile) next.set(from, [...(next.get(from) ?? []), to]);
    }
    expect(files.filter((file) => !reachable(ENTRIES, next).has(file))).toEqual([]);
  });

  test("are named in small letters and dashes", () => {
    expect(files.filter((file) => !/^[a-z0-9/.-]+\.(ts|mjs)$/.test(file))).toEqual([]);
  });
});

describe("start-up", () => {
  /** File → what it loads at once, as the bundler sees it: types are gone. */
  const eager = new Map<string, string[]>();

  beforeAll(async () => {
    const { metafile } = await build({
      absWorkingDir: dirname(SRC),
      entryPoints: [
        "src/main.ts",
        "src/cli/run.ts",
        "src/cli/hook.ts",
        "src/host/main.ts",
        "src/server/start.ts",
        "src/demo/agent.ts",
      ],
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      packages: "external",
      outdir: "unused",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    for (const [file, { imports: found }] of Object.entries(metafile.inputs)) {
      const now = found.filter(({ kind }) => kind === "import-statement");
      eager.set(
        relative("src", file),
        now.map(({ path, external }) => (external ? path : relative("src", path))),
      );
    }
  });

  test("a command loads commander and no other package", () => {
    expect(packagesOf(["main.ts", "cli/run.ts"])).toEqual(["commander"]);
  });

  test("a command that talks to the server loads no package more", () => {
    expect(packagesOf(["client/connect.ts"])).toEqual([]);
  });

  test("a hook loads no package at all", () => {
    expect(packagesOf(["cli/hook.ts"])).toEqual([]);
  });

  test("the PTY host loads node-pty and no other package", () => {
    expect(packagesOf(["host/main.ts"])).toEqual(["node-pty"]);
  });

  test("the first picture waits for no package", () => {
    expect(packagesOf(["tui/main.ts"])).toEqual([]);
  });

  function packagesOf(entries: readonly string[]): string[] {
    for (const entry of entries) expect(eager.has(entry), entry).toBe(true);
    const seen = [...reachable(entries, eager)];
    return seen.filter((name) => !text.has(name) && !name.startsWith("node:")).map(packageOf);
  }
});

function listFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(SRC, join(entry.parentPath, entry.name)))
    .toSorted();
}

function importsOf(from: string): Import[] {
  const found: Import[] = [];
  const code = text.get(from) as string;
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^;'"`]*?\sfrom\s+)?"([^"]+)";?$/gm;
  for (const [, isType, name] of code.matchAll(statement)) {
    found.push(importOf(from, name as string, isType ? "type" : "code"));
  }
  for (const [, name] of code.matchAll(/\bimport\("([^"]+)"\)/g)) {
    found.push(importOf(from, name as string, "lazy"));
  }
  return found;
}

function importOf(from: string, name: string, kind: Import["kind"]): Import {
  const isFile = name.startsWith(".");
  return { from, to: isFile ? join(dirname(from), name) : name, isFile, kind };
}

function folderOf(file: string): string {
  return file.split("/")[0] as string;
}

function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

function reachable(entries: readonly string[], next: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  const open = [...entries];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(next.get(at) ?? []));
  }
  return seen;
}
