import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { answerHook, canReply } from "../../../src/domain/hook/answer.ts";
import { HOOK_KINDS, SILENCE } from "../../../src/domain/hook/call.ts";
import type { HookCall, HookEvent, HookKind } from "../../../src/domain/hook/call.ts";
import { HOOK_EVENTS } from "../../../src/domain/hook/events.ts";
import { readHookCall } from "../../../src/domain/hook/read.ts";

interface Recorded {
  readonly native: string;
  readonly payload: Record<string, unknown>;
  readonly call: HookCall;
}

function recorded(kind: HookKind): Recorded[] {
  const file = new URL(`../../fixtures/hooks/${kind}.jsonl`, import.meta.url);
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { ev: string; in: Record<string, unknown> })
    .map(({ ev, in: payload }) => ({
      native: ev,
      payload,
      call: readHookCall(kind, ev, JSON.stringify(payload)),
    }));
}

function first(kind: HookKind, event: HookEvent, tool?: string): HookCall {
  const found = recorded(kind).find(
    ({ call }) => call.event === event && (tool === undefined || call.tool?.name === tool),
  );
  if (found === undefined) throw new Error(`no ${event} of ${kind} was recorded`);
  return found.call;
}

describe.each(HOOK_KINDS)("hook calls recorded from %s", (kind) => {
  it("have a meaning for every event that is registered, and none for others", () => {
    const calls = recorded(kind);
    expect(calls.length).toBeGreaterThan(15);
    for (const { native, payload, call } of calls) {
      expect([native, call.event]).toEqual([native, HOOK_EVENTS[kind][native] ?? "unknown"]);
      expect(call.sessionId).toBe(payload.session_id);
      expect(call.cwd).toBe(payload.cwd);
    }
  });

  it("give the prompt as plain text", () => {
    expect(first(kind, "prompt-submitted").prompt).toMatch(/^run @@\[/u);
  });

  it("name the command of a shell call", () => {
    const { tool } = first(kind, "tool-before", "Bash");
    expect(tool).toMatchObject({ use: "shell", command: "touch a.txt", bestEffort: true });
    expect(tool?.paths.map((one) => one.path)).toEqual([`${first(kind, "tool-before").cwd}/a.txt`]);
  });
});

describe("hook calls", () => {
  it("of Claude's Write name an absolute file", () => {
    const { tool, cwd } = first("claude", "tool-before", "Write");
    expect(tool).toMatchObject({ use: "edit", bestEffort: false, paths: [{ path: `${cwd}/b.txt` }] });
  });

  it("of Kimi's Write make a relative path absolute", () => {
    const { tool, cwd } = first("kimi", "tool-before", "Write");
    expect(tool).toMatchObject({ use: "edit", paths: [{ path: `${cwd}/b.txt` }] });
  });

  it("of Codex's patch name every file it touches", () => {
    const command =
      "*** Begin Patch\n*** Update File: a.ts\n*** Update File: b.ts\n*** Update File: c.ts\n*** Move to: d.ts\n*** End Patch";
    const body = JSON.stringify({ cwd: "/p", tool_name: "apply_patch", tool_input: { command } });
    const { tool } = readHookCall("codex", "PreToolUse", body);
    expect(tool?.use).toBe("edit");
    expect(tool?.paths.map((one) => one.path)).toEqual(["/p/a.ts", "/p/b.ts", "/p/c.ts", "/p/d.ts"]);
  });

  it.each<[string, string, string]>([
    ["MultiEdit", "file_path", "/p/a.ts"],
    ["NotebookEdit", "notebook_path", "/p/n.ipynb"],
    ["Edit", "file_path", "/p/a.ts"],
  ])("of Claude's %s name their file", (name, field, path) => {
    const body = JSON.stringify({ cwd: "/p", tool_name: name, tool_input: { [field]: path } });
    expect(readHookCall("claude", "PreToolUse", body).tool?.paths).toEqual([{ path }]);
  });

  it("of a reading tool touch nothing", () => {
    expect(first("claude", "tool-before", "Read").tool).toMatchObject({ use: "other", paths: [] });
    expect(first("kimi", "tool-before", "Read").tool).toMatchObject({ use: "other", paths: [] });
  });

  it("say when the agent asks the human", () => {
    expect(first("claude", "tool-before", "AskUserQuestion").tool?.use).toBe("question");
    expect(first("kimi", "tool-before", "AskUserQuestion").tool?.use).toBe("question");
  });

  it("carry what an end of a turn says", () => {
    expect(first("claude", "stopped")).toMatchObject({ message: "ok", stopHookActive: false });
    expect(first("claude", "stop-failed").message).toContain("400");
    expect(first("kimi", "stop-failed").message).toBe("400 mock error 400");
    expect(first("kimi", "permission-resolved").granted).toBe(true);
  });

  it.each(["", "{}", "[]", "null", "42", '"x"', "{", '{"tool_name":5}', '{"cwd":7,"session_id":[]}'])(
    "of no sense are let through in silence: %s",
    (body) => {
      for (const kind of HOOK_KINDS) {
        const call = readHookCall(kind, "PreToolUse", body);
        expect(call.tool).toBeNull();
        expect(call.cwd).toBeNull();
        expect(readHookCall(kind, "NoSuchEvent", body).event).toBe("unknown");
        expect(readHookCall(kind, "constructor", body).event).toBe("unknown");
      }
    },
  );

  it("with a path that is no text touch nothing", () => {
    const body = '{"tool_name":"Edit","tool_input":{"file_path":42}}';
    expect(readHookCall("claude", "PreToolUse", body).tool?.paths).toEqual([]);
  });
});

describe("answers to hooks", () => {
  const call = (kind: HookKind, nativeEvent: string) => readHookCall(kind, nativeEvent, "{}");

  it("deny a tool in each agent's own words", () => {
    const reply = { kind: "deny", reason: "held by kimi" } as const;
    for (const kind of ["claude", "codex"] as const) {
      const answer = answerHook(call(kind, "PreToolUse"), reply);
      expect({ ...answer, stdout: JSON.parse(answer.stdout) }).toEqual({
        exitCode: 0,
        stderr: "",
        stdout: {
          hookSpecificOutput: {
            hookEventName: "PreToolUse",
            permissionDecision: "deny",
            permissionDecisionReason: "held by kimi",
          },
        },
      });
    }
    expect(JSON.parse(answerHook(call("kimi", "PreToolUse"), reply).stdout)).toEqual({
      hookSpecificOutput: { permissionDecision: "deny", permissionDecisionReason: "held by kimi" },
    });
  });

  it("keep a turn going: context for Claude, a decision for Codex, exit 2 and stderr for Kimi", () => {
    const reply = { kind: "block-stop", reason: "mail" } as const;
    const json = (value: unknown) => ({ stdout: JSON.stringify(value), stderr: "", exitCode: 0 });
    // Claude Code tells its model a blocking reason twice.
    expect(answerHook(call("claude", "Stop"), reply)).toEqual(
      json({ hookSpecificOutput: { hookEventName: "Stop", additionalContext: "mail" } }),
    );
    expect(answerHook(call("codex", "Stop"), reply)).toEqual(json({ decision: "block", reason: "mail" }));
    expect(answerHook(call("kimi", "Stop"), reply)).toEqual({ stdout: "", stderr: "mail", exitCode: 2 });
  });

  it("are silence where the agent would not listen", () => {
    expect(answerHook(call("kimi", "SessionStart"), { kind: "add-context", text: "x" })).toEqual(SILENCE);
    expect(answerHook(call("kimi", "PermissionRequest"), { kind: "permission-allow" })).toEqual(SILENCE);
    expect(answerHook(call("claude", "PreToolUse"), { kind: "block-stop", reason: "x" })).toEqual(SILENCE);
    expect(answerHook(call("claude", "NoSuchEvent"), { kind: "deny", reason: "x" })).toEqual(SILENCE);
    expect(canReply("kimi", "session-start", "add-context")).toBe(false);
    expect(canReply("claude", "session-start", "add-context")).toBe(true);
  });

  it("exit with 2 only to block", () => {
    for (const kind of HOOK_KINDS) {
      for (const native of Object.keys(HOOK_EVENTS[kind])) {
        for (const reply of [
          { kind: "nothing" },
          { kind: "add-context", text: "x" },
          { kind: "permission-allow" },
        ] as const) {
          expect(answerHook(call(kind, native), reply).exitCode).toBe(0);
        }
      }
    }
  });
});
