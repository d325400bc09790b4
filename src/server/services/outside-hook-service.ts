// Hooks of agents that no pane of ours runs, and of tools that have no adapter: the same promises as in a pane, without
// a pane's state. Whoever calls has read the operator's token, so it is this user; its name comes along and is believed.
import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { answerHook, canReply } from "../../domain/hook/answer.ts";
import { NOTHING, SILENCE, type HookCall, type HookReply } from "../../domain/hook/call.ts";
import { GENERIC_EVENTS, genericAnswer } from "../../domain/hook/generic.ts";
import { isHookKind, readHookCall } from "../../domain/hook/read.ts";
import { AGENT_NAME_PATTERN } from "../../domain/record.ts";
import type { Delivery } from "../../domain/relay/delivery.ts";
import { deliveryText } from "../../domain/relay/encode.ts";
import { agentActor } from "../../domain/session/actor.ts";
import type { Agent } from "../../domain/session/session.ts";
import { quoteLine } from "../../domain/text/frame.ts";
import type { HookAnswer, HookOutcome, HookRequest } from "../hook-endpoint.ts";
import { outsideAgent } from "../outside-agents.ts";
import type { LockService } from "./lock-service.ts";
import type { RelayService } from "./relay-service.ts";
import type { SessionService } from "./session-service.ts";
import type { TaskService } from "./task-service.ts";

export interface OutsideHookDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly session: SessionService;
  readonly relay: RelayService;
  readonly locks: LockService;
  readonly tasks: TaskService;
  readonly operatorToken: string;
  /** The agent of the pane that has this token. */
  readonly agentOfToken: (token: string) => string | null;
  /** What an agent is told when its session starts, and again when it has shortened its context. */
  readonly sessionText: (agent: Agent) => string;
  readonly toolUsed: (agent: Agent, call: HookCall) => void;
  /** For noticing writes that go round the locks: when which tool ran. */
  readonly toolHeard: (agent: Agent, call: HookCall, how: { denied: boolean; own: boolean }) => void;
  /** Whether the delivery was sent to all, so that nobody's turn has to wait for it. */
  readonly isBroadcast: (delivery: Delivery) => boolean;
  readonly inBackground: (what: string, work: Promise<unknown>) => void;
}

interface Decided {
  readonly reply: HookReply;
  readonly settled?: (outcome: HookOutcome) => void;
}

/** Reasons of a session's end after which nobody comes back. Codex 0.169 knows one word for every end. */
const LEFT = ["logout", "exit", "prompt_input_exit", "other"];

export function createOutsideHooks(deps: OutsideHookDeps) {
  const { session, relay, locks, tasks } = deps;
  /** Agents that shortened their context, or began, where their program would not hear us: told at the next prompt. */
  const untold = new Set<string>();

  return {
    /** Whether the call is ours: it names an agent, or speaks the plain form. */
    concerns: (request: HookRequest) => request.kind === "generic" || (request.agent ?? "") !== "",

    async handle(request: HookRequest): Promise<HookAnswer> {
      const generic = request.kind === "generic";
      const nativeEvent = generic ? GENERIC_EVENTS[request.event] : request.event;
      const kind = generic ? "claude" : request.kind;
      if (nativeEvent === undefined || !isHookKind(kind)) return SILENCE;
      const call = readHookCall(kind, nativeEvent, request.body);
      if (call.event === "unknown") return SILENCE;
      const agent = await identify(request);
      if (agent === null) return SILENCE;
      session.touch(agent.name);
      const placed = { ...call, cwd: call.cwd ?? (request.cwd || null) };
      const { reply, settled } = await decide(request, agent, placed);
      deps.toolHeard(agent, placed, { denied: reply.kind === "deny", own: true });
      deps.log.debug("hook.outside", { agent: agent.name, event: call.event, reply: reply.kind });
      const answer = generic ? genericAnswer(nativeEvent, reply) : answerHook(call, reply);
      return settled === undefined ? answer : { ...answer, settled };
    },
  };

  async function identify(request: HookRequest): Promise<Agent | null> {
    const inPane = deps.agentOfToken(request.token);
    if (inPane !== null) return session.find(inPane) ?? null;
    const name = request.agent ?? "";
    if (!equal(request.token, deps.operatorToken) || !AGENT_NAME_PATTERN.test(name)) return null;
    const agent = await outsideAgent(session, name);
    // The name belongs to an agent in a pane, which has hooks of its own.
    return agent.paneId === null ? agent : null;
  }

  async function decide(request: HookRequest, agent: Agent, call: HookCall): Promise<Decided> {
    if (call.event !== "session-ended") await relay.wentOn(agent.name, "the agent's next hook came");
    switch (call.event) {
      case "session-start":
        return { reply: await begin(request, agent, call) };
      case "compacted":
        // Claude Code starts its session anew and hears us there.
        if (call.kind !== "claude") untold.add(agent.name);
        return { reply: NOTHING };
      case "prompt-submitted":
        if (call.prompt !== null) await relay.promptSubmitted(agent.name, call.prompt);
        return mail(agent, call, "add-context");
      case "tool-before":
        return { reply: guard(agent, call) };
      case "tool-after":
        deps.toolUsed(agent, call);
        return { reply: NOTHING };
      case "stopped":
        return call.stopHookActive ? { reply: NOTHING } : mail(agent, call, "block-stop");
      case "session-ended":
        await end(request, agent);
        return { reply: NOTHING };
      default:
        return { reply: NOTHING };
    }
  }

  async function begin(request: HookRequest, agent: Agent, call: HookCall): Promise<HookReply> {
    const lines: string[] = [];
    if (request.autoClaim === true && tasks.currentOf(agent.name) === null) {
      try {
        const { task } = await tasks.claimNext(agentActor(agent.name));
        if (task !== null)
          lines.push(
            `ia-tmux claimed the next task for this session: ${task.id}. Look at it: ia-tmux task show ${task.id}`,
          );
      } catch (thrown) {
        deps.log.warn("auto-claim.failed", { agent: agent.name, error: messageOf(thrown) });
      }
    }
    if (!canReply(call.kind, call.event, "add-context")) {
      untold.add(agent.name);
      return NOTHING;
    }
    untold.delete(agent.name);
    return { kind: "add-context", text: [...lines, deps.sessionText(agent)].join("\n\n") };
  }

  async function mail(agent: Agent, call: HookCall, how: "add-context" | "block-stop"): Promise<Decided> {
    if (!canReply(call.kind, call.event, how)) return { reply: NOTHING };
    const stopping = how === "block-stop";
    const taken = await relay.takeForHook(agent.name, "", (one) => !stopping || !deps.isBroadcast(one));
    const told = !stopping && untold.delete(agent.name) ? [deps.sessionText(agent)] : [];
    if (taken === null && told.length === 0) return { reply: NOTHING };
    const texts = (taken?.deliveries ?? []).map((delivery) => deliveryText(delivery));
    const head = stopping
      ? [
          `Do not end your turn yet: ${texts.length === 1 ? "something has" : `${texts.length} things have`} come for you.`,
        ]
      : [];
    const text = [...told, ...head, ...texts].join("\n\n");
    const reply: HookReply = stopping ? { kind: how, reason: text } : { kind: "add-context", text };
    return taken === null ? { reply } : { reply, settled: taken.settled };
  }

  function guard(agent: Agent, call: HookCall): HookReply {
    const { tool } = call;
    if (!tool || tool.paths.length === 0) return NOTHING;
    const paths = tool.paths.map((touched) => touched.path);
    const checks = locks.guard(agentActor(agent.name), paths, call.cwd ?? undefined, tool.name);
    const held = checks.flatMap((check) => (check.heldBy === null ? [] : [{ ...check, lock: check.heldBy }]));
    if (held.length === 0) return NOTHING;
    const lines = held.map(({ path, lock }) => {
      const until = new Date(deps.clock.nowMs() + lock.remainingMs).toISOString();
      const why = lock.reason === "" ? "" : ` (${quoteLine(lock.reason)})`;
      return `${quoteLine(path)} is locked by ${lock.holder} until ${until}${why}.`;
    });
    const { holder } = held[0]!.lock;
    return {
      kind: "deny",
      reason: `${lines.join(" ")} Do not work around it. Ask with: ia-tmux send --to ${holder} "…", or wait until it is free.`,
    };
  }

  async function end(request: HookRequest, agent: Agent): Promise<void> {
    untold.delete(agent.name);
    if (request.autoRelease === true) await locks.releaseAllOf(agent.name);
    if (LEFT.includes(reasonOf(request.body))) await session.leave(agent.name);
  }
}

function reasonOf(body: string): string {
  try {
    const value = JSON.parse(body) as { reason?: unknown };
    return typeof value.reason === "string" ? value.reason : "";
  } catch {
    return "";
  }
}

function equal(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
