// Edits of agents that say before a tool runs and not after it: whether one came about is seen by the file.
import type { HookCall } from "../../domain/hook/call.ts";
import { isBetweenTurns, tellsAfterEdits } from "../../domain/hook/events.ts";
import type { Agent } from "../../domain/session/session.ts";

/** Edits of one agent that are looked after within a turn. Of more, the oldest goes: no tool runs so many at once. */
const MAX_PENDING = 50;

export interface UnheardEditsDeps {
  /** When the file was written last, in milliseconds since 1970; null when there is none. */
  readonly writtenAtMs: (path: string) => number | null;
  /** To be told of an edit that came about. */
  readonly used: (agent: Agent, call: HookCall) => void;
}

interface PendingEdit {
  readonly call: HookCall;
  readonly before: ReadonlyMap<string, number | null>;
}

export function createUnheardEdits(deps: UnheardEditsDeps) {
  const pending = new Map<string, readonly PendingEdit[]>();

  const isDone = ({ before }: PendingEdit): boolean =>
    [...before].some(([path, atMs]) => deps.writtenAtMs(path) !== atMs);

  /** To be given every hook call of an agent's own. */
  return function heard(agent: Agent, call: HookCall, denied: boolean): void {
    if (tellsAfterEdits(call.kind)) return;
    const left: PendingEdit[] = [];
    for (const edit of pending.get(agent.id) ?? []) {
      // Told of after all: then it was taken down already.
      if (call.event === "tool-after" && call.tool?.name === edit.call.tool?.name) continue;
      if (isDone(edit)) deps.used(agent, edit.call);
      else left.push(edit);
    }
    // What has not come about by now was refused.
    if (isBetweenTurns(call.event)) left.length = 0;
    if (call.event === "tool-before" && call.tool?.use === "edit" && !denied) {
      const paths = call.tool.paths.map(({ path }) => path);
      left.push({ call, before: new Map(paths.map((path) => [path, deps.writtenAtMs(path)])) });
    }
    if (left.length === 0) pending.delete(agent.id);
    else pending.set(agent.id, left.slice(-MAX_PENDING));
  };
}
