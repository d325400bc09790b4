// `ia-tmux hook`: what the shell script of the hooks falls back to, and the hook for tools that have no script of ours.
// It may never disturb an agent: whatever goes wrong is one line on stderr and status 0. Status 2 comes from the server.
import { request } from "node:http";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { inertText } from "../domain/text/inert.ts";
import { resolveProjectPaths } from "../node/runtime-dir.ts";
import type { World } from "./world.ts";

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
    const asked = readArguments(argv);
    const body = await readInput(world);
    const problem = payloadProblem(body);
    if (problem !== null) throw new Error(problem);
    const answer = asked.offline ? null : await askServer(asked, world, body);
    return say(answer ?? (await askDisk(asked, world, body)), world);
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

/** Null when no server answers and the locks on disk have to be asked. */
async function askServer(asked: Asked, world: World, body: Buffer): Promise<HookReply | null> {
  const path = `/hook/${asked.kind}/${asked.event}`;
  try {
    return await post(socketOf(world), path, world.env["IA_TMUX_TOKEN"] ?? "", body);
  } catch (thrown) {
    if (TOOL_BEFORE.test(asked.event) && existsSync(placesOf(world).snapshot)) return null;
    throw thrown;
  }
}

async function askDisk(asked: Asked, world: World, body: Buffer): Promise<HookReply> {
  const { answerOffline } = await import("./offline-hook.ts");
  return answerOffline({
    ...(asked.offline ?? placesOf(world)),
    kind: asked.kind,
    event: asked.event,
    body: body.toString("utf8"),
    self: world.env["IA_TMUX_AGENT"] || null,
  });
}

function placesOf(world: World) {
  const paths = resolveProjectPaths(world.cwd, world.env);
  return { snapshot: join(paths.stateDir, "locks.snapshot"), projectRoot: paths.root };
}

function say(reply: HookReply, world: World): number {
  if (reply.stdout !== "") world.stdout.write(reply.stdout);
  if (reply.stderr !== "") world.stderr.write(reply.stderr);
  return reply.exitCode;
}

/** The hook socket lies next to the server's, wherever that is. */
function socketOf(world: World): string {
  const given = world.env["IA_TMUX_SOCKET"];
  if (given) return given;
  return join(dirname(resolveProjectPaths(world.cwd, world.env).serverSocket), "hook.sock");
}

function payloadProblem(body: Buffer): string | null {
  if (body.length === 0) return "nothing on stdin, a JSON object was expected";
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return null;
    return "stdin is JSON, but not an object";
  } catch {
    return "stdin is not JSON";
  }
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

function post(socketPath: string, path: string, token: string, body: Buffer): Promise<HookReply> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath,
        path,
        method: "POST",
        headers: { "x-ia-tmux-token": token, "content-length": body.length, connection: "close" },
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
