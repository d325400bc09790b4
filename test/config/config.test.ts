import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { isDeniedVariable } from "../../src/config/environment.ts";
import { jsonSchemaOf, SCHEMA_NAMES } from "../../src/config/json-schemas.ts";
import { listLayouts, loadLayout } from "../../src/config/layouts.ts";
import type { ConfigDirs } from "../../src/config/library.ts";
import { loadProfiles } from "../../src/config/profiles.ts";
import { DEFAULT_SETTINGS_TEXT, loadSettings } from "../../src/config/settings.ts";
import { didYouMean } from "../../src/config/suggest.ts";
import { createTrustStore, type TrustStore } from "../../src/config/trust.ts";
import { layoutPanes } from "../../src/domain/layout-spec.ts";
import { startCpuTime } from "../support/cpu-time.ts";

const PACKAGE = join(import.meta.dirname, "../..");
const NOTHING: TrustStore = { isTrusted: () => false, trust: () => undefined };
let root: string;
let dirs: ConfigDirs & { project: string };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "config-"));
  dirs = { builtIn: PACKAGE, user: join(root, "user"), project: join(root, "project/.ia-tmux") };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}
const settings = (content: string | Uint8Array) => {
  put(join(dirs.user, "config.yaml"), content);
  return loadSettings(dirs.user);
};
const layout = (content: string | Uint8Array, where: "user" | "project" = "user", trust = NOTHING) => {
  put(join(dirs[where], "layouts/mine.yaml"), content);
  return loadLayout(dirs, "mine", join(root, "project"), trust);
};
function failure(run: () => unknown): AppError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was wrong");
}
const panes = (text: string) => `name: mine\nwindows:\n  - panes:\n${text}`;

describe("configuration files", () => {
  it("27: an empty file and one of comments are all defaults", () => {
    expect(settings("")).toMatchObject({ prefix: "C-b", mouse: true });
    expect(settings("# nothing\n")).toEqual(loadSettings(join(root, "nowhere")));
    expect(settings(DEFAULT_SETTINGS_TEXT)).toEqual(settings(""));
  });

  it("the default text names every setting with its default", () => {
    const uncommented = DEFAULT_SETTINGS_TEXT.replace(/^# (?=[a-z]+:)/gm, "").replace(
      /^keys:.*\n(?:#.*\n)*/m,
      "",
    );
    expect(settings(uncommented)).toEqual(settings(""));
  });

  it("28: a syntax error names file, line and column, and shows the line", () => {
    const error = failure(() => settings("prefix: C-a\nkeys: {a: b\nmouse: true\n"));
    expect(error.code).toBe("bad-config");
    expect(error.message).toMatch(/config\.yaml:\d:\d+: /);
    expect(error.message).toMatch(/\n {4}\d \| /);
  });

  it("29: a duplicate key, in JSON too", () => {
    expect(failure(() => settings("prefix: C-a\nprefix: C-b\n")).message).toMatch(
      /config\.yaml:2:1: duplicate key "prefix"/,
    );
    expect(failure(() => settings('{"mouse": true,\n "mouse": false}')).message).toMatch(
      /:2:\d: duplicate key "mouse"/,
    );
  });

  it("30: a tab as indentation", () => {
    expect(failure(() => settings("keys:\n\tg: x\n")).message).toMatch(/config\.yaml:2:1: .*tab/);
  });

  it("31: an unknown key with what was probably meant", () => {
    const error = failure(() => layout(panes("      - { comand: [sh] }\n")));
    expect(error.message).toMatch(/mine\.yaml:4:11: windows\[0\]\.panes\[0\]: unknown key "comand"/);
    expect(error.message).toContain('did you mean "command"?');
    expect(failure(() => settings("colours: x\n")).message).toContain("known here: prefix, keys");
  });

  it("32: a wrong type with key path and what is expected", () => {
    expect(failure(() => layout("name: mine\nwindows:\n  - panes: 3\n")).message).toMatch(
      /:3:12: windows\[0\]\.panes: expected a list, got 3/,
    );
    expect(failure(() => layout(panes("      - command: [1, 2]\n"))).message).toMatch(
      /command\[0\]: expected text, got 1/,
    );
    expect(failure(() => settings("shell: no\n")).message).toMatch(/:1:8: .*boolean/);
    expect(failure(() => settings("mouse: yes\n")).message).toMatch(/"yes" may mean text or a boolean/);
  });

  it("33: an alias bomb, at once", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 9; level++)
      lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`);
    const usedMs = startCpuTime();
    expect(failure(() => settings(lines.join("\n"))).message).toContain("too many aliases");
    expect(usedMs()).toBeLessThan(200);
  });

  it.each([1_000, 100_000])("34: %i splits inside each other", (depth) => {
    const nested = `windows: ${'[{"split":"right","panes":'.repeat(depth)}[]${"}]".repeat(depth)}`;
    if (nested.length <= 262_144) expect(failure(() => layout(nested)).message).toContain("deeper than 16");
    else expect(failure(() => layout(nested)).code).toBe("bad-config");
    expect(
      failure(() => layout(`name: mine\nwindows:\n${"- ".repeat(depth).slice(0, 200_000)}x\n`)).message,
    ).toContain("deeper than 16");
  });

  it("34: seventeen splits are one too many, sixteen are not", () => {
    const nest = (depth: number): string =>
      depth === 0 ? "{ profile: shell }" : `{ split: right, panes: [${nest(depth - 1)}] }`;
    const file = (depth: number) => `name: mine\nwindows:\n  - split: right\n    panes: [${nest(depth)}]\n`;
    expect(layoutPanes(layout(file(15)).layout)).toHaveLength(1);
    expect(failure(() => layout(file(16))).message).toContain("deeper than 16");
  });

  it("35: more than 64 panes", () => {
    expect(failure(() => layout(panes("      - profile: shell\n".repeat(1_000)))).message).toMatch(
      /at most 64 panes/,
    );
    const windows = `name: mine\nwindows:\n${`  - panes:\n${"      - profile: shell\n".repeat(40)}`.repeat(2)}`;
    expect(failure(() => layout(windows)).message).toMatch(/at most 64 panes, not 80/);
    const each = `name: mine\nwindows:\n${"  - panes: [{ profile: shell }]\n".repeat(64)}`;
    expect(layoutPanes(layout(each).layout)).toHaveLength(64);
  });

  it.each(["0", "-1", "101", "100%", ".nan", "1e308", ".inf"])("36: a size of %s", (size) => {
    expect(failure(() => layout(panes(`      - { profile: shell, percent: ${size} }\n`))).message).toMatch(
      /panes\[0\]\.percent: (at (?:least 1|most 99)|expected)/,
    );
  });

  it("36: shares that add up to more than the whole", () => {
    const three = "      - { profile: shell, percent: 99 }\n".repeat(3);
    expect(failure(() => layout(panes(three))).message).toMatch(/shares add up to 297 %/);
  });

  it.each(["../../etc", "/etc", "a/../../.."])(
    "37: a project's directory %s outside of the project",
    (cwd) => {
      expect(
        failure(() => layout(panes(`      - { profile: shell, cwd: ${cwd} }\n`), "project")).message,
      ).toMatch(/cwd: .* is outside the project/);
      expect(layout(panes(`      - { profile: shell, cwd: src/.. }\n`), "project").isTrusted).toBe(true);
    },
  );

  it.each([
    "LD_PRELOAD",
    "NODE_OPTIONS",
    "PATH",
    "IA_TMUX_TOKEN",
    "DYLD_INSERT_LIBRARIES",
    "GIT_SSH_COMMAND",
    "node_options",
  ])("38: a project file may not set %s", (name) => {
    const file = panes(`      - { profile: shell, env: { ${name}: x } }\n`);
    expect(failure(() => layout(file, "project")).message).toContain("not allowed from a project file");
    expect(isDeniedVariable(name)).toBe(true);
    rmSync(dirs.project, { recursive: true, force: true });
    expect(layout(file, "user").isTrusted).toBe(true);
  });

  it("39: a command with NUL or of 200 KB", () => {
    expect(failure(() => layout(panes('      - command: ["a\\0b"]\n'))).message).toMatch(
      /command\[0\]: holds a NUL/,
    );
    expect(failure(() => layout(panes(`      - command: ["${"x".repeat(200_000)}"]\n`))).message).toMatch(
      /at most 4096 characters/,
    );
  });

  it("40: nothing is included: the key is unknown", () => {
    expect(failure(() => layout("include: ../../../.ssh/config\n")).message).toMatch(
      /:1:1: unknown key "include"/,
    );
  });

  it("40: a FIFO, a directory and a file too large are no configuration", () => {
    mkdirSync(dirs.user, { recursive: true });
    execFileSync("mkfifo", [join(dirs.user, "config.yaml")]);
    expect(failure(() => loadSettings(dirs.user)).message).toContain("not a regular file");
    rmSync(join(dirs.user, "config.yaml"));
    mkdirSync(join(dirs.user, "config.yaml"));
    expect(failure(() => loadSettings(dirs.user)).message).toContain("not a regular file");
    rmSync(join(dirs.user, "config.yaml"), { recursive: true });
    expect(failure(() => settings("#".repeat(262_145))).message).toContain("larger than 256 KiB");
  });

  it("41: a byte order mark and CRLF are fine, UTF-16 is not UTF-8", () => {
    expect(settings("\ufeffprefix: C-a\r\nmouse: false\r\n")).toMatchObject({ prefix: "C-a", mouse: false });
    expect(failure(() => settings(Buffer.from("\ufeffprefix: C-a\n", "utf16le"))).message).toContain(
      "not UTF-8",
    );
    expect(failure(() => settings(Buffer.from("prefix: C-a\n", "utf16le"))).message).toContain("not UTF-8");
    expect(failure(() => settings(Uint8Array.of(0x23, 0xff))).message).toContain("not UTF-8 (byte 1)");
  });

  it("42: names that differ only in case, or a file that is not called as its name", () => {
    put(join(dirs.user, "profiles/Claude.yaml"), "name: Claude\ntitle: x\ncommand: [x]\n");
    expect(loadProfiles(dirs, NOTHING).errors[0]?.message).toMatch(
      /profiles\/claude\.yaml and .*profiles\/Claude\.yaml/,
    );
    put(join(dirs.user, "profiles/mine.yaml"), "name: yours\ntitle: x\ncommand: [x]\n");
    const messages = loadProfiles(dirs, NOTHING).errors.map((error) => error.message);
    expect(messages.some((text) => /mine\.yaml:1:7: name: the file is called mine/.test(text))).toBe(true);
  });

  it.each(["__proto__", "constructor", "hasOwnProperty"])(
    "43: the key %s is unknown and changes nothing",
    (key) => {
      expect(failure(() => settings(`${key}: { polluted: true }\n`)).message).toContain(
        `unknown key "${key}"`,
      );
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
      expect(failure(() => layout(panes(`      - { ${key}: { polluted: true } }\n`))).message).toContain(
        `unknown key "${key}"`,
      );
    },
  );

  it("44: a project file runs nothing before it is trusted, and asks again when it changes", () => {
    const trust = createTrustStore(join(root, "state"));
    const file = panes(
      '      - { command: [make, "-C", a b], env: { X: "1" } }\n      - { profile: shell }\n',
    );
    const asked = layout(file, "project", trust);
    expect(asked).toMatchObject({ isTrusted: false, commands: ["X=1 make -C 'a b'"] });
    expect(layoutPanes(asked.layout).map(({ pane }) => pane.command)).toEqual([undefined, undefined]);
    trust.trust(asked.sha256, asked.path, 1);
    expect(layout(file, "project", createTrustStore(join(root, "state")))).toMatchObject({ isTrusted: true });
    expect(layoutPanes(layout(file, "project", trust).layout)[0]?.pane.command).toEqual([
      "make",
      "-C",
      "a b",
    ]);
    expect(layout(file.replace("make", "evil"), "project", trust).isTrusted).toBe(false);
    expect(statSync(join(root, "state/trusted.json")).mode & 0o777).toBe(0o600);
  });

  it("44: a project's profile is not there before it is trusted, and its command is shown", () => {
    const trust = createTrustStore(join(root, "state"));
    put(
      join(dirs.project, "profiles/claude.yaml"),
      "name: claude\ntitle: not what you think\ncommand: [evil]\n",
    );
    const before = loadProfiles(dirs, trust);
    expect(before.profiles.get("claude")?.profile.command).toEqual(["claude"]);
    expect(before.untrusted).toMatchObject([{ commands: ["evil"] }]);
    trust.trust(before.untrusted[0]?.sha256 ?? "", "x", 1);
    expect(loadProfiles(dirs, trust).profiles.get("claude")?.profile.command).toEqual(["evil"]);
  });

  it("45: a user's file that others may write", () => {
    put(join(dirs.user, "config.yaml"), "mouse: true\n");
    chmodSync(join(dirs.user, "config.yaml"), 0o666);
    expect(failure(() => loadSettings(dirs.user)).message).toContain("unsafe permissions");
  });

  it("name the key of a pattern that is no regular expression", () => {
    put(
      join(dirs.user, "profiles/mine.yaml"),
      "name: mine\ntitle: x\ncommand: [x]\ndetect:\n  rules:\n    - { name: a, state: idle, all: ['(unclosed'] }\n",
    );
    const [error] = loadProfiles(dirs, NOTHING).errors;
    expect(error?.message).toMatch(/mine\.yaml:6:37: detect\.rules\[0\]\.all\[0\]: not a regular expression/);
  });

  it("show every problem of a file at once, ten at most", () => {
    const lines = Array.from({ length: 12 }, (_, index) => `wrong${index}: 1`).join("\n");
    const error = failure(() => settings(lines));
    expect(error.message.match(/unknown key/g)).toHaveLength(10);
    expect(error.message).toContain("and 2 more");
  });
});

describe("profiles and layouts of the package", () => {
  it("are all valid and have the names they should", () => {
    const { profiles, errors } = loadProfiles({ ...dirs, project: null }, NOTHING);
    expect(errors).toEqual([]);
    expect([...profiles.keys()].sort()).toEqual(["claude", "codex", "demo", "gemini", "kimi", "shell"]);
    const listed = listLayouts({ ...dirs, project: null }, root);
    expect(listed.errors).toEqual([]);
    expect(listed.layouts.map((entry) => entry.name).sort()).toEqual([
      "demo",
      "pair",
      "review",
      "solo",
      "trio",
    ]);
    for (const { name } of listed.layouts) {
      for (const { pane } of layoutPanes(loadLayout(dirs, name, root, NOTHING).layout))
        expect(profiles.has(pane.profile ?? "")).toBe(true);
    }
  });

  it("are covered by the user's, and those by the project's", () => {
    put(
      join(dirs.user, "layouts/trio.yaml"),
      "name: trio\ntitle: mine\nwindows:\n  - panes:\n      - profile: shell\n",
    );
    expect(loadLayout(dirs, "trio", root, NOTHING)).toMatchObject({
      origin: "user",
      layout: { title: "mine" },
    });
  });

  it("are not found with a hint", () => {
    const error = failure(() => loadLayout(dirs, "tri", root, NOTHING));
    expect(error).toMatchObject({ code: "not-found", hint: "did you mean trio?" });
  });

  it("have JSON Schemas for editors", () => {
    for (const name of SCHEMA_NAMES) {
      const schema = jsonSchemaOf(name);
      expect(schema).toMatchObject({ title: `ia-tmux ${name}`, type: "object", additionalProperties: false });
    }
    expect(JSON.stringify(jsonSchemaOf("layout"))).toContain('"main-vertical"');
  });
});

it("suggestions are near or none", () => {
  expect(didYouMean("comand", ["name", "command"])).toBe("command");
  expect(didYouMean("zzz", ["name", "command"])).toBeNull();
  expect(didYouMean("x".repeat(100_000), ["name"])).toBeNull();
});
