// `ia-tmux hook` against the server's own hook endpoint.
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHookEndpoint, type HookAnswer, type HookRequest } from "../../src/server/hook-endpoint.ts";
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
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
