// Builds what answers the agents' hooks, in our panes and outside of them, and what both tell the agent.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { HookCall } from "../domain/hook/call.ts";
import type { Delivery } from "../domain/relay/delivery.ts";
import { sessionGuideText } from "../domain/relay/prompt.ts";
import { agentActor, THE_OPERATOR } from "../domain/session/actor.ts";
import type { Agent } from "../domain/session/session.ts";
import { frameText } from "../domain/text/frame.ts";
import type { ProjectPaths } from "../node/runtime-dir.ts";
import type { HookRequest } from "./hook-endpoint.ts";
import { takeUnanswered } from "./launch/hook-spool.ts";
import { operatorToken } from "./operator-token.ts";
import { paneDirOf } from "./programs.ts";
import type { ActivityService } from "./services/activity-service.ts";
import type { AgentStateService } from "./services/agent-state-service.ts";
import type { DelegationService } from "./services/delegation-service.ts";
import { createHookService } from "./services/hook-service.ts";
import type { LockService } from "./services/lock-contract.ts";
import type { MessageService } from "./services/message-service.ts";
import { createOutsideHooks } from "./services/outside-hook-service.ts";
import type { PaneService } from "./services/pane-service.ts";
import type { RelayService } from "./services/relay-service.ts";
import type { SessionService } from "./services/session-contract.ts";
import type { SummaryService } from "./services/summary-service.ts";
import type { TaskService } from "./services/task-contract.ts";
import type { TouchedFiles } from "./services/touched-files.ts";
import { createUnheardEdits } from "./services/unheard-edits.ts";
import type { ToolSpans } from "./watch/tool-spans.ts";

export interface HooksDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly paths: ProjectPaths;
  readonly panes: PaneService;
  readonly states: AgentStateService;
  readonly session: SessionService;
  readonly relay: RelayService;
  readonly locks: LockService;
  readonly tasks: TaskService;
  readonly messages: MessageService;
  readonly activity: ActivityService;
  readonly delegation: DelegationService;
  readonly summary: SummaryService;
  readonly touched: TouchedFiles;
  readonly spans: ToolSpans;
  readonly inBackground: (what: string, work: Promise<unknown>) => void;
}

export function composeHooks(deps: HooksDeps) {
  const { clock, log, paths, panes, states, session, relay, locks, inBackground } = deps;
  const { tasks, messages, activity, delegation, summary, touched, spans } = deps;

  /** What an agent hears when its session starts or was compacted: its place, and the state as data of others. */
  function sessionText(agent: Agent): string {
    const guide = sessionGuideText(
      agent,
      { principal: session.principal(), mode: session.mode(), agents: session.all() },
      delegation.pointers(),
    );
    return `${guide}\n\n${frameText(summary.compact(agent.name), "ia-tmux", "state")}`;
  }

  function toolUsed(agent: Agent, call: HookCall): void {
    if (call.tool?.use !== "edit" || call.nativeEvent === "PostToolUseFailure") return;
    const actor = agentActor(agent.name);
    const edited = call.tool.paths.map((one) => one.path);
    for (const { path } of locks.check(actor, edited, call.cwd ?? undefined)) {
      touched.note(agent.name, path);
      activity.add(actor, {
        kind: "file.edited",
        text: `${call.tool.name} ${path}`,
        path,
        tool: call.tool.name,
      });
    }
  }

  const isBroadcast = ({ messageIds }: Delivery): boolean =>
    messageIds.length > 0 && messageIds.every((id) => messages.show(THE_OPERATOR, id).to === "all");

  const unheardEdit = createUnheardEdits({
    writtenAtMs: (path) => writtenAtMs(resolve(paths.root, path)),
    used: toolUsed,
  });

  function toolHeard(agent: Agent, call: HookCall, how: { denied: boolean; own: boolean }): void {
    const edited = call.tool?.use === "edit" ? call.tool.paths.map((one) => one.path) : [];
    const paths = locks.check(agentActor(agent.name), edited, call.cwd ?? undefined).map((one) => one.path);
    spans.heard(agent.name, call, { ...how, paths });
    if (how.own) unheardEdit(agent, call, how.denied);
  }

  const hooks = createHookService({
    clock,
    log,
    panes,
    states,
    session,
    relay,
    locks,
    sessionText,
    toolUsed,
    toolHeard,
    isBroadcast,
    unanswered: (paneId) => takeUnanswered(paneDirOf(paths, paneId), clock.nowMs()),
    inBackground,
  });

  const outsideHooks = createOutsideHooks({
    clock,
    log,
    session,
    relay,
    locks,
    tasks,
    operatorToken: operatorToken(paths.stateDir),
    agentOfToken: (token) => (token === "" ? null : (panes.byToken(token)?.record.agent ?? null)),
    sessionText,
    toolUsed,
    toolHeard,
    isBroadcast,
    inBackground,
  });

  return {
    catchUp: hooks.catchUp,
    handle: (request: HookRequest) =>
      outsideHooks.concerns(request) ? outsideHooks.handle(request) : hooks.handle(request),
  };
}

/** Null also of what cannot be looked at: a hook must not fail for that. */
function writtenAtMs(path: string): number | null {
  try {
    return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
  } catch {
    return null;
  }
}
