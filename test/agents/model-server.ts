import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { anthropicWire } from "./model/anthropic.ts";
import { chatWire } from "./model/chat.ts";
import { responsesWire } from "./model/responses.ts";
import { stepFor } from "./model/script.ts";
import type { Script } from "./model/script.ts";
import { asJson } from "./model/types.ts";
import { PATIENCE_MS } from "./patience.ts";
import type { BenchAgent, RecordedRequest, Step, Wire } from "./model/types.ts";

/** The scripted model: answers by script, records every request, never leaves 127.0.0.1. */
export interface ModelServer {
  /** `http://127.0.0.1:<port>`; OpenAI clients add `/v1`. */
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Adds answers; a later script wins over an earlier one. */
  script(script: Script): void;
  /** The agent's next model call gets this step, whatever its prompt says: for `/compact` and the like. */
  answerNext(agent: BenchAgent, step: Step): void;
  /** Lets the steps that wait for this gate answer, now and later. */
  openGate(name: string): void;
  /** The first request at or after `since` that satisfies `matches`; waits for it up to `timeoutMs`. */
  waitForRequest(
    matches: (request: RecordedRequest) => boolean,
    options?: { since?: number; timeoutMs?: number; what?: string },
  ): Promise<RecordedRequest>;
  close(): Promise<void>;
}

const WIRES: readonly (readonly [RegExp, Wire])[] = [
  [/\/v1\/messages(?:\?|$)/u, anthropicWire],
  [/\/responses(?:\?|$)/u, responsesWire],
  [/\/chat\/completions(?:\?|$)/u, chatWire],
];

export async function startModelServer(): Promise<ModelServer> {
  const requests: RecordedRequest[] = [];
  const scripts: Script[] = [];
  const next: { agent: BenchAgent; step: Step }[] = [];
  const gates = new Map<string, { open: boolean; waiters: (() => void)[] }>();
  const listeners = new Set<() => void>();

  function gate(name: string) {
    const known = gates.get(name) ?? { open: false, waiters: [] };
    gates.set(name, known);
    return known;
  }

  function record(incoming: IncomingMessage, wire: Wire | undefined, body: unknown): RecordedRequest {
    const path = incoming.url ?? "/";
    const json = asJson(body);
    const request: RecordedRequest = {
      index: requests.length,
      agent: wire?.agent ?? agentOfKey(keyOf(incoming)),
      kind: wire === undefined ? "other" : wire.isTitleRequest(json, incoming.headers) ? "title" : "turn",
      method: incoming.method ?? "",
      path,
      key: keyOf(incoming),
      headers: incoming.headers,
      body,
      pieces: wire?.piecesOf(json) ?? [],
      tools: wire?.toolsOf(json) ?? [],
    };
    requests.push(request);
    for (const listener of listeners) listener();
    return request;
  }

  function choose(request: RecordedRequest): Step {
    if (request.kind === "title") return { text: "A title" };
    const at = next.findIndex((entry) => entry.agent === request.agent);
    const queued = at < 0 ? undefined : next.splice(at, 1)[0];
    return queued?.step ?? stepFor(request, scripts);
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const wire =
      incoming.method === "POST" ? WIRES.find(([path]) => path.test(incoming.url ?? ""))?.[1] : undefined;
    const request = record(incoming, wire, parse(Buffer.concat(chunks).toString("utf8")));
    if (wire === undefined) return answerOther(incoming, outgoing);

    const step = choose(request);
    if (step.gate !== undefined) await passGate(step.gate, outgoing);
    if (outgoing.destroyed) return;
    if ("error" in step) {
      outgoing.writeHead(step.error.status, { "content-type": "application/json", ...step.error.headers });
      outgoing.end(JSON.stringify(step.error.body ?? wire.errorBody(step.error.status)));
      return;
    }
    outgoing.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    if ("hang" in step) {
      outgoing.flushHeaders();
      return;
    }
    for (const event of wire.answer(step, request.index)) {
      if (outgoing.destroyed) return;
      if (event !== undefined) outgoing.write(event);
      else if (step.slowMs !== undefined) await pause(step.slowMs);
    }
    outgoing.end();
  }

  function passGate(name: string, outgoing: ServerResponse): Promise<void> {
    const known = gate(name);
    if (known.open) return Promise.resolve();
    return new Promise((resolve) => {
      known.waiters.push(resolve);
      outgoing.on("close", resolve);
    });
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((thrown: unknown) => {
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end(String(thrown));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    script(script) {
      scripts.push(script);
    },
    answerNext(agent, step) {
      next.push({ agent, step });
    },
    openGate(name) {
      const known = gate(name);
      known.open = true;
      for (const go of known.waiters.splice(0)) go();
    },
    waitForRequest(matches, { since = 0, timeoutMs = PATIENCE_MS, what = "a request" } = {}) {
      const find = () => requests.slice(since).find(matches);
      const already = find();
      if (already !== undefined) return Promise.resolve(already);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(check);
          reject(new Error(`${what} did not reach the model within ${timeoutMs} ms. ${summary(requests)}`));
        }, timeoutMs);
        const check = () => {
          const found = find();
          if (found === undefined) return;
          clearTimeout(timer);
          listeners.delete(check);
          resolve(found);
        };
        listeners.add(check);
      });
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function answerOther(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const path = incoming.url ?? "";
  const json = (status: number, body: unknown) => {
    outgoing.writeHead(status, { "content-type": "application/json" });
    outgoing.end(JSON.stringify(body));
  };
  if (path.includes("count_tokens")) json(200, { input_tokens: 10 });
  else if (path.includes("/models")) json(200, { object: "list", data: [], models: [] });
  else json(404, { error: { message: "not here" } });
}

function keyOf(incoming: IncomingMessage): string {
  const bearer = incoming.headers.authorization?.replace(/^Bearer /u, "");
  return bearer ?? String(incoming.headers["x-api-key"] ?? "");
}

function agentOfKey(key: string): BenchAgent {
  return key.includes("codex") ? "codex" : key.includes("kimi") ? "kimi" : "claude";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function summary(requests: readonly RecordedRequest[]): string {
  const lines = requests.slice(-8).map((request) => {
    const last = request.pieces.at(-1);
    return `#${request.index} ${request.agent} ${request.kind} ${request.path} … ${last?.role}: ${JSON.stringify(last?.text.slice(-160))}`;
  });
  return `It got ${requests.length}, last:\n${lines.join("\n")}`;
}
