// A world for one command line, and a socket server that answers from a script. The connection, the frames and the
// schemas of the requests are the real ones: a command that sends what the protocol does not know fails here.
import { createServer, type Server, type Socket } from "node:net";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { AppError } from "../../src/base/errors.ts";
import { runCli } from "../../src/cli/main.ts";
import type { World } from "../../src/cli/world.ts";
import { openConnection } from "../../src/client/connection.ts";
import type { Notice } from "../../src/protocol/envelope.ts";
import { paramsSchema, type MethodName, type ParsedParams } from "../../src/protocol/methods.ts";
import type { Identity, OwnIdentity, ResultOf } from "../../src/protocol/results.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/version.ts";
import { toWireError } from "../../src/protocol/wire-error.ts";
import { VERSION } from "../../src/version.ts";

export type Script = {
  [M in MethodName]?: (
    params: ParsedParams<M>,
    notify: (notice: Notice) => void,
  ) => ResultOf<M> | Promise<ResultOf<M>>;
};

export const OPERATOR: Identity = { kind: "operator", name: "operator", paneId: null, how: "operator token" };
export const CLAUDE: OwnIdentity = {
  kind: "agent",
  name: "claude",
  paneId: "%1",
  how: "pane token",
  role: "principal",
  devRole: "tech_lead",
};

export interface FakeServer {
  readonly socketPath: string;
  /** Every request after hello, as the server parsed it. */
  readonly calls: { method: string; params: unknown }[];
  close(): Promise<void>;
}

export async function fakeServer(
  script: Script,
  options: { identity?: Identity; protocol?: number; version?: string; socketPath?: string } = {},
): Promise<FakeServer> {
  const dir = mkdtempSync(join(tmpdir(), "cli-"));
  const socketPath = options.socketPath ?? join(dir, "server.sock");
  mkdirSync(dirname(socketPath), { recursive: true });
  const calls: FakeServer["calls"] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    let pending = "";
    socket.on("data", (chunk) => {
      pending += chunk.toString("utf8");
      for (let end = pending.indexOf("\n"); end >= 0; end = pending.indexOf("\n")) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 1);
        void answer(socket, JSON.parse(line) as { id: number; method: MethodName; params: unknown });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));

  async function answer(socket: Socket, request: { id: number; method: MethodName; params: unknown }) {
    const reply = (value: object) => void socket.write(`${JSON.stringify({ id: request.id, ...value })}\n`);
    try {
      const params: unknown = paramsSchema(request.method).parse(request.params ?? {});
      if (request.method === "server.hello") {
        const hello = {
          protocol: options.protocol ?? PROTOCOL_VERSION,
          version: options.version ?? VERSION,
          // No process of its own: nobody can wait for its end.
          pid: 0,
          project: { name: "shop", root: dir },
          identity: options.identity ?? OPERATOR,
        };
        return reply({ ok: true, result: hello });
      }
      calls.push({ method: request.method, params });
      const handler = script[request.method] as ((params: unknown, notify: unknown) => unknown) | undefined;
      if (!handler) throw new AppError("unknown_method", `The script has no ${request.method}`);
      const notify = (notice: Notice) => void socket.write(`${JSON.stringify(notice)}\n`);
      reply({ ok: true, result: await handler(params, notify) });
      if (request.method === "server.stop") socket.end();
    } catch (thrown) {
      reply({ ok: false, error: toWireError(thrown) });
    }
  }

  return {
    socketPath,
    calls,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WorldOptions {
  readonly server?: FakeServer | undefined;
  /** Bytes on stdin; `null`: a terminal. */
  readonly stdin?: string | Uint8Array | null;
  readonly tty?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export const NOW_MS = Date.UTC(2026, 10, 21, 12);

export function makeWorld(
  options: WorldOptions = {},
): World & { readonly out: string[]; readonly err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const { server } = options;
  const bytes =
    options.stdin === null || options.stdin === undefined ? Buffer.alloc(0) : Buffer.from(options.stdin);
  return {
    out,
    err,
    cwd: options.cwd ?? tmpdir(),
    env: options.env ?? { TERM: "xterm-256color" },
    stdin: Object.assign(Readable.from(bytes.length > 0 ? [bytes] : []), { isTTY: options.stdin === null }),
    stdout: { isTTY: options.tty ?? false, write: (text) => out.push(String(text)) },
    stderr: { isTTY: options.tty ?? false, write: (text) => err.push(String(text)) },
    nowMs: () => NOW_MS,
    connect: async ({ client }) =>
      server
        ? openConnection({ socketPath: server.socketPath, client, version: VERSION })
        : Promise.reject(
            new AppError("server-unreachable", "No server answers.", { hint: "Run `ia-tmux`." }),
          ),
    runTui: async () => 0,
  };
}

export async function run(argv: readonly string[], options: WorldOptions = {}): Promise<Ran> {
  const world = makeWorld(options);
  const exitCode = await runCli(argv, world);
  return { exitCode, stdout: world.out.join(""), stderr: world.err.join("") };
}
