import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import {
  createHookEndpoint,
  type HookAnswer,
  type HookOutcome,
  type HookRequest,
} from "../../src/server/hook-endpoint.ts";

let dir: string;
let stop = () => {};
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "ia-hook-"))));
afterEach(() => {
  stop();
  rmSync(dir, { recursive: true, force: true });
});

async function endpoint(handle: (request: HookRequest) => Promise<HookAnswer>): Promise<string> {
  const server = createHookEndpoint(handle, silentLogger);
  const path = join(dir, "h");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return path;
}

interface Got {
  readonly status: number;
  readonly body: string;
  readonly exit: string | undefined;
  readonly stderr: string;
}

function post(
  socketPath: string,
  path: string,
  body: string | Buffer = "{}",
  token = "secret",
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath, path, method: "POST", headers: { "x-ia-tmux-token": token } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            exit: response.headers["x-exit"] as string | undefined,
            stderr: Buffer.from(String(response.headers["x-stderr"] ?? ""), "base64").toString(),
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

test("a call arrives with its token, kind, event and body; the answer with its output and status", async () => {
  const calls: HookRequest[] = [];
  const path = await endpoint(async (call) => {
    calls.push(call);
    return { stdout: "日本", stderr: "no\nway", exitCode: 2 };
  });
  const got = await post(path, "/hook/claude/PreToolUse", '{"a":1}');
  expect(calls).toEqual([
    { token: "secret", callId: "", kind: "claude", event: "PreToolUse", body: '{"a":1}' },
  ]);
  expect(got).toEqual({ status: 200, body: "日本", exit: "2", stderr: "no\nway" });
});

describe("whatever goes wrong lets the agent go on", () => {
  test.each([
    ["a handler that throws", () => Promise.reject(new Error("ours"))],
    ["a handler that never answers", () => new Promise<HookAnswer>(() => {})],
  ])("%s: empty and 0, within half a second", async (_, handle) => {
    const path = await endpoint(handle);
    const startedMs = performance.now();
    expect(await post(path, "/hook/claude/Stop")).toMatchObject({ status: 200, body: "", exit: "0" });
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });

  test("10 MB and one byte are not read, and the handler is not asked", async () => {
    let asked = 0;
    const path = await endpoint(async () => {
      asked++;
      return { stdout: "x", stderr: "", exitCode: 0 };
    });
    const got = await post(path, "/hook/claude/PreToolUse", Buffer.alloc(10 * 1024 * 1024 + 1, 0x20));
    expect([got.exit, got.body, asked]).toEqual(["0", "", 0]);
  });

  test("another path is not found", async () => {
    const path = await endpoint(async () => ({ stdout: "x", stderr: "", exitCode: 0 }));
    expect((await post(path, "/elsewhere")).status).toBe(404);
    expect((await post(path, "/hook/claude")).status).toBe(404);
  });
});

describe("what became of an answer is told once", () => {
  const watched = () => {
    const outcomes: HookOutcome[] = [];
    let tell = () => {};
    const told = new Promise<void>((resolve) => (tell = resolve));
    const settled = (outcome: HookOutcome) => {
      outcomes.push(outcome);
      tell();
    };
    return { outcomes, told, settled };
  };

  test("taken, when it was read", async () => {
    const { outcomes, told, settled } = watched();
    const path = await endpoint(async () => ({ stdout: "mail", stderr: "", exitCode: 0, settled }));
    await post(path, "/hook/claude/Stop");
    await told;
    expect(outcomes).toEqual(["taken"]);
  });

  test("not sent, when it came too late", async () => {
    const { outcomes, told, settled } = watched();
    let answer: (value: HookAnswer) => void = () => {};
    const path = await endpoint(() => new Promise((resolve) => (answer = resolve)));
    expect((await post(path, "/hook/claude/Stop")).body).toBe("");
    answer({ stdout: "mail", stderr: "", exitCode: 0, settled });
    await told;
    expect(outcomes).toEqual(["not-sent"]);
  });

  test("not taken, when the caller had gone", async () => {
    const { outcomes, told, settled } = watched();
    let answer: (value: HookAnswer) => void = () => {};
    let arrived = () => {};
    const has = new Promise<void>((resolve) => (arrived = resolve));
    const path = await endpoint((_call) => {
      arrived();
      return new Promise((resolve) => (answer = resolve));
    });
    const sent = request({ socketPath: path, path: "/hook/claude/Stop", method: "POST" });
    sent.on("error", () => {});
    const gone = new Promise<void>((resolve) => sent.on("close", resolve));
    sent.end("{}");
    await has;
    sent.destroy();
    await gone;
    // The server's side hears of it a turn later.
    await new Promise<void>((resolve) => setTimeout(resolve, 20));
    answer({ stdout: "mail", stderr: "", exitCode: 0, settled });
    await told;
    expect(outcomes).toHaveLength(1);
    expect(outcomes).not.toContain("taken");
  });
});
