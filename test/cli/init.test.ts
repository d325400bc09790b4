import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/table.ts";
import { GUIDE } from "../../src/config/project-templates.ts";
import { run } from "./rig.ts";

let root: string;
beforeEach(() => (root = realpathSync(mkdtempSync(join(tmpdir(), "init-")))));
afterEach(() => rmSync(root, { recursive: true, force: true }));
const inRoot = (name: string) => join(root, ".ia-tmux", name);

describe("init", () => {
  test("writes the guide, the context, the roles and an ignore file, and says so", async () => {
    const { exitCode, stdout } = await run(["init"], { cwd: root });
    expect(exitCode).toBe(0);
    for (const name of [".gitignore", "guide.md", "context.md", "roles.md"]) {
      expect(stdout).toContain(`wrote  .ia-tmux/${name}`);
      expect(readFileSync(inRoot(name), "utf8").length).toBeGreaterThan(20);
    }
    expect(stdout).toContain("Next:");
  });

  test("run again it keeps what somebody edited and brings back only what is missing", async () => {
    await run(["init"], { cwd: root });
    writeFileSync(inRoot("context.md"), "ours");
    rmSync(inRoot("guide.md"));
    const { stdout } = await run(["init", "--json"], { cwd: root });
    expect(JSON.parse(stdout)).toMatchObject({ written: [".ia-tmux/guide.md"] });
    expect(readFileSync(inRoot("context.md"), "utf8")).toBe("ours");
  });

  test("from a directory below it writes into the repository's root", async () => {
    mkdirSync(join(root, ".git"));
    writeFileSync(join(root, ".git", "HEAD"), "ref: refs/heads/main\n");
    mkdirSync(join(root, "src", "deep"), { recursive: true });
    await run(["init"], { cwd: join(root, "src", "deep") });
    expect(existsSync(inRoot("guide.md"))).toBe(true);
  });

  test("a link in place of the directory or of a file leads nowhere", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "elsewhere-"));
    symlinkSync(elsewhere, join(root, ".ia-tmux"));
    const { exitCode, stderr } = await run(["init"], { cwd: root });
    expect(exitCode).toBe(73);
    expect(stderr).toContain(".ia-tmux");
    rmSync(join(root, ".ia-tmux"));
    mkdirSync(join(root, ".ia-tmux"));
    symlinkSync(join(elsewhere, "planted"), inRoot("guide.md"));
    await run(["init"], { cwd: root });
    expect(existsSync(join(elsewhere, "planted"))).toBe(false);
    expect(lstatSync(inRoot("guide.md")).isSymbolicLink()).toBe(true);
    rmSync(elsewhere, { recursive: true });
  });
});

test("every command that the guide tells agents to use exists", () => {
  const names = new Set(COMMANDS.flatMap((command) => [command.name, ...(command.short ?? [])]));
  const used = [...GUIDE.matchAll(/ia-tmux ([a-z][a-z-]*(?: [a-z][a-z-]*)?)/g)].map(
    (match) => match[1] as string,
  );
  expect(used.length).toBeGreaterThan(15);
  const unknown = used.filter((words) => !names.has(words) && !names.has(words.split(" ")[0] as string));
  expect(unknown.filter((words) => words !== "relay")).toEqual([]);
});
