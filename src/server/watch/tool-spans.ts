// When which agent's tools ran, from what their hooks say. In memory only: it is evidence for moments that just were.
import type { Clock } from "../../base/clock.ts";
import type { HookCall } from "../../domain/hook/call.ts";
import { isBetweenTurns } from "../../domain/hook/events.ts";
import { isOwnCall } from "../../domain/hook/own-command.ts";
import type { ToolSpan } from "../../domain/lock/write-evidence.ts";

/** Spans of one agent that are kept; at the bound the oldest goes. */
const MAX_SPANS = 200;
/** Nobody asks about moments longer ago. */
const KEPT_MS = 30_000;
/** A tool whose end was never told is taken for ended. */
const LONGEST_MS = 3_600_000;

export interface ToolSpansDeps {
  readonly clock: Clock;
  /** Whether the agent waits for a human: then the tool it asked about does not run. */
  readonly isWaiting: (agent: string) => boolean;
}

export interface ToolSpans {
  /** A hook call of the agent; `paths` are those of its tool, as locks name them. */
  heard(
    agent: string,
    call: HookCall,
    how: { paths: readonly string[]; denied: boolean; own: boolean },
  ): void;
  /** We begin to write something in the agent's name; to be called when it is written. No hook of the agent's tells of it. */
  writing(agent: string, path: string): () => void;
  /** Those that may matter for a moment just past. */
  recent(): readonly ToolSpan[];
  /** Whether any hook of the agent's was heard since the server runs. */
  hasHeard(agent: string): boolean;
}

type Span = { -readonly [K in keyof ToolSpan]: ToolSpan[K] };

export function createToolSpans(deps: ToolSpansDeps): ToolSpans {
  const { clock } = deps;
  const byAgent = new Map<string, Span[]>();
  const heardOf = new Set<string>();

  function spansOf(agent: string): Span[] {
    const key = agent.toLowerCase();
    const spans = byAgent.get(key) ?? [];
    byAgent.set(key, spans);
    return spans;
  }

  function begin(span: Span): void {
    const spans = spansOf(span.agent);
    spans.push(span);
    if (spans.length > MAX_SPANS) spans.shift();
  }

  return {
    heard(agent, call, { paths, denied, own }) {
      const bootMs = clock.bootMs();
      heardOf.add(agent.toLowerCase());
      const spans = spansOf(agent);
      const { tool } = call;
      if (call.event === "tool-before" || call.event === "tool-after") {
        if (tool === null || (tool.use !== "edit" && tool.use !== "shell" && tool.use !== "mcp")) return;
        // Our own commands write nothing of the project, but for `append`, which says so itself.
        if (isOwnCall(tool)) return;
        const { use, name, command } = tool;
        if (call.event === "tool-before") {
          if (!denied) begin({ agent, use, tool: name, command, paths, fromBootMs: bootMs, toBootMs: null });
          return;
        }
        const ended = spans.find(
          (span) => span.toBootMs === null && span.tool === name && span.command === command,
        );
        if (ended !== undefined) ended.toBootMs = bootMs;
        // Its beginning was not heard, as while no server ran: that it ran is known all the same.
        else begin({ agent, use, tool: name, command, paths, fromBootMs: bootMs, toBootMs: bootMs });
        return;
      }
      // Between turns no tool runs. What another session in the same pane says of its turns is not the agent's.
      if (own && isBetweenTurns(call.event)) for (const span of spans) span.toBootMs ??= bootMs;
    },
    writing(agent, path) {
      const fromBootMs = clock.bootMs();
      const span: Span = {
        agent,
        use: "edit",
        tool: "append",
        command: null,
        paths: [path],
        fromBootMs,
        toBootMs: fromBootMs,
      };
      begin(span);
      return () => {
        span.toBootMs = clock.bootMs();
      };
    },
    recent() {
      const bootMs = clock.bootMs();
      const found: ToolSpan[] = [];
      for (const [agent, spans] of byAgent) {
        const kept = spans.filter((span) =>
          span.toBootMs === null ? bootMs - span.fromBootMs < LONGEST_MS : bootMs - span.toBootMs < KEPT_MS,
        );
        byAgent.set(agent, kept);
        const waits = kept.some((span) => span.toBootMs === null) && deps.isWaiting(agent);
        // A copy: what is handed out says how things stood.
        for (const span of kept) if (!waits || span.toBootMs !== null) found.push({ ...span });
      }
      return found;
    },
    hasHeard: (agent) => heardOf.has(agent.toLowerCase()),
  };
}
