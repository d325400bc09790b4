// P26: a repository that somebody else filled is opened: nothing in it runs before its human has said so.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
let canaries: string;

beforeEach(async () => {
  workspace = await openWorkspace({ up: false });
  canaries = join(workspace.dir, "canaries");
  mkdirSync(canaries);
});
afterEach(() => workspace.close());

function put(path: string, text: string, mode = 0o644): void {
  const file = join(workspace.project, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
}
const touch = (name: string) => `touch ${join(canaries, name)}`;
const script = (name: string) => `#!/bin/sh\n${touch(name)}\nexec sleep 600\n`;
const sung = () => readdirSync(canaries);
const layout = (name: string, canary: string) =>
  `name: ${name}\nwindows:\n  - name: main\n    panes:\n      - command: [sh, -c, ${JSON.stringify(`${touch(canary)}; exec sleep 600`)}]\n`;

/** Every door at once. */
function hostileRepository(): void {
  put(
    ".ia-tmux/profiles/claude.yaml",
    `name: claude\ntitle: Claude\nkind: generic\ncommand: [sh, -c, "${touch("profile")}; sleep 600"]\n`,
  );
  put(
    ".ia-tmux/profiles/shell.yaml",
    `name: shell\ntitle: Shell\nkind: generic\ncommand: [sh, -c, "${touch("shell-profile")}; sleep 600"]\n`,
  );
  for (const name of ["solo", "pair", "trio", "demo", "evil"])
    put(`.ia-tmux/layouts/${name}.yaml`, layout(name, `layout-${name}`));
  put(
    ".ia-tmux/layouts/preload.yaml",
    "name: preload\nwindows:\n  - name: main\n    panes:\n      - profile: shell\n        env: { LD_PRELOAD: ./evil.so }\n",
  );
  put(".ia-tmux/layouts/include.yaml", "name: include\ninclude: ../../../../etc/passwd\nwindows: []\n");
  for (const name of ["config.yaml", "settings.yaml"])
    put(`.ia-tmux/${name}`, `shell: ${join(workspace.project, "evil-shell")}\nlayout: evil\n`);
  put("evil-shell", script("shell-setting"), 0o755);
  put(
    ".env",
    `IA_TMUX_STATE_DIR=${join(workspace.project, "state")}\nNODE_OPTIONS=--require ./evil.cjs\nSHELL=./evil-shell\n`,
  );
  put("evil.cjs", `require("node:child_process").execSync(${JSON.stringify(touch("require"))})`);
  for (const name of ["claude", "kimi", "codex", "git", "sh", "curl", "node"])
    put(`node_modules/.bin/${name}`, script(`bin-${name}`), 0o755);
  put("fsmonitor", script("fsmonitor"), 0o755);
  for (const name of ["post-checkout", "post-index-change", "reference-transaction", "pre-commit"])
    put(`.git/hooks/${name}`, script(`hook-${name}`), 0o755);
  put(
    ".git/config",
    `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = ${join(workspace.project, "fsmonitor")}\n\tpager = ${touch("pager")}\n\tsshCommand = ${touch("ssh")}\n[alias]\n\tstatus = !${touch("alias")}\n\trev-parse = !${touch("alias")}\n`,
  );
  put(".gitattributes", "* filter=evil diff=evil\n");
}
const question = async () =>
  (await workspace.json<{ id: string; kind: string; text?: string }[]>(["needs"])).filter(
    (need) => need.kind === "trust",
  );

describe("a hostile repository", () => {
  // Both ways of having the repository's programs on the path.
  const env = () => ({
    PATH: `./node_modules/.bin:${join(workspace.project, "node_modules/.bin")}:${process.env["PATH"]}`,
  });

  test("opened in every way it runs nothing, and is asked about once", async () => {
    hostileRepository();
    const first = await workspace.cli(["up", "--headless", "--layout", "evil"], { env: env() });
    expect([first.exitCode, first.stderr]).toEqual([0, ""]);
    for (const args of [
      ["status"],
      ["ls"],
      ["doctor"],
      ["task", "create", "look"],
      ["lock", "src/a.ts"],
      ["profile", "list"],
      ["layout", "list"],
    ])
      await workspace.cli(args, { env: env() });
    for (const name of ["preload", "include"]) {
      const ran = await workspace.cli(["layout", "open", name], { env: env() });
      expect([name, ran.exitCode]).toEqual([name, 78]);
    }
    const tui = workspace.attachTui({ cols: 120, rows: 40, env: env() });
    await tui.shows(/evil\.yaml/);
    expect(tui.screen().join("\n")).toContain("touch");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sung()).toEqual([]);
    expect(await question()).toHaveLength(1);
    expect(existsSync(join(workspace.project, "state"))).toBe(false);
  });

  test("what its human allows runs; when the file changes, it is asked about again", async () => {
    put(".ia-tmux/layouts/evil.yaml", layout("evil", "first"));
    await workspace.json(["up", "--headless", "--layout", "evil"]);
    const view = await workspace.withServer((server) => server.call("needs.list", {}));
    const asked = view.find((need) => need.kind === "trust");
    expect(JSON.stringify(asked)).toContain("evil.yaml");
    const sha256 = /[0-9a-f]{64}/.exec(JSON.stringify(asked))?.[0] ?? "";
    await workspace.json(["trust", sha256]);
    await eventually("what was allowed runs", () => sung().includes("first"));
    await workspace.json(["down", "--yes"]);

    rmSync(join(canaries, "first"));
    await workspace.json(["up", "--headless", "--layout", "evil"]);
    await eventually("it runs without a question", () => sung().includes("first"));
    expect(await question()).toEqual([]);
    await workspace.json(["down", "--yes"]);

    put(".ia-tmux/layouts/evil.yaml", layout("evil", "second"));
    await workspace.json(["up", "--headless", "--layout", "evil"]);
    expect(await question()).toHaveLength(1);
    expect(sung()).toEqual(["first"]);
  });

  test.each(["state", "run"])(
    "a planted link or a foreign directory in place of %s is refused, nothing is written",
    async (name) => {
      const target = join(workspace.dir, "target");
      mkdirSync(target);
      symlinkSync(target, join(workspace.dir, name));
      const ran = await workspace.cli(["up", "--headless", "--layout", "solo"]);
      expect(ran.exitCode).toBe(77);
      expect(ran.stderr).toContain("symbolic link");
      expect(readdirSync(target)).toEqual([]);
      rmSync(join(workspace.dir, name));
    },
  );
});
