// Where agents' hooks knock: HTTP on a Unix socket, so that a shell and Perl, or curl, are enough on the other side.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";

export interface HookRequest {
  /** The pane's token; empty when the caller sent none. */
  readonly token: string;
  /** Which agent's format the payload has: claude, codex, kimi, … */
  readonly kind: string;
  /** The agent's own name of the event, as in its configuration. */
  readonly event: string;
  /** The hook's standard input as it was. */
  readonly body: string;
  /** The hook script's id of this call; empty when the caller gave none. */
  readonly callId: string;
  /** Outside the panes: the agent's name, the directory the hook ran in, and what its environment asks for. */
  readonly agent?: string;
  readonly cwd?: string;
  readonly autoClaim?: boolean;
  readonly autoRelease?: boolean;
}

/** What the hook script prints and how it ends. Exit 2 means "blocked" and nothing else. */
export interface HookAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 2;
  /** Called once with what became of the answer: read by the script, never sent, or nobody knows. */
  readonly settled?: (outcome: HookOutcome) => void;
}

export type HookOutcome = "taken" | "not-sent" | "unknown";

export const NO_ANSWER: HookAnswer = { stdout: "", stderr: "", exitCode: 0 };

/** More than this of standard input is not read: the hook is let through, as any other trouble of ours. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Characters. */
const MAX_CALL_ID = 64;
/** Answers later than this would meet a script that has given up. */
const DEADLINE_MS = 400;

/**
 * `POST /hook/<kind>/<event>` with header `x-ia-tmux-token`. The reply's body is what the script prints; header
 * `x-exit` is its exit status and `x-stderr` (base64) its error output. Whatever goes wrong: empty, exit 0.
 */
export function createHookEndpoint(
  handle: (request: HookRequest) => Promise<HookAnswer>,
  log: Logger,
): Server {
  const server = createServer((request, response) => {
    void serve(request, response).catch((thrown) => {
      log.error("hook.failed", { error: messageOf(thrown) });
      send(response, NO_ANSWER);
    });
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  server.requestTimeout = 5_000;
  server.keepAliveTimeout = 1;
  server.maxConnections = 512;
  return server;

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const startedMs = performance.now();
    const [, root, kind, event] = (request.url ?? "").split("/").map(decodeURIComponent);
    if (request.method !== "POST" || root !== "hook" || !kind || !event) {
      response.writeHead(404).end();
      return;
    }
    const body = await readBody(request);
    if (body === null) return send(response, NO_ANSWER);
    const header = (name: string) => String(request.headers[`x-ia-tmux-${name}`] ?? "");
    const named = { token: header("token"), callId: header("call").slice(0, MAX_CALL_ID) };
    const answer = await withDeadline(handle({ ...named, kind, event, body, ...outsideOf(request) }));
    if (!answer) log.warn("hook.too-late", { kind, event });
    log.debug("hook", {
      kind,
      event,
      tookMs: Math.round(performance.now() - startedMs),
      exit: answer?.exitCode,
    });
    send(response, answer ?? NO_ANSWER);
  }
}

function outsideOf(
  request: IncomingMessage,
): Pick<HookRequest, "agent" | "cwd" | "autoClaim" | "autoRelease"> {
  const header = (name: string) => String(request.headers[`x-ia-tmux-${name}`] ?? "");
  const agent = header("agent");
  if (agent === "" && header("cwd") === "") return {};
  return {
    agent,
    cwd: decodeURIComponent(header("cwd")),
    autoClaim: header("auto-claim") === "1",
    autoRelease: header("auto-release") === "1",
  };
}

function send(response: ServerResponse, answer: HookAnswer) {
  if (response.headersSent || response.destroyed) {
    answer.settled?.("not-sent");
    return;
  }
  response.once("close", () => answer.settled?.(response.writableFinished ? "taken" : "unknown"));
  const bytes = Buffer.from(answer.stdout, "utf8");
  response.writeHead(200, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": bytes.length,
    "x-exit": String(answer.exitCode),
    ...(answer.stderr === "" ? {} : { "x-stderr": Buffer.from(answer.stderr, "utf8").toString("base64") }),
    connection: "close",
  });
  response.end(bytes);
}

function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        request.removeAllListeners("data");
        request.resume();
        resolve(null);
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", () => resolve(null));
  });
}

function withDeadline(work: Promise<HookAnswer>): Promise<HookAnswer | null> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      resolve(null);
    }, DEADLINE_MS);
    work.then(
      (answer) => {
        clearTimeout(timer);
        if (late) answer.settled?.("not-sent");
        resolve(answer);
      },
      (thrown) => {
        clearTimeout(timer);
        reject(thrown);
      },
    );
  });
}
