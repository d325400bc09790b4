import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DEFAULT_SETTINGS_TEXT } from "../../src/config/settings.ts";
import { fakeServer, run } from "./rig.ts";

let root: string;
let path: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "config-")));
  path = join(root, "config", "ia-tmux", "config.yaml");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const config = (...words: string[]) =>
  run(["config", ...words], {
    cwd: root,
    env: { HOME: root, XDG_CONFIG_HOME: join(root, "config"), XDG_STATE_HOME: join(root, "state") },
  });
function write(text: string) {
  mkdirSync(join(root, "config", "ia-tmux"), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
}

test("init writes every setting with its default as a comment, and never touches a file that is there", async () => {
  expect((await config("path")).stdout.trim()).toBe(path);
  expect(existsSync(path)).toBe(false);
  expect((await config("init")).stdout).toContain(`wrote ${path}`);
  expect(readFileSync(path, "utf8")).toBe(DEFAULT_SETTINGS_TEXT);
  write("prefix: C-a\n");
  expect((await config("init")).stdout).toContain(`kept  ${path}`);
  expect(readFileSync(path, "utf8")).toBe("prefix: C-a\n");
});

test("show prints what is in force, defaults filled in", async () => {
  write("prefix: C-a\n");
  const { stdout } = await config("show", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    path,
    settings: { prefix: "C-a", theme: "auto", scrollback: 2_000 },
  });
});

test.each([
  ["prefix: Hyper-q\n", '1:9: prefix: "Hyper-q" is not a key'],
  ["keys:\n  g: frobnicate\n", "2:6: keys.g: There is no command frobnicate."],
  ["keys:\n  Foo: new-window\n", '"Foo" is not a key'],
  ["theme: drak\n", 'did you mean "dark"?'],
  ["scrolback: 5\n", 'did you mean "scrollback"?'],
])("check names what is wrong with %j, with its place, and ends 78", async (text, words) => {
  write(text);
  const { exitCode, stderr } = await config("check");
  expect(exitCode).toBe(78);
  expect(stderr).toContain("config.yaml");
  expect(stderr).toContain(words);
});

test("check is content with a good file and with none", async () => {
  expect((await config("check")).stdout).toContain("the defaults hold");
  write("keys: { g: new-window, D: null }\n");
  expect(await config("check")).toMatchObject({ exitCode: 0 });
});

test("reload has the server read the file, and ends 78 when it cannot use it", async () => {
  const view = { path, settings: {} as never };
  const server = await fakeServer({ "settings.reload": () => ({ ...view, problem: null }) });
  expect(await run(["config", "reload"], { server })).toMatchObject({
    exitCode: 0,
    stdout: `Read ${path}\n`,
  });
  await server.close();
  const strict = await fakeServer({ "settings.reload": () => ({ ...view, problem: "1:1: unknown key" }) });
  expect(await run(["source-file"], { server: strict })).toMatchObject({ exitCode: 78 });
  await strict.close();
});
