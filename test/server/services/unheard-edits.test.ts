import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { HookKind } from "../../../src/domain/hook/call.ts";
import { readHookCall } from "../../../src/domain/hook/read.ts";
import type { Agent } from "../../../src/domain/session/session.ts";
import { createUnheardEdits } from "../../../src/server/services/unheard-edits.ts";
import { tempDir } from "./coordination.ts";

function world(kind: HookKind = "kimi") {
  const dir = tempDir();
  const edits: string[] = [];
  const heard = createUnheardEdits({
    writtenAtMs: (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null,
    used: (agent, call) =>
      void edits.push(`${agent.name} ${call.tool?.paths[0]?.path.slice(dir.length + 1)}`),
  });
  const kimi = { id: "agent-1", name: "kimi" } as Agent;
  return {
    edits,
    hears(event: string, path?: string, denied = false) {
      const tool = path === undefined ? {} : { tool_name: "Write", tool_input: { path } };
      heard(kimi, readHookCall(kind, event, JSON.stringify({ cwd: dir, ...tool })), denied);
    },
    write: (path: string) => writeFileSync(join(dir, path), `${Math.random()}`),
    remove: (path: string) => rmSync(join(dir, path)),
  };
}

test("an edit whose end is not told is taken down when the file has changed, at the agent's next sign", () => {
  const { hears, write, edits } = world();
  hears("PreToolUse", "a.ts");
  hears("PermissionRequest", "a.ts");
  hears("PermissionResult", "a.ts");
  expect(edits).toEqual([]);
  write("a.ts");
  hears("Stop");
  expect(edits).toEqual(["kimi a.ts"]);
  hears("PreToolUse", "a.ts");
  write("a.ts");
  hears("PreToolUse", "b.ts");
  expect(edits).toEqual(["kimi a.ts", "kimi a.ts"]);
  write("b.ts");
  hears("Stop");
  expect(edits.at(-1)).toBe("kimi b.ts");
  hears("Stop");
  expect(edits).toHaveLength(3);
});

test("an edit that a lock or the human refused is none, whoever writes the file later", () => {
  const { hears, write, edits } = world();
  hears("PreToolUse", "a.ts", true);
  write("a.ts");
  hears("PreToolUse", "b.ts");
  hears("Stop");
  write("b.ts");
  hears("UserPromptSubmit");
  expect(edits).toEqual([]);
});

test("an edit that is told of after all is not taken down twice; nor is one of an agent that always tells", () => {
  const { hears, write, edits } = world();
  hears("PreToolUse", "a.ts");
  write("a.ts");
  hears("PostToolUse", "a.ts");
  hears("Stop");
  expect(edits).toEqual([]);
  const other = world("claude");
  other.hears("PreToolUse", "a.ts");
  other.write("a.ts");
  other.hears("Stop");
  expect(other.edits).toEqual([]);
});
