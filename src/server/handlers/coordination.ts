// Protocol ↔ session, tasks, messages, locks.
import { AppError } from "../../base/errors.ts";
import { MAX_FOUND } from "../../domain/message/words.ts";
import { OPERATOR } from "../../domain/record.ts";
import { sameName } from "../../domain/session/actor.ts";
import type { HandlerTable } from "../dispatcher.ts";
import type { ArchiveService } from "../services/archive-service.ts";
import type { DelegationService } from "../services/delegation-service.ts";
import type { LockService, LockWish } from "../services/lock-service.ts";
import type { MessageService } from "../services/message-service.ts";
import type { MuteService } from "../services/mute-service.ts";
import type { RelayService } from "../services/relay-service.ts";
import type { SessionService } from "../services/session-service.ts";
import type { TaskService } from "../services/task-service.ts";
import { nameOutsideAgent } from "../outside-agents.ts";
import { actorOf, operatorOnly, untilClosed } from "./actor.ts";

/** Every inbox at once. */
const EVERYBODY = "all";

export interface CoordinationDeps {
  readonly session: SessionService;
  readonly tasks: TaskService;
  readonly messages: MessageService;
  readonly mutes: MuteService;
  readonly locks: LockService;
  readonly delegation: DelegationService;
  readonly relay: RelayService;
  readonly archive: Pick<ArchiveService, "findMessages" | "message">;
  /** An agent has another name: what names it goes along. */
  readonly moveRecords: (from: string, to: string) => Promise<unknown>;
  /** What the sender is told about when it will go: "goes now", or why it waits. */
  readonly outlook: (agent: string) => string;
}

type Methods =
  | `session.${"show" | "init" | "set"}`
  | `task.${"delegate" | "create" | "list" | "show" | "update" | "assign" | "depend" | "claim" | "claim-next"}`
  | `message.${"send" | "reply" | "directive" | "thread" | "inbox" | "sent" | "mute" | "unmute" | "mutes" | "show" | "mark" | "search"}`
  | `lock.${"acquire" | "release" | "list" | "append"}`
  | "status.set"
  | `agent.${"register" | "remove" | "set"}`
  | "relay.prompt"
  | `delivery.${"list" | "show" | "retry" | "drop"}`;

export function coordinationHandlers(deps: CoordinationDeps): Pick<HandlerTable, Methods> {
  const { session, tasks, messages, mutes, locks, delegation, relay, archive } = deps;

  return {
    "session.show": () => session.current(),
    "session.init": (params, connection) => session.init(actorOf(connection), params),
    "session.set": (params, connection) => session.set(actorOf(connection), params),
    "agent.register": async (params, connection) => {
      const identity = connection.identity!;
      if (identity.kind !== "agent" || identity.paneId !== null)
        throw new AppError("usage", "Only an agent outside the panes registers itself", {
          hint: "Set IA_TMUX_AGENT, or run the command from within the agent.",
        });
      const agent = await nameOutsideAgent(session, deps.moveRecords, identity.name, params);
      connection.identity = { ...identity, name: agent.name };
      return agent;
    },
    "agent.remove": (params, connection) => session.remove(actorOf(connection), params.name),
    "agent.set": (params, connection) => session.setRole(actorOf(connection), params.name, params),
    "status.set": async (params, connection) => ({
      agent: await session.setStatus(actorOf(connection), params.text),
    }),

    "task.delegate": async (params, connection) => {
      const { task, delivery } = await delegation.delegate(actorOf(connection), params);
      return { task, delivery: relay.view(delivery), outlook: deps.outlook(delivery.to) };
    },
    "task.create": (params, connection) => tasks.create(actorOf(connection), params),
    "task.list": (params) => tasks.list(params).slice(-(params.limit ?? Number.POSITIVE_INFINITY)),
    "task.show": (params) => tasks.show(params.task),
    "task.update": (params, connection) => tasks.update(actorOf(connection), params.task, params),
    "task.assign": (params, connection) => delegation.assign(actorOf(connection), params.task, params.to),
    "task.depend": (params, connection) => tasks.depend(actorOf(connection), params.task, params.dependsOn),
    "task.claim": (params, connection) => tasks.claim(actorOf(connection), params.task, params),
    "task.claim-next": (params, connection) => tasks.claimNext(actorOf(connection), params),

    "message.send": (params, connection) => {
      const { replyTo, taskId, expiresInMs, ...rest } = params;
      const more = { ...rest, taskId, expiresInMs };
      return replyTo === undefined
        ? messages.send(actorOf(connection), more)
        : messages.send(actorOf(connection), { ...more, replyTo });
    },
    "message.reply": ({ message, ...input }, connection) =>
      messages.reply(actorOf(connection), message, input),
    "message.directive": async (params, connection) => [
      ...(await messages.directive(actorOf(connection), params.to, params.body)),
    ],
    "message.thread": (params, connection) => [...messages.thread(actorOf(connection), params.message)],
    "message.inbox": (params, connection) => {
      const me = connection.identity?.name ?? OPERATOR;
      const name = params.agent ?? me;
      if (!sameName(name, me)) operatorOnly(connection, "Another one's inbox");
      if (sameName(name, EVERYBODY)) return messages.everything().slice(-params.limit);
      const inbox = messages.inbox(name, { state: params.state, all: params.all }).slice(-params.limit);
      if (!params.threads) return inbox;
      const threads = new Set(inbox.map((message) => message.threadId));
      return [...threads].flatMap((thread) => [...messages.conversation(actorOf(connection), thread)]);
    },
    "message.sent": (params, connection) =>
      messages.sent(connection.identity?.name ?? OPERATOR).slice(-params.limit),
    "message.mute": ({ sender, ...options }, connection) => mutes.mute(actorOf(connection), sender, options),
    "message.unmute": async (params, connection) => ({
      unmuted: await mutes.unmute(actorOf(connection), params.sender, params.agent),
    }),
    "message.mutes": () => [...mutes.list()],
    "message.show": async (params, connection) => {
      const actor = actorOf(connection);
      try {
        return messages.show(actor, params.message);
      } catch (thrown) {
        const kept = isNotFound(thrown) ? await archive.message(actor, params.message) : null;
        if (kept === null) throw thrown;
        return kept;
      }
    },
    "message.mark": (params, connection) => messages.mark(actorOf(connection), params.message, params.state),
    "message.search": async (params, connection) => {
      const actor = actorOf(connection);
      const found = messages.search(actor, params.query);
      const room = MAX_FOUND - found.length;
      return [...found, ...(room > 0 ? await archive.findMessages(actor, params.query, room) : [])];
    },

    "lock.acquire": async (params, connection) => {
      const [view] = await locks.acquire(actorOf(connection), {
        wishes: [wishOf(params)],
        reason: params.reason,
        ttlMs: params.ttlMs,
        waitMs: params.waitMs,
        force: params.force,
        signal: untilClosed(connection),
      });
      return view!;
    },
    "lock.release": (params, connection) => {
      if (params.force) operatorOnly(connection, "Breaking a lock");
      const wish = params.lockId === undefined ? wishOf(params) : { lockId: params.lockId };
      return locks.release(actorOf(connection), wish, { force: params.force });
    },
    "lock.list": () => [...locks.list()],
    "lock.append": (params, connection) =>
      locks.append(actorOf(connection), { ...params, signal: untilClosed(connection) }),

    "relay.prompt": (params) => ({ text: delegation.classicPrompt(params.agent) }),
    "delivery.list": (params) =>
      relay
        .list(params.agent)
        .filter(
          (one) =>
            params.all || one.state === "queued" || one.state === "unconfirmed" || one.state === "written",
        )
        .map((one) => relay.view(one)),
    "delivery.show": (params) => relay.get(params.delivery),
    "delivery.retry": async (params, connection) => {
      operatorOnly(connection, "Sending again");
      return relay.view(await relay.retry(params.delivery));
    },
    "delivery.drop": async (params, connection) => {
      operatorOnly(connection, "Dropping a delivery");
      return relay.view(await relay.drop(params.delivery));
    },
  };
}

function isNotFound(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === "not-found";
}

function wishOf(params: { path?: string; resource?: string; cwd?: string }): LockWish {
  if (params.path !== undefined) return { path: params.path, cwd: params.cwd };
  if (params.resource !== undefined) return { resource: params.resource };
  throw new AppError("usage", "Name a path or a resource.");
}
