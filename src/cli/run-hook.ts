// `ia-tmux hook`: what the shell script of the hooks falls back to, and the hook for tools that have no script of ours.
// It may never disturb an agent: whatever goes wrong is one line on stderr and status 0. Status 2 comes from the server.
import { request } from "node:http";
import { dirname, join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { inertText } from "../domain/text/inert.ts";
import { resolveProjectPaths } from "../node/runtime-dir.ts";
import type { World } from "./world.ts";

const MAX_STDIN_BYTES = 10 * 1024 * 1024;
/** A hook's standard input is written at once; whoever leaves it open does not mean to send more. */
const STDIN_DEADLINE_MS = 250;
const ANSWER_DEADLINE_MS = 500;
const WORD = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

interface HookReply {
  readonly exitCode: 0 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/** `hook <kind> <event>`, or `hook <event>` for a tool without an adapter. Answers 0, or 2 when an edit is refused. */
export async function runHook(argv: readonly string[], world: World): Promise<number> {
  try {
    if (argv[0] === "--offline") return await runOffline(argv.slice(1), world);
    const [kind, event] = argv.length === 1 ? ["generic", argv[0]] : argv;
    if (kind === undefined || event === undefined || !WORD.test(kind) || !WORD.test(event)) {
      throw new Error("give the tool's kind and the event, such as `ia-tmux hook claude PreToolUse`");
    }
    const body = await readInput(world);
    const problem = payloadProblem(body);
    if (problem !== null) throw new Error(problem);
    const reply = await post(
      socketOf(world),
      `/hook/${kind}/${event}`,
      world.env["IA_TMUX_TOKEN"] ?? "",
      body,
    );
    if (reply.stdout !== "") world.stdout.write(reply.stdout);
    if (reply.stderr !== "") world.stderr.write(reply.stderr);
    return reply.exitCode;
  } catch (thrown) {
    world.stderr.write(`ia-tmux hook: ${inertText(messageOf(thrown))}\n`);
    return 0;
  }
}

/** `hook --offline <lock snapshot> <project> <kind> <event>`: for the hook script, when no server answered. */
async function runOffline(argv: readonly string[], world: World): Promise<number> {
  const [snapshot, projectRoot, kind, event] = argv;
  if (snapshot === undefined || projectRoot === undefined || kind === undefined || event === undefined) {
    throw new Error("--offline needs the lock snapshot, the project, the tool's kind and the event");
  }
  const body = (await readInput(world)).toString("utf8");
  const { answerOffline } = await import("./offline-hook.ts");
  const self = world.env["IA_TMUX_AGENT"] ?? null;
  const answer = answerOffline({ snapshot, projectRoot, kind, event, body, self });
  if (answer.stdout !== "") world.stdout.write(answer.stdout);
  if (answer.stderr !== "") world.stderr.write(answer.stderr);
  return answer.exitCode;
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
