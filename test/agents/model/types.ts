/** Which CLI made a request: its API path says so (see `model-server.ts`). */
export type BenchAgent = "claude" | "codex" | "kimi";

/** One tool call the scripted model makes. `namespace` is Codex's way to name an MCP server (`mcp__relay`). */
export interface ScriptedCall {
  readonly tool: string;
  readonly input: unknown;
  readonly namespace?: string;
}

/** What the scripted model answers to one request. */
export type Step = StepBody & {
  /** The answer waits until the test calls `openGate(name)`; the request is recorded at once. */
  readonly gate?: string;
  /** Streams the text word by word with this pause. */
  readonly slowMs?: number;
};

type StepBody =
  | { readonly text: string }
  | ScriptedCall
  | { readonly tools: readonly ScriptedCall[]; readonly text?: string }
  /** Codex's freeform tools (`apply_patch`): the input is plain text. */
  | { readonly custom: string; readonly input: string }
  | {
      readonly error: {
        readonly status: number;
        readonly body?: unknown;
        readonly headers?: Record<string, string>;
      };
    }
  /** The stream opens and never says anything until the client or the server closes. */
  | { readonly hang: true };

/** A piece of what the model was sent, in order, whatever the wire format. */
export interface Piece {
  readonly role: "system" | "user" | "assistant" | "tool-call" | "tool-result";
  readonly text: string;
  /** Of tool calls: the tool's name. */
  readonly tool?: string;
  readonly isError?: boolean;
}

/** One HTTP request as it reached the model. */
export interface RecordedRequest {
  readonly index: number;
  readonly agent: BenchAgent;
  /** `turn` continues a conversation; `title` is Codex naming its thread; `other` is anything that is no model call. */
  readonly kind: "turn" | "title" | "other";
  readonly method: string;
  readonly path: string;
  /** The API key or bearer token that came with it. */
  readonly key: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly pieces: readonly Piece[];
  /** Names of the tools offered to the model; MCP tools of Codex as `namespace.name`. */
  readonly tools: readonly string[];
}

/** How one wire format is read and answered. */
export interface Wire {
  readonly agent: BenchAgent;
  piecesOf(body: Json): Piece[];
  toolsOf(body: Json): string[];
  isTitleRequest(body: Json, headers: RecordedRequest["headers"]): boolean;
  /** The server-sent events of one answer; `undefined` in between marks a place to pause. */
  answer(step: Step, index: number): readonly (string | undefined)[];
  errorBody(status: number): unknown;
}

export type Json = { readonly [key: string]: unknown };

export function asJson(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function asList(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(asJson) : [];
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The calls of a step, if it makes any. */
export function callsOf(step: Step): readonly ScriptedCall[] {
  if ("tools" in step) return step.tools;
  if ("tool" in step) return [step];
  return [];
}

/** A text cut into words with their spaces, so that joining gives the text back. */
export function wordsOf(text: string): string[] {
  return text.match(/\S*\s*/gu)?.filter((word) => word !== "") ?? [];
}
