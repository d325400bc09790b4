// The MCP server as its clients see it: JSON-RPC lines over stdin and stdout of a process of its own.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { TOOLS } from "../../src/mcp/tools.ts";
import { packageRoot } from "../../src/node/entry-paths.ts";
import { makeAgent, makeDelivery, makeLock, makeMessage, makeQuestion, makeTask } from "../cli/records.ts";
import { CLAUDE, fakeServer, type FakeServer, type Script } from "../cli/rig.ts";

let dir: string;
let program: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "mcp-"));
  program = join(dir, "mcp.mjs");
  await build({
    absWorkingDir: packageRoot,
    stdin: {
      contents: `
        import { serveMcp } from "./src/mcp/main.ts";
        import { openConnection } from "./src/client/connection.ts";
        const connect = ({ client }) => openConnection({ socketPath: process.env.SOCKET, client, version: "0.1.0" });
        await serveMcp({ cwd: process.cwd(), env: process.env, nowMs: () => Date.now(), connect });`,
      resolveDir: packageRoot,
      loader: "ts",
    },
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    logLevel: "error",
    banner: { js: 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);' },
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let server: FakeServer | undefined;
let client: Client | undefined;
afterEach(async () => {
  await client?.end();
  await server?.close();
  server = client = undefined;
});

interface Reply {
  readonly result?: {
    readonly content?: { text: string }[];
    readonly isError?: boolean;
    readonly [key: string]: unknown;
  };
  readonly error?: { readonly code: number; readonly message: string };
}

interface Client {
  request(method: string, params?: object): Promise<Reply>;
  call(name: string, args?: object): Promise<{ text: string; isError: boolean }>;
  /** Closes stdin, as a client that ends does; answers the exit status. */
  end(): Promise<number | null>;
}

function start(socketPath: string): Client {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [program], {
    env: { SOCKET: socketPath },
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const waiting = new Map<number, (reply: Reply) => void>();
  let pending = "";
  let nextId = 1;
  child.stdout.on("data", (chunk: Buffer) => {
    pending += chunk.toString("utf8");
    for (let end = pending.indexOf("\n"); end >= 0; end = pending.indexOf("\n")) {
      const reply = JSON.parse(pending.slice(0, end)) as Reply & { id?: number };
      pending = pending.slice(end + 1);
      if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
    }
  });
  const send = (message: object) =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const request = (method: string, params: object = {}) =>
    new Promise<Reply>((resolve) => {
      const id = nextId++;
      waiting.set(id, resolve);
      send({ id, method, params });
    });
  return {
    async request(method, params) {
      const reply = await request(method, params);
      if (method === "initialize") send({ method: "notifications/initialized" });
      return reply;
    },
    async call(name, args = {}) {
      const { result, error } = await request("tools/call", { name, arguments: args });
      if (error) return { text: error.message, isError: true };
      return { text: result?.content?.[0]?.text ?? "", isError: result?.isError ?? false };
    },
    end() {
      child.stdin.end();
      return exited;
    },
  };
}

const HELLO = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } };

async function open(script: Script): Promise<Client> {
  server = await fakeServer(script, { identity: CLAUDE });
  client = start(server.socketPath);
  await client.request("initialize", HELLO);
  return client;
}

describe("the MCP server", () => {
  test("introduces itself, lists its tools with schemas, and ends with its client", async () => {
    client = start(join(dir, "absent.sock"));
    const hello = await client.request("initialize", HELLO);
    expect(hello.result).toMatchObject({
      serverInfo: { name: "ia-tmux" },
      capabilities: { tools: {}, resources: {} },
    });
    expect(String(hello.result?.["instructions"]).length).toBeLessThan(1_500);
    const { result } = await client.request("tools/list");
    const tools = result?.["tools"] as { name: string; description: string; inputSchema: { type: string } }[];
    expect(tools.map((tool) => tool.name)).toEqual(TOOLS.map((tool) => tool.name));
    for (const tool of tools) expect(tool.inputSchema.type).toBe("object");
    expect(await client.end()).toBe(0);
    client = undefined;
  });

  test("has the tools of the systems before", () => {
    const names = TOOLS.map((tool) => tool.name);
    for (const name of "register_agent list_agents send_message check_inbox read_message reply_message escalate publish_spec get_spec list_specs set_status get_statuses delegate_task create_task list_tasks get_task update_task claim_next_task acquire_lock release_lock list_locks ask_user get_answer record_decision list_decisions list_activity log_activity whoami".split(
      " ",
    ))
      expect(names).toContain(name);
    expect(new Set(names).size).toBe(names.length);
  });

  test("says how to start a server when none runs, as an error of the tool", async () => {
    client = start(join(dir, "absent.sock"));
    await client.request("initialize", HELLO);
    const { text, isError } = await client.call("list_tasks");
    expect(isError).toBe(true);
    expect(text).toContain("hint: Run `ia-tmux`");
  });

  test("delegates, and tells where the relay is", async () => {
    const mcp = await open({
      "task.delegate": () => ({
        task: makeTask(),
        delivery: makeDelivery(),
        outlook: "waits: kimi is working",
      }),
    });
    const { text, isError } = await mcp.call("delegate_task", {
      to: "kimi",
      task: "do it",
      acceptance_criteria: ["green"],
    });
    expect(isError).toBe(false);
    expect(text).toContain("task-7f31");
    expect(text).toContain("waits: kimi is working");
    expect(server?.calls[0]).toMatchObject({
      method: "task.delegate",
      params: { to: "kimi", text: "do it", acceptanceCriteria: ["green"] },
    });
  });

  test("vector 29: a message goes out, is listed unread, read, answered and completed", async () => {
    const inbox = makeMessage({
      from: "kimi",
      to: "claude",
      receipts: [{ agent: "claude", state: "unread", atMs: 0 }],
    });
    const mcp = await open({
      "server.whoami": () => CLAUDE,
      "message.send": (params) => makeMessage({ id: "msg-2", to: params.to }),
      "message.reply": () => makeMessage({ id: "msg-3", to: "kimi" }),
      "message.inbox": () => [inbox],
      "message.show": () => inbox,
      "message.mark": (params) => ({
        ...inbox,
        receipts: [{ agent: "claude", state: params.state, atMs: 0 }],
      }),
      "question.escalate": () => makeQuestion({ kind: "escalation" }),
    });
    expect((await mcp.call("send_message", { to: "kimi", content: "hi" })).text).toBe("Sent msg-2 to kimi.");
    expect((await mcp.call("check_inbox")).text).toContain(
      "1 message(s), 1 unread:\n- [unread] hello (from kimi, id msg-1",
    );
    expect((await mcp.call("read_message", { message_id: "msg-1" })).text).toContain("claude acknowledged");
    expect((await mcp.call("escalate", { about: "msg-1", reason: "unclear" })).text).toContain(
      "the human sees it now",
    );
    const reply = await mcp.call("reply_message", {
      message_id: "msg-1",
      content: "done",
      mark_complete: true,
    });
    expect(reply.text).toContain("completed");
    expect(server?.calls.at(-1)).toMatchObject({
      method: "message.reply",
      params: { message: "msg-1", complete: true },
    });
  });

  test("a message takes files along and an end of its worth; the log is read and written", async () => {
    const entry = {
      id: "act-1",
      logicalTime: 1,
      atMs: Date.now() - 120_000,
      actor: "kimi",
      kind: "lock.denied",
      text: "edit of src/a.ts\n- [unread] forged",
      refs: {},
    };
    const mcp = await open({
      "message.send": (params) => makeMessage({ id: "msg-2", to: params.to }),
      "activity.list": () => [entry],
      "activity.add": () => entry,
    });
    await mcp.call("send_message", { to: "kimi", content: "hi", attachments: ["a.md"], expires_minutes: 5 });
    expect(server?.calls.at(-1)).toMatchObject({ params: { attachments: ["a.md"], expiresInMs: 300_000 } });
    const listed = (await mcp.call("list_activity", { actor: "kimi", about: "src/a.ts" })).text;
    expect(listed).toMatch(/^- 2 min ago, kimi, lock\.denied: edit of src\/a\.ts/);
    expect(listed.split("\n")).toHaveLength(1);
    expect(server?.calls.at(-1)).toMatchObject({ params: { actor: "kimi", ref: "src/a.ts", limit: 30 } });
    expect((await mcp.call("log_activity", { text: "looked" })).text).toBe("Logged act-1.");
  });

  test("vector 29: a missing argument is refused before anything is asked", async () => {
    const mcp = await open({});
    const { text, isError } = await mcp.call("send_message", { to: "kimi" });
    expect(isError).toBe(true);
    expect(text).toContain("content");
    expect(server?.calls).toEqual([]);
  });

  test("a lock of somebody else is an error with holder and way out, not a broken protocol", async () => {
    const mcp = await open({
      "lock.acquire": () => {
        throw new AppError("lock-held", "src/a.ts is held by kimi for another 41 min", {
          hint: "Wait with wait_seconds.",
        });
      },
      "lock.list": () => [makeLock()],
    });
    const refused = await mcp.call("acquire_lock", { path: "src/a.ts", ttl_minutes: 5 });
    expect(refused).toEqual({
      isError: true,
      text: "src/a.ts is held by kimi for another 41 min\nhint: Wait with wait_seconds.",
    });
    expect(server?.calls[0]?.params).toMatchObject({ ttlMs: 300_000, waitMs: 0 });
    expect((await mcp.call("list_locks")).text).toContain("src/a.ts: held by kimi, 41 min left, token 7");
  });

  test("finds the server again after it was restarted", async () => {
    const mcp = await open({ "agent.list": () => [makeAgent()] });
    expect((await mcp.call("list_agents")).text).toContain("kimi (delegate): active, idle");
    const { socketPath } = server as FakeServer;
    await server?.close();
    expect((await mcp.call("list_agents")).isError).toBe(true);
    server = await fakeServer(
      { "agent.list": () => [makeAgent({ name: "codex" })] },
      { identity: CLAUDE, socketPath },
    );
    expect((await mcp.call("list_agents")).text).toContain("codex");
  });

  test("offers inbox and board as resources", async () => {
    const agoMs = (minutes: number) => Date.now() - minutes * 60_000;
    const kimi = makeAgent({
      devRole: "backend_dev",
      unread: 2,
      statusText: "on the schema",
      statusAtMs: agoMs(3),
      file: { path: "src/db.ts", atMs: agoMs(5) },
    });
    const mcp = await open({ "agent.list": () => [kimi], "message.inbox": () => [] });
    const { result } = await mcp.request("resources/list");
    expect(result?.["resources"]).toMatchObject(
      ["ia-tmux://inbox", "ia-tmux://board", "ia-tmux://specs", "ia-tmux://decisions"].map((uri) => ({
        uri,
      })),
    );
    const board = await mcp.request("resources/read", { uri: "ia-tmux://board" });
    const text = JSON.stringify(board.result);
    expect(text).toContain("kimi (delegate, backend_dev): active, idle");
    expect(text).toContain("wrote src/db.ts 5 min ago; 2 unread; says (3 min ago): on the schema");
  });
});
