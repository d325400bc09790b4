// `ia-tmux hook` against the server's own hook endpoint.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHookEndpoint, type HookAnswer, type HookRequest } from "../../src/server/hook-endpoint.ts";
import { createSystemClock } from "../../src/node/system-clock.ts";
import { run } from "./rig.ts";

const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
let dir: string;
let endpoint: Server | undefined;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "hook-"))));
afterEach(async () => {
  await new Promise((resolve) => (endpoint ? endpoint.close(resolve) : resolve(null)));
  endpoint = undefined;
  rmSync(dir, { recursive: true, force: true });
});

async function listen(answer: (request: HookRequest) => HookAnswer | Promise<HookAnswer>) {
  const seen: HookRequest[] = [];
  endpoint = createHookEndpoint(async (request) => {
    seen.push(request);
    return answer(request);
  }, log as never);
  const path = join(dir, "hook.sock");
  await new Promise<void>((resolve) => endpoint?.listen(path, resolve));
  return { seen, env: { IA_TMUX_SOCKET: path, IA_TMUX_TOKEN: "secret" } };
}

const payload = JSON.stringify({ tool_name: "Edit", tool_input: { file_path: "src/ä.ts" } });

describe("hook", () => {
  test("hands stdin, kind, event and the pane's token to the server, and prints its answer", async () => {
    const { seen, env } = await listen(() => ({ stdout: '{"ok":"é"}', stderr: "", exitCode: 0 }));
    const ran = await run(["hook", "claude", "PreToolUse"], { env, stdin: payload });
    expect(ran).toEqual({ exitCode: 0, stdout: '{"ok":"é"}', stderr: "" });
    expect(seen).toMatchObject([{ kind: "claude", event: "PreToolUse", token: "secret", body: payload }]);
  });

  test("ends 2 with the reason on stderr when the server refuses an edit", async () => {
    const { env } = await listen(() => ({
      stdout: "",
      stderr: "BLOCKED: held by kimi, 41 min\n",
      exitCode: 2,
    }));
    const ran = await run(["hook", "kimi", "PreToolUse"], { env, stdin: payload });
    expect(ran).toEqual({ exitCode: 2, stdout: "", stderr: "BLOCKED: held by kimi, 41 min\n" });
  });

  test("with one word it is the hook of a tool without an adapter", async () => {
    const { seen, env } = await listen(() => ({ stdout: "", stderr: "", exitCode: 0 }));
    await run(["hook", "pre-tool-use"], { env, stdin: payload });
    expect(seen).toMatchObject([{ kind: "generic", event: "pre-tool-use" }]);
  });

  test("a server that fails, answers late or not at all lets the agent go on within half a second", async () => {
    const { env } = await listen(() => new Promise<never>(() => {}));
    const startedMs = performance.now();
    const ran = await run(["hook", "codex", "PreToolUse"], { env, stdin: payload });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toBe("");
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });
});

describe("hook while no server runs", () => {
  const clock = createSystemClock();
  const lease = (more: object) => ({
    targets: [{ kind: "file", path: "src/ä.ts", inode: null }],
    holder: "kimi",
    reason: "refactoring",
    deadlineBootMs: clock.bootMs() + 600_000,
    holderPid: process.pid,
    ...more,
  });
  const offline = (
    leases: object[],
    options: { as?: string; event?: string; kind?: string; bootId?: string } = {},
  ) => {
    const root = realpathSync(dir);
    const snapshot = { version: 1, bootId: options.bootId ?? clock.bootId, ignoreCase: false, leases };
    writeFileSync(join(root, "locks.snapshot"), JSON.stringify(snapshot));
    return run(
      [
        "hook",
        "--offline",
        join(root, "locks.snapshot"),
        root,
        options.kind ?? "claude",
        options.event ?? "PreToolUse",
      ],
      { env: { IA_TMUX_AGENT: options.as ?? "claude" }, stdin: payload, cwd: root },
    );
  };

  test("an edit of a path that another holds is refused in the agent's words", async () => {
    const { stdout, exitCode } = await offline([lease({})]);
    expect(exitCode).toBe(0);
    const { hookSpecificOutput } = JSON.parse(stdout) as { hookSpecificOutput: Record<string, string> };
    expect(hookSpecificOutput["permissionDecision"]).toBe("deny");
    expect(hookSpecificOutput["permissionDecisionReason"]).toContain(
      "src/ä.ts is locked by kimi for another 10 min: refactoring",
    );
  });

  test.each([
    ["its own lock", { holder: "Claude" }, {}],
    ["a lock that is over", { deadlineBootMs: 1 }, {}],
    ["a lock whose holder has ended", { holderPid: 2 ** 30 }, {}],
    ["a lock of another boot", {}, { bootId: "another" }],
    ["another event", {}, { event: "Stop" }],
    ["a lock on something else", { targets: [{ kind: "directory", path: "docs" }] }, {}],
  ])("%s does not stand in the way", async (_, more, options) => {
    expect(await offline([lease(more)], options)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("a damaged list of locks lets the agent go on", async () => {
    writeFileSync(join(dir, "locks.snapshot"), "{broken");
    const argv = ["hook", "--offline", join(dir, "locks.snapshot"), dir, "claude", "PreToolUse"];
    const { exitCode, stdout } = await run(argv, { stdin: payload, cwd: dir });
    expect(exitCode).toBe(0);
    expect(stdout).toBe("");
  });

  test("without curl the command finds the list by itself", async () => {
    const root = realpathSync(dir);
    const snapshot = { version: 1, bootId: clock.bootId, ignoreCase: false, leases: [lease({})] };
    writeFileSync(join(root, "locks.snapshot"), JSON.stringify(snapshot));
    const env = {
      IA_TMUX_SOCKET: join(root, "absent"),
      IA_TMUX_STATE_DIR: root,
      IA_TMUX_AGENT: "codex",
      HOME: root,
    };
    const { stdout } = await run(["hook", "claude", "PreToolUse"], { env, stdin: payload, cwd: root });
    expect(stdout).toContain("locked by kimi");
  });
});
