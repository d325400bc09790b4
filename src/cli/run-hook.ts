// `ia-tmux hook`: what the shell script of the hooks falls back to, and the hook for tools that have no script of ours.
// It may never disturb an agent: whatever goes wrong is one line on stderr and status 0. Status 2 comes from the server.
import { request } from "node:http";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { operatorToken, outsideAgentOf, serverSocketOf } from "../client/identity.ts";
import { isTruthy } from "../protocol/outside.ts";
import { inertText } from "../domain/text/inert.ts";
import { resolveProjectPaths } from "../node/runtime-dir.ts";
import type { World as WholeWorld } from "./world.ts";

type World = Pick<WholeWorld, "cwd" | "env" | "stdin" | "stdout" | "stderr">;

const MAX_STDIN_BYTES = 10 * 1024 * 1024;
/** A hook's standard input is written at once; whoever leaves it open does not mean to send more. */
const STDIN_DEADLINE_MS = 250;
const ANSWER_DEADLINE_MS = 500;
/** The one event at which a lock binds; agents differ in how they write it. */
const TOOL_BEFORE = /^pre-?_?tool-?_?use$/i;
const WORD = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

interface HookReply {
  readonly exitCode: 0 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

interface Asked {
  readonly kind: string;
  readonly event: string;
  /** Where the locks are listed and what they are about, when the caller already knows that no server answers. */
  readonly offline: { readonly snapshot: string; readonly projectRoot: string } | null;
}

/**
 * `hook <kind> <event>`, or `hook <event>` for a tool without an adapter; `hook --offline <snapshot> <root> <kind>
 * <event>` asks only the disk. Answers 0, or 2 when an edit is refused.
 */
export async function runHook(argv: readonly string[], world: World): Promise<number> {
  try {
    // Installed into a project, but in a pane of ours: there are hooks for that already.
    if (argv[0] === "--outside" && world.env["IA_TMUX_TOKEN"]) return 0;
    const asked = readArguments(argv[0] === "--outside" ? argv.slice(1) : argv);
    const body = await readInput(world);
    const caller = readCaller(body, world);
    const answer = asked.offline ? null : await askServer(asked, world, body, caller);
    return say(answer ?? (await askDisk(asked, world, body, caller)), world);
  } catch (thrown) {
    world.stderr.write(`ia-tmux hook: ${inertText(messageOf(thrown))}\n`);
    return 0;
  }
}

function readArguments(argv: readonly string[]): Asked {
  const [snapshot, projectRoot, ...rest] = argv[0] === "--offline" ? argv.slice(1) : ["", "", ...argv];
  const [kind, event] = rest.length === 1 ? ["generic", rest[0]] : rest;
  if (kind === undefined || event === undefined || !WORD.test(kind) || !WORD.test(event)) {
    throw new Error("give the tool's kind and the event, such as `ia-tmux hook claude PreToolUse`");
  }
  return { kind, event, offline: snapshot && projectRoot ? { snapshot, projectRoot } : null };
}

/** Who calls, and from where. The payload's directory and session are believed over the process's. */
interface Caller {
  readonly agent: string | null;
  readonly cwd: string;
}

/** Throws when the payload is none. */
function readCaller(body: Buffer, world: World): Caller {
  const payload = readPayload(body);
  const session = typeof payload["session_id"] === "string" ? payload["session_id"] : null;
  const given = payload["cwd"];
  const cwd = typeof given === "string" && existsSync(given) ? given : world.cwd;
  return { agent: outsideAgentOf(world.env, session)?.name ?? null, cwd };
}

/** Null when no server answers and the locks on disk have to be asked. */
async function askServer(
  asked: Asked,
  world: World,
  body: Buffer,
  caller: Caller,
): Promise<HookReply | null> {
  const path = `/hook/${asked.kind}/${asked.event}`;
  try {
    return await post(socketOf(world, caller.cwd), path, headersOf(world, caller), body);
  } catch (thrown) {
    if (TOOL_BEFORE.test(asked.event) && existsSync(placesOf(world, caller.cwd).snapshot)) return null;
    throw thrown;
  }
}

/** In a pane its token says everything; outside, the operator's token comes with the agent's name. */
function headersOf(world: World, caller: Caller): Record<string, string> {
  const { env } = world;
  const token = env["IA_TMUX_TOKEN"];
  if (token) return { "x-ia-tmux-token": token, "x-ia-tmux-cwd": encodeURIComponent(world.cwd) };
  const yes = (...names: string[]) => (names.some((name) => isTruthy(env[name])) ? "1" : "0");
  return {
    "x-ia-tmux-token": operatorToken(resolveProjectPaths(caller.cwd, env)) ?? "",
    "x-ia-tmux-agent": caller.agent ?? "",
    "x-ia-tmux-cwd": encodeURIComponent(caller.cwd),
    "x-ia-tmux-auto-claim": yes("IA_TMUX_AUTO_CLAIM", "AGENT_SYNC_AUTO_CLAIM"),
    "x-ia-tmux-auto-release": yes("IA_TMUX_AUTO_RELEASE_LOCKS", "AGENT_SYNC_AUTO_RELEASE_LOCKS"),
  };
}

async function askDisk(asked: Asked, world: World, body: Buffer, caller: Caller): Promise<HookReply> {
  const { answerOffline } = await import("./offline-hook.ts");
  return answerOffline({
    ...(asked.offline ?? placesOf(world, caller.cwd)),
    kind: asked.kind,
    event: asked.event,
    body: body.toString("utf8"),
    self: caller.agent,
    cwd: caller.cwd,
  });
}

function placesOf(world: World, cwd: string) {
  const paths = resolveProjectPaths(cwd, world.env);
  return { snapshot: join(paths.stateDir, "locks.snapshot"), projectRoot: paths.root };
}

function say(reply: HookReply, world: World): number {
  if (reply.stdout !== "") world.stdout.write(reply.stdout);
  if (reply.stderr !== "") world.stderr.write(reply.stderr);
  return reply.exitCode;
}

/** The hook socket lies next to the server's, wherever that is. */
function socketOf(world: World, cwd: string): string {
  const given = world.env["IA_TMUX_SOCKET"];
  if (given) return given;
  return join(dirname(serverSocketOf(resolveProjectPaths(cwd, world.env))), "hook.sock");
}

function readPayload(body: Buffer): Record<string, unknown> {
  if (body.length === 0) throw new Error("nothing on stdin, a JSON object was expected");
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new Error("stdin is not JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Error("stdin is JSON, but not an object");
}

function readInput(world: World): Promise<Buffer> {
  const { stdin } = world;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (error: Error | null) => {
      clearTimeout(timer);
      stdin.removeListener("data", take);
      stdin.pause();
      if (error) reject(error);
      else resolve(Buffer.concat(chunks));
    };
    const take = (chunk: Buffer | string) => {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      chunks.push(bytes);
      if (length > MAX_STDIN_BYTES) finish(new Error(`more than ${MAX_STDIN_BYTES} bytes on stdin`));
    };
    const timer = setTimeout(() => finish(null), STDIN_DEADLINE_MS);
    stdin.on("data", take);
    stdin.once("end", () => finish(null));
    stdin.once("error", finish);
  });
}

function post(
  socketPath: string,
  path: string,
  own: Record<string, string>,
  body: Buffer,
): Promise<HookReply> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath,
        path,
        method: "POST",
        headers: { ...own, "content-length": body.length, connection: "close" },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          if (response.statusCode !== 200)
            return reject(new Error(`the server answered ${response.statusCode}`));
          resolve({
            exitCode: response.headers["x-exit"] === "2" ? 2 : 0,
            stdout: Buffer.concat(chunks).toString("utf8"),
            stderr: Buffer.from(String(response.headers["x-stderr"] ?? ""), "base64").toString("utf8"),
          });
        });
      },
    );
    const timer = setTimeout(
      () => call.destroy(new Error(`no answer within ${ANSWER_DEADLINE_MS} ms`)),
      ANSWER_DEADLINE_MS,
    );
    call.once("close", () => clearTimeout(timer));
    call.once("error", reject);
    call.end(body);
  });
}
