import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerOffline } from "../../src/cli/offline-hook.ts";
import { createSystemClock } from "../../src/node/system-clock.ts";

let root: string;
let project: string;
const clock = createSystemClock();

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "ia-offline-")));
  project = join(root, "project");
  mkdirSync(join(project, "src"), { recursive: true });
  writeFileSync(join(project, "src", "a.ts"), "");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function hold(more: { bootId?: string; deadlineBootMs?: number; holderPid?: number } = {}): void {
  writeFileSync(
    join(root, "locks.snapshot"),
    JSON.stringify({
      version: 1,
      bootId: more.bootId ?? clock.bootId,
      ignoreCase: false,
      leases: [
        {
          targets: [{ kind: "file", path: "src/a.ts", inode: null }],
          holder: "kimi",
          reason: "rework",
          deadlineBootMs: more.deadlineBootMs ?? clock.bootMs() + 600_000,
          holderPid: more.holderPid ?? process.pid,
        },
      ],
    }),
  );
}

function ask(
  toolName: string,
  toolInput: object,
  more: { self?: string; kind?: string; event?: string } = {},
) {
  return answerOffline({
    snapshot: join(root, "locks.snapshot"),
    projectRoot: project,
    kind: more.kind ?? "claude",
    event: more.event ?? "PreToolUse",
    body: JSON.stringify({ cwd: project, tool_name: toolName, tool_input: toolInput }),
    self: more.self ?? "claude",
  });
}

const SILENT = { stdout: "", stderr: "", exitCode: 0 };

describe("a hook that no server answers", () => {
  it("is refused a file that another holds, with the holder, the time left and what to do", () => {
    hold();
    const answer = ask("Edit", { file_path: join(project, "src", "a.ts") });
    const reason = JSON.parse(answer.stdout).hookSpecificOutput.permissionDecisionReason;
    expect(reason).toMatch(
      /^src\/a\.ts is locked by kimi for another 10 min: rework\. .*ia-tmux server start/u,
    );
    expect(answer.exitCode).toBe(0);
  });

  it.each([
    ["kimi's relative path", "kimi", "Write", { path: "src/a.ts" }],
    [
      "codex's patch",
      "codex",
      "apply_patch",
      { command: "*** Begin Patch\n*** Update File: src/a.ts\n*** End Patch" },
    ],
    ["a shell command", "codex", "Bash", { command: "echo x > src/a.ts" }],
    ["a copy into a directory", "claude", "Bash", { command: "cp /tmp/a.ts src" }],
  ])("is refused %s", (_what, kind, tool, input) => {
    hold();
    expect(ask(tool, input, { kind, self: "other" }).stdout).toContain("locked by kimi");
  });

  it("is let through for the holder, for other files and for what only reads", () => {
    hold();
    expect(ask("Edit", { file_path: join(project, "src", "a.ts") }, { self: "Kimi" })).toEqual(SILENT);
    expect(ask("Edit", { file_path: join(project, "src", "b.ts") })).toEqual(SILENT);
    expect(ask("Bash", { command: "cp /tmp/b.ts src" })).toEqual(SILENT);
    expect(ask("Read", { file_path: join(project, "src", "a.ts") })).toEqual(SILENT);
    expect(ask("Edit", { file_path: "/etc/hosts" })).toEqual(SILENT);
    expect(ask("Edit", {}, { event: "Stop" })).toEqual(SILENT);
    expect(ask("Edit", {}, { kind: "nobody" })).toEqual(SILENT);
  });

  it("is let through when the lock is of another boot, is over, or its holder is gone", () => {
    const edit = () => ask("Edit", { file_path: join(project, "src", "a.ts") });
    hold({ bootId: "another" });
    expect(edit()).toEqual(SILENT);
    hold({ deadlineBootMs: clock.bootMs() - 1_000 });
    expect(edit()).toEqual(SILENT);
    hold({ holderPid: 2 ** 22 + 1 });
    expect(edit()).toEqual(SILENT);
  });
});
