// Completion: what `ia-tmux complete` offers for half a command line, against a real server, and the shells that ask it.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complete } from "../../src/cli/completion/complete.ts";
import { KINDS, kindOf } from "../../src/cli/completion/kinds.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import type { Message } from "../../src/domain/message/message.ts";
import type { Task } from "../../src/domain/task/task.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
let task: Task;
let message: Message;
beforeAll(async () => {
  workspace = await openWorkspace();
  const { project, json, cli } = workspace;
  task = await json<Task>(["create-task", "mend the roof"]);
  message = await json<Message>(["send", "--to", "operator", "well: done"], {
    env: { IA_TMUX_AGENT: "zoe" },
  });
  await json(["lock", "docs/my notes.md"]);
  await json(["lock", "--resource", "db"]);
  await cli(["publish-spec", "api/login", "# one"]);
  for (const made of ["docs", "bin"]) mkdirSync(join(project, made), { recursive: true });
  writeFileSync(join(project, "docs", "my notes.md"), "x");
  const bin = join(workspace.dir, "ia-tmux");
  writeFileSync(bin, `#!/bin/sh\nexec '${process.execPath}' '${workspace.program}' "$@"\n`);
  chmodSync(bin, 0o755);
  for (const shell of ["bash", "zsh", "fish"])
    writeFileSync(join(workspace.dir, `completion.${shell}`), (await cli(["completion", shell])).stdout);
}, 60_000);
afterAll(() => workspace.close());

async function offered(...words: string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await workspace.cli(["complete", "--", ...words]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout === ""
    ? []
    : stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t")[0] as string);
}

/** Without a server: what follows from the table of commands. */
const words = (...line: string[]) => complete(line, COMMANDS).offers.map(({ word }) => word);

describe("what follows from the commands", () => {
  test("nouns and commands, with what they are; names from elsewhere only when nothing else fits", () => {
    expect(words("ta")).toEqual(["task", "tasks"]);
    expect(words("")).not.toContain("create-task");
    expect(words("create-t")).toEqual(["create-task"]);
    expect(complete(["task"], COMMANDS).offers[0]?.about).toMatch(/^Tasks: /);
    expect(words("--v")).toEqual(["--version"]);
  });

  test("verbs, and of a noun that is a command itself what that takes, too", () => {
    expect(words("task", "cl")).toEqual(["claim", "claim-next"]);
    expect(words("hooks", "")).toEqual(["install", "status", "remove"]);
    expect(words("msg", "se")).toEqual(expect.arrayContaining(["send", "search"]));
    expect(complete(["lock", ""], COMMANDS)).toMatchObject({ kind: "files" });
    expect(words("lock", "rel")).toEqual(["release"]);
  });

  test("options that were not given yet, and none behind --", () => {
    expect(words("task", "delegate", "--pri")).toEqual(["--priority"]);
    expect(words("task", "delegate", "--priority", "high", "--pri")).toEqual([]);
    expect(words("lock", "--f")).toContain("--force");
    expect(words("--json", "lock", "--f")).toContain("--force");
    expect(words("send", "--to", "x", "--", "--")).toEqual([]);
  });

  test("an option's words, also behind = however the shell cuts that", () => {
    expect(words("task", "create", "--priority", "cr")).toEqual(["critical"]);
    expect(words("task", "create", "--priority=cr")).toEqual(["--priority=critical"]);
    expect(words("task", "create", "--priority", "=", "cr")).toEqual(["critical"]);
    expect(words("task", "create", "--priority", "=")).toEqual(["low", "medium", "high", "critical"]);
    expect(words("window", "synchronize", "o")).toEqual(["on", "off"]);
  });

  test("the kind of name at each place", () => {
    const kind = (...line: string[]) => complete(line, COMMANDS).kind;
    expect(kind("task", "show", "")).toBe("tasks");
    expect(kind("task", "assign", "task-1", "")).toBe("agents");
    expect(kind("send", "--to", "")).toBe("recipients");
    expect(kind("unlock", "")).toBe("locks");
    expect(kind("task", "depend", "a", "b", "")).toBe("tasks");
    expect(kind("pane", "kill", "")).toBe("panes");
    expect(kind("pane", "split", "-c", "")).toBe("directories");
    expect(kind("run", "--junit", "")).toBe("files");
    expect(kind("nonsense", "")).toBe(null);
  });

  test("every kind is somebody's", () => {
    const used = COMMANDS.flatMap((command) => [
      ...(command.args ?? "")
        .split(" ")
        .map((argument) => kindOf(command.name, argument.replace(/[<>[\].]/g, ""))),
      ...Object.values(command.options).map(({ value }) => kindOf(command.name, value ?? "")),
    ]);
    expect(KINDS.filter((kind) => !used.includes(kind))).toEqual([]);
  });
});

describe("what a running server knows", () => {
  test.each<[string, string[], () => string[]]>([
    ["agents", ["agent", "show", ""], () => ["ada", "ben", "zoe"]],
    ["agents by their beginning", ["delegate", "--to", "b"], () => ["ben"]],
    ["whom one can write to", ["send", "--to", ""], () => ["ada", "ben", "zoe", "all", "operator"]],
    ["tasks", ["task", "show", ""], () => [task.id]],
    ["messages", ["reply", ""], () => [message.id]],
    ["locked paths", ["unlock", ""], () => ["docs/my notes.md"]],
    ["locked things", ["unlock", "--resource", ""], () => ["db"]],
    ["panes", ["pane", "kill", ""], () => ["%1", "ada", "%2", "ben"]],
    ["specs", ["get-spec", ""], () => ["api/login"]],
    ["profiles", ["pane", "split", "--profile=cl"], () => ["--profile=claude"]],
    ["layouts", ["layout", "open", "tr"], () => ["trio"]],
    ["shells", ["completion", "f"], () => ["fish"]],
    ["files are the shell's", ["run", ""], () => [":files"]],
  ])("%s", async (_what, line, expected) => expect(await offered(...line)).toEqual(expected()));

  test("what they are stands beside them, in one line", async () => {
    expect((await workspace.cli(["complete", "--", "task", "show", ""])).stdout).toBe(
      `${task.id}\tpending mend the roof\n`,
    );
  });

  test("without a server there is nothing, no error, and none is started", async () => {
    const env = {
      IA_TMUX_STATE_DIR: join(workspace.dir, "none"),
      IA_TMUX_RUNTIME_DIR: join(workspace.dir, "none-run"),
    };
    const ran = await workspace.cli(["complete", "--", "task", "show", ""], { env });
    expect(ran).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });
});

const has = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).status === 0;
const script = (shell: string) => join(workspace.dir, `completion.${shell}`);
const inShell = (shell: string, args: readonly string[], words: string) =>
  execFileSync(shell, [...args, words], {
    encoding: "utf8",
    cwd: workspace.project,
    env: { ...workspace.env, PATH: `${workspace.dir}:${workspace.env["PATH"]}` },
  });

describe("bash", () => {
  /** What bash has in COMPREPLY when it calls the function that is registered for the command. */
  function bash(...line: string[]): string[] {
    const array = line.map((word) => `'${word}'`).join(" ");
    const text = `source ${script("bash")}; complete -p ia-tmux >/dev/null || exit 9
      COMP_WORDS=(${array}); COMP_CWORD=${line.length - 1}; _ia_tmux; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return inShell("bash", ["--norc", "-c"], text).trim().split("\n");
  }

  test("offers commands, names of the server and files", () => {
    expect(bash("ia-tmux", "task", "cl")).toEqual(["claim", "claim-next"]);
    expect(bash("ia-tmux", "agent", "show", "")).toEqual(["ada", "ben", "zoe"]);
    expect(bash("ia-tmux", "task", "show", "task")).toEqual([task.id]);
    expect(bash("ia-tmux", "unlock", "")).toEqual(["docs/my\\ notes.md"]);
    expect(bash("ia-tmux", "task", "create", "--priority", "=", "cr")).toEqual(["critical"]);
    expect(bash("ia-tmux", "run", "do")).toEqual(["docs"]);
    expect(bash("ia-tmux", "pane", "split", "-c", "b")).toEqual(["bin"]);
  });
});

describe("zsh and fish", () => {
  // Both are asked themselves where they are installed; elsewhere the scripts' one line that matters is held.
  test("zsh offers the same", () => {
    expect(readFileSync(script("zsh"), "utf8")).toContain('complete -- "${(@Q)words[2,CURRENT]}"');
    if (!has("zsh")) return;
    expect(spawnSync("zsh", ["-n", script("zsh")], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
    const zsh = (...line: string[]) =>
      inShell(
        "zsh",
        ["-f", "-c"],
        `compdef() { :; }; _describe() { print -l -- "\${offered[@]}"; }; _files() { print FILES; }
         source ${script("zsh")}; words=(${line.map((word) => `'${word}'`).join(" ")}); CURRENT=${line.length}; _ia_tmux`,
      )
        .trim()
        .split("\n");
    expect(zsh("ia-tmux", "task", "cl")[0]).toMatch(/^claim:/);
    expect(zsh("ia-tmux", "agent", "show", "")).toEqual([
      expect.stringMatching(/^ada:/),
      expect.stringMatching(/^ben:/),
      expect.stringMatching(/^zoe:/),
    ]);
    expect(zsh("ia-tmux", "run", "")).toEqual(["FILES"]);
  });

  test("fish offers the same", () => {
    expect(readFileSync(script("fish"), "utf8")).toContain(
      "complete -c ia-tmux -f -a '(__ia_tmux_complete)'",
    );
    if (!has("fish")) return;
    const fish = (line: string) =>
      inShell("fish", ["--no-config", "-c"], `source ${script("fish")}; complete -C ${JSON.stringify(line)}`)
        .trim()
        .split("\n")
        .map((found) => found.split("\t")[0]);
    expect(fish("ia-tmux task cl")).toEqual(["claim", "claim-next"]);
    expect(fish("ia-tmux agent show ")).toEqual(["ada", "ben", "zoe"]);
    expect(fish("ia-tmux pane split --profile=cl")).toEqual(["--profile=claude"]);
    expect(fish("ia-tmux run do")).toEqual(["docs/"]);
  });
});

test("a shell that nobody has is refused", async () => {
  const ran = await workspace.cli(["completion", "tcsh"]);
  expect(ran).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("bash, zsh, fish") });
});
