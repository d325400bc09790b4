// Completion in the shells themselves.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "./rig.ts";

let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "completion-"));
  for (const shell of ["bash", "zsh", "fish"])
    writeFileSync(join(dir, shell), (await run(["completion", shell])).stdout);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const has = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).status === 0;

/** What bash offers for the last word. */
function bash(...words: string[]): string[] {
  const script = `source ${join(dir, "bash")}
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; COMPREPLY=()
    _ia_tmux; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8", cwd: dir }).trim().split("\n");
}

test("bash completes nouns, short forms, verbs and options", () => {
  expect(bash("ia-tmux", "de")).toEqual(expect.arrayContaining(["delegate", "decision", "debug"]));
  expect(bash("ia-tmux", "task", "cl")).toEqual(expect.arrayContaining(["claim", "claim-next"]));
  expect(bash("ia-tmux", "task", "delegate", "--pri")).toEqual(["--priority"]);
  expect(bash("ia-tmux", "lock", "--f")).toContain("--force");
  expect(bash("ia-tmux", "hooks", "in")).toContain("install");
  expect(bash("ia-tmux", "lock", "ba")).toContain("bash");
});

test("bash really calls it for the command", () => {
  const script = `source ${join(dir, "bash")}; complete -p ia-tmux`;
  expect(execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8" })).toContain("_ia_tmux ia-tmux");
});

test("every shell that is here takes its script without a complaint", () => {
  const checks: readonly (readonly [shell: string, args: readonly string[]])[] = [
    ["bash", ["-n", join(dir, "bash")]],
    ["zsh", ["-n", join(dir, "zsh")]],
    ["fish", ["--no-execute", join(dir, "fish")]],
  ];
  for (const [shell, args] of checks.filter(([name]) => has(name))) {
    const { status, stderr } = spawnSync(shell, args, { encoding: "utf8" });
    expect({ shell, status, stderr }).toEqual({ shell, status: 0, stderr: "" });
  }
});
