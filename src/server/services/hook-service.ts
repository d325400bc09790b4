// What an agent's hook says becomes evidence, receipts and lock checks; what we answer goes back in its own format.
// Owns nothing: every effect is a call to the service that owns the state.
import { statSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { Claim } from "../../domain/agent/evidence.ts";
import { answerHook, canReply } from "../../domain/hook/answer.ts";
import {
  NOTHING,
  SILENCE,
  type HookCall,
  type HookKind,
  type HookReply,
  type TouchedPath,
} from "../../domain/hook/call.ts";
import { isOwnCall } from "../../domain/hook/own-command.ts";
import { isHookKind, readHookCall } from "../../domain/hook/read.ts";
import type { Delivery } from "../../domain/relay/delivery.ts";
import { deliveryText } from "../../domain/relay/encode.ts";
import { agentActor } from "../../domain/session/actor.ts";
import type { Agent } from "../../domain/session/session.ts";
import type { HookAnswer, HookOutcome, HookRequest } from "../hook-endpoint.ts";
import type { UnansweredCall } from "../launch/hook-spool.ts";
import type { AgentStateService } from "./agent-state-service.ts";
import type { LockService } from "./lock-service.ts";
import { createOwnCallApproval } from "./own-call-approval.ts";
import type { PaneRuntime } from "./pane-runtime.ts";
import type { PaneService } from "./pane-service.ts";
import { isHookMail } from "./relay-hook-channel.ts";
import type { RelayService } from "./relay-service.ts";
import type { SessionService } from "./session-service.ts";

export interface HookDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly panes: PaneService;
  readonly states: AgentStateService;
  readonly session: SessionService;
  readonly relay: RelayService;
  readonly locks: LockService;
  /** What an agent is told when its session starts. */
  readonly sessionText: (agent: Agent) => string;
  /** An agent touched files with a tool: for the activity log and presence. */
  readonly toolUsed: (agent: Agent, call: HookCall) => void;
  /** For noticing writes that go round the locks: when which tool ran. `own`: the agent's, not a program's that it runs. */
  readonly toolHeard: (agent: Agent, call: HookCall, how: { denied: boolean; own: boolean }) => void;
  /** Whether the delivery was sent to all. */
  readonly isBroadcast: (delivery: Delivery) => boolean;
  /** Takes the calls of a pane's hooks that got no answer, the oldest first. */
  readonly unanswered: (paneId: string) => readonly UnansweredCall[];
  readonly inBackground: (what: string, work: Promise<unknown>) => void;
}

export type HookService = ReturnType<typeof createHookService>;

export function createHookService(deps: HookDeps) {
  const { panes, states, session, relay, locks } = deps;
  const ownCalls = createOwnCallApproval({
    clock: deps.clock,
    log: deps.log,
    look: (pane) => states.lookNow(pane).detection,
    press: (pane, key) => panes.type(pane, Buffer.from(key)),
  });

  /** Agents that shortened their context and were not told since what is open. */
  const forgetful = new Set<string>();

  return {
    /** Answers one hook call. Whoever has no pane of ours, or speaks no format we know, is let through. */
    async handle(request: HookRequest): Promise<HookAnswer> {
      const pane = request.token === "" ? undefined : panes.byToken(request.token);
      const kind = hookKind(request.kind);
      const agent = pane?.record.agent ? session.find(pane.record.agent) : undefined;
      if (!pane || !agent || kind === null) return SILENCE;
      const call = readHookCall(kind, request.event, request.body);
      session.touch(agent.name);
      if (isForeign(pane, call)) {
        // An agent that this agent started: its locks bind all the same, its turns and its session are not ours.
        const denial = call.event === "tool-before" ? guard(agent, call, false) : NOTHING;
        deps.toolHeard(agent, call, { denied: denial.kind === "deny", own: false });
        return answerHook(call, denial);
      }
      pane.sessionHeard = call.sessionId ?? pane.sessionHeard;
      if (call.sessionId !== null && call.sessionId !== agent.agentSessionId) {
        deps.inBackground("session id", session.setAgentSession(agent.name, call.sessionId));
      }
      if (call.prompt !== null) deps.inBackground("note work", session.noteWork(agent.name));
      const { reply, settled } = await decide(pane, agent, call, request.callId);
      deps.toolHeard(agent, call, { denied: reply.kind === "deny", own: true });
      const claim = claimOf(call, reply, deps.clock.nowMs());
      if (claim) states.hook(pane, claim);
      if (pane.profile.autoApproveOwnTools) ownCalls.heard(pane, call);
      deps.log.debug("hook.call", { agent: agent.name, event: call.event, reply: reply.kind });
      return { ...answerHook(call, reply), settled };
    },

    /**
     * Hears what the hooks of a pane could not tell any server. It proves what arrived, and what did not; it says
     * nothing of the agent's state now, and an answer would come too late.
     */
    async catchUp(pane: PaneRuntime | undefined): Promise<void> {
      const kind = hookKind(pane?.profile.kind ?? "");
      const agent = pane?.record.agent ? session.find(pane.record.agent) : undefined;
      if (!pane || !agent || kind === null) return;
      let last: HookCall | null = null;
      for (const { event, body, atMs, callId, reachedServer } of deps.unanswered(pane.id)) {
        const call = readHookCall(kind, event, body);
        last = call;
        deps.log.info("hook.caught-up", { agent: agent.name, event: call.event, atMs, reachedServer });
        if (call.sessionId !== null && agent.agentSessionId === null)
          await session.setAgentSession(agent.name, call.sessionId);
        if (call.prompt !== null) {
          await session.noteWork(agent.name);
          await relay.promptSubmitted(agent.name, call.prompt);
        }
        if (call.sessionId !== null && call.sessionId !== session.find(agent.name)?.agentSessionId) continue;
        if (reachedServer) await relay.gotNoAnswer(agent.name, { callId, atMs });
        else await relay.wentOn(agent.name, "the agent's next hook came while no server ran", atMs);
      }
      // Its dialog may still be open: the screen will tell.
      if (last !== null && pane.profile.autoApproveOwnTools) ownCalls.heard(pane, last);
    },
  };

  /**
   * A call from another session while the agent itself is in the middle of a turn: a program that it runs, which
   * inherited its environment. Between turns another session is the agent's own, begun anew; so is the first that is
   * heard of after the program's start, whatever an earlier run was called.
   */
  function isForeign(pane: PaneRuntime, call: HookCall): boolean {
    if (call.sessionId === null || pane.sessionHeard === null || call.sessionId === pane.sessionHeard)
      return false;
    const { state } = states.of(pane);
    return state.name === "working" || state.name === "blocked";
  }

  async function decide(
    pane: PaneRuntime,
    agent: Agent,
    call: HookCall,
    callId: string,
  ): Promise<{ reply: HookReply; settled?: (outcome: HookOutcome) => void }> {
    // Any call after a mail was handed over shows that the agent went on with it, but for the end of its session.
    if (call.event !== "session-ended" && call.event !== "unknown") {
      await relay.wentOn(agent.name, "the agent's next hook came");
    }
    switch (call.event) {
      case "session-start":
        // Codex begins its session anew after it has shortened its context, too: it is told once.
        if (canReply(call.kind, call.event, "add-context")) forgetful.delete(agent.name);
        return { reply: { kind: "add-context", text: deps.sessionText(agent) } };
      case "compacted":
        // Claude Code starts its session anew then, and hears us there. The others hear us with the next prompt.
        if (call.kind !== "claude") forgetful.add(agent.name);
        return { reply: NOTHING };
      case "prompt-submitted":
        if (call.prompt !== null) await relay.promptSubmitted(agent.name, call.prompt);
        return withReminder(agent, call, await mail(pane, agent, call, "add-context", callId));
      case "tool-before":
        return { reply: guard(agent, call, pane.profile.autoApproveOwnTools) };
      case "tool-after":
        deps.toolUsed(agent, call);
        return { reply: NOTHING };
      case "permission-requested":
        return {
          reply: pane.profile.autoApproveOwnTools ? approval(call) : NOTHING,
        };
      case "stopped":
        // Once: a turn that goes on because of us must be able to end.
        return call.stopHookActive ? { reply: NOTHING } : mail(pane, agent, call, "block-stop", callId);
      default:
        return { reply: NOTHING };
    }
  }

  /** What the agent knew before it shortened its context: its role, tasks, locks, mail, decisions. */
  function withReminder<T extends { reply: HookReply }>(agent: Agent, call: HookCall, answer: T): T {
    if (!canReply(call.kind, call.event, "add-context") || !forgetful.delete(agent.name)) return answer;
    const more = answer.reply.kind === "add-context" ? [answer.reply.text] : [];
    return {
      ...answer,
      reply: { kind: "add-context", text: [deps.sessionText(agent), ...more].join("\n\n") },
    };
  }

  async function mail(
    pane: PaneRuntime,
    agent: Agent,
    call: HookCall,
    how: "add-context" | "block-stop",
    callId: string,
  ) {
    if (pane.profile.inject.busy !== "hook" || !canReply(call.kind, call.event, how))
      return { reply: NOTHING };
    // What is for everybody waits until the turn is over: nobody's turn is held up for it.
    const directed = (one: Delivery) => isHookMail(one) && !deps.isBroadcast(one);
    const taken = await relay.takeForHook(agent.name, callId, how === "block-stop" ? directed : isHookMail);
    if (!taken) return { reply: NOTHING };
    const text = taken.deliveries.map((delivery) => deliveryText(delivery)).join("\n\n");
    const reply: HookReply = how === "block-stop" ? { kind: how, reason: text } : { kind: how, text };
    return { reply, settled: taken.settled };
  }

  function guard(agent: Agent, call: HookCall, approvesOwn: boolean): HookReply {
    const { tool } = call;
    // Claude Code takes the permission here already, so that no dialog flashes up; others ask for it later.
    if (!tool || tool.paths.length === 0) return approvesOwn ? approval(call) : NOTHING;
    const paths = tool.paths.map(pathMeant);
    const checks = locks.guard(agentActor(agent.name), paths, call.cwd ?? undefined, tool.name);
    const held = checks.filter((check) => check.heldBy !== null);
    if (held.length === 0) return NOTHING;
    const reasons = held.map((check) => check.text.replace(/[.!?]?$/, ".")).join(" ");
    const holder = held[0]!.heldBy!.holder;
    return {
      kind: "deny",
      reason: `${reasons} Do not work around it. Ask with: ia-tmux send --to ${holder} "…", or wait until it is free.`,
    };
  }
}

/** The demo agents speak Claude Code's format. */
function hookKind(kind: string): HookKind | null {
  if (kind === "demo") return "claude";
  return isHookKind(kind) ? kind : null;
}

/** Our own command and tools need nobody's permission: that and nothing more. */
function approval(call: HookCall): HookReply {
  const own =
    call.tool !== null && isOwnCall(call.tool) && canReply(call.kind, call.event, "permission-allow");
  return own ? { kind: "permission-allow" } : NOTHING;
}

/** `cp a.ts src` writes src/a.ts when src is a directory. */
function pathMeant({ path, ifDirectory }: TouchedPath): string {
  if (ifDirectory === undefined) return path;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? `${path}/${ifDirectory}` : path;
}

/** What a hook call says of the agent's state. Null: nothing. */
function claimOf(call: HookCall, reply: HookReply, atMs: number): Claim | null {
  const working: Claim = { state: "working", blockedOn: null, message: null, atMs };
  switch (call.event) {
    case "tool-before":
      if (call.tool?.use === "question") return { ...working, state: "blocked", blockedOn: "question" };
      return working;
    case "prompt-submitted":
    case "turn-started":
    case "tool-after":
    case "permission-resolved":
    case "compacting":
      return working;
    case "permission-requested":
      if (reply.kind === "permission-allow") return working;
      return { state: "blocked", blockedOn: "permission", message: null, atMs };
    case "stopped":
    case "interrupted":
      return reply.kind === "block-stop" ? working : { ...working, state: "idle" };
    case "stop-failed":
      return { ...working, state: "error", message: call.message };
    default:
      return null;
  }
}
