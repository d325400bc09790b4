// The only thing that puts text into an agent. Owns deliveries: a stored state machine whose every step is durable
// before the next is taken, so that after any crash the record says what is known and nothing more.
import { AppError, messageOf } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { Ids } from "../../base/ids.ts";
import type { Logger } from "../../base/log.ts";
import type { Announce } from "../../domain/facts.ts";
import { MAX_QUEUED_DELIVERIES, type Delivery, type DeliveryState } from "../../domain/relay/delivery.ts";
import type { EncodedDelivery } from "../../domain/relay/encode.ts";
import { nextDelivery } from "../../domain/relay/queue.ts";
import type { Priority } from "../../domain/task/task.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { DeliveryView } from "../../protocol/views.ts";
import type { Collection } from "../../store/contract.ts";
import type { PaneRuntime } from "./pane-runtime.ts";
import { createHookChannel } from "./relay-hook-channel.ts";

export interface DeliveryRequest {
  readonly kind: Delivery["kind"];
  readonly from: string;
  readonly to: string;
  readonly priority: Priority;
  readonly taskId: string | null;
  readonly messageIds: readonly string[];
  readonly body: string;
  readonly id?: string;
}

/** The answer to "may this text be written into this pane now?", with the writes it would take. */
export type Verdict =
  | { readonly go: true; readonly writes: EncodedDelivery }
  | { readonly go: false; readonly reason: string; readonly recheckAfterMs: number | null };

export interface RelayDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly announce: Announce;
  readonly nextLogicalTime: () => number;
  readonly deliveries: Collection<Delivery>;
  readonly paneOf: (agent: string) => PaneRuntime | undefined;
  /** Looks at the pane as it is at this very moment. */
  readonly gate: (pane: PaneRuntime, delivery: Delivery) => Verdict;
  /** `mayFinish` is asked before the last part, which submits: false ends the writing there with `interrupted`. */
  readonly inject: (pane: PaneRuntime, writes: EncodedDelivery, mayFinish: () => boolean) => Promise<void>;
  /** Whether a dialog stands on the screen at this very moment. */
  readonly isBlocked: (pane: PaneRuntime) => boolean;
  readonly confirmTimeoutMs: (pane: PaneRuntime) => number;
  /** Asks for signs that the agent gave and that have not been heard yet, before a delivery counts as without one. */
  readonly lateSigns: (agent: string) => Promise<void>;
  /** A delivery waits for another reason than before: borders show it. */
  readonly waitingChanged: () => void;
}

export type RelayService = ReturnType<typeof createRelayService>;

const OPEN_STATES: readonly DeliveryState[] = ["queued", "writing", "written"];
const HISTORY_LENGTH = 20;

export function createRelayService(deps: RelayDeps) {
  const { clock, deliveries, log } = deps;
  const pumping = new Set<string>();
  const again = new Set<string>();
  const reasons = new Map<string, string>();
  const timers = new Map<string, () => void>();
  let stopped = false;

  async function move(
    id: string,
    state: DeliveryState,
    why: string,
    more: Partial<Delivery> = {},
  ): Promise<Delivery> {
    const before = deliveries.get(id);
    const changed = await deliveries.update(id, (delivery) => ({
      ...delivery,
      ...more,
      state,
      reason: why,
      updatedAtMs: clock.nowMs(),
      logicalTime: deps.nextLogicalTime(),
      history: [...delivery.history, { state, atMs: clock.nowMs(), why }].slice(-HISTORY_LENGTH),
    }));
    if (state !== "queued") reasons.delete(id);
    log.info("delivery.changed", { delivery: id, state, why });
    deps.announce({
      kind: "delivery.changed",
      by: changed.from,
      delivery: changed,
      from: before?.state ?? null,
    });
    return changed;
  }

  function openOf(agent: string): Delivery[] {
    return deliveries.find((delivery) => OPEN_STATES.includes(delivery.state) && same(delivery.to, agent));
  }

  function wait(
    agent: string,
    delivery: Delivery | undefined,
    reason: string,
    recheckAfterMs: number | null,
  ) {
    if (delivery && reasons.get(delivery.id) !== reason) {
      reasons.set(delivery.id, reason);
      deps.waitingChanged();
    }
    timers.get(agent)?.();
    timers.delete(agent);
    if (recheckAfterMs !== null && !stopped)
      timers.set(
        agent,
        clock.after(recheckAfterMs, () => poke(agent)),
      );
  }

  /** Looks whether something can be written for this agent. Runs once at a time for each agent. */
  function poke(agent: string) {
    const key = agent.toLowerCase();
    if (stopped) return;
    if (pumping.has(key)) {
      again.add(key);
      return;
    }
    pumping.add(key);
    void pump(agent)
      .catch((thrown) => log.error("relay.pump-failed", { agent, error: messageOf(thrown) }))
      .finally(() => {
        pumping.delete(key);
        if (again.delete(key)) poke(agent);
      });
  }

  async function pump(agent: string): Promise<void> {
    for (;;) {
      const open = openOf(agent);
      const next = nextDelivery(open);
      if (!next) return;
      const pane = deps.paneOf(agent);
      if (!pane || pane.dead || pane.pid === null) return wait(agent, next, `${agent} is not running`, null);
      const busyWith = open.find((delivery) => delivery.state === "writing" || delivery.state === "written");
      if (busyWith) return wait(agent, next, `waiting for the receipt of ${busyWith.id}`, null);
      const verdict = deps.gate(pane, next);
      if (!verdict.go) return wait(agent, next, verdict.reason, verdict.recheckAfterMs);
      if (!(await write(pane, next))) return;
    }
  }

  /** One attempt. Durable first, then look again, then write: what changed in between must be seen. */
  async function write(pane: PaneRuntime, delivery: Delivery): Promise<boolean> {
    const attempt = delivery.attempts + 1;
    await move(delivery.id, "writing", "being written", {
      attempts: attempt,
      channel: "paste",
      paneId: pane.id,
    });
    const current = deliveries.get(delivery.id)!;
    // While it became durable the agent may have proved that it has it already.
    if (current.state !== "writing") return true;
    const verdict = deps.gate(pane, current);
    if (!verdict.go) {
      await move(delivery.id, "queued", verdict.reason, {
        attempts: attempt - 1,
        channel: null,
        paneId: null,
      });
      wait(delivery.to, delivery, verdict.reason, verdict.recheckAfterMs);
      return false;
    }
    try {
      await deps.inject(pane, verdict.writes, () => !deps.isBlocked(pane));
    } catch (thrown) {
      // Some of it may have been taken: nobody can say, unless the agent has said so meanwhile.
      if (deliveries.get(delivery.id)?.state === "writing")
        await move(delivery.id, "unconfirmed", `writing broke off: ${messageOf(thrown)}`);
      return false;
    }
    // The agent may have told us already, through its hook, while the last write was being answered.
    if (deliveries.get(delivery.id)?.state !== "writing") return true;
    await move(delivery.id, "written", "written, waiting for a sign of the agent", {
      writtenAtMs: clock.nowMs(),
    });
    awaitConfirmation(delivery.id, deps.confirmTimeoutMs(pane));
    return true;
  }

  function awaitConfirmation(id: string, timeoutMs: number) {
    const key = `confirm ${id}`;
    timers.get(key)?.();
    timers.set(
      key,
      clock.after(timeoutMs, () => {
        timers.delete(key);
        inBackground(giveUp(id, `nothing moved for ${Math.round(timeoutMs / 1000)} s`));
      }),
    );
  }

  async function giveUp(id: string, why: string): Promise<void> {
    const delivery = deliveries.get(id);
    if (delivery?.state !== "written" || stopped) return;
    await deps.lateSigns(delivery.to);
    if (deliveries.get(id)?.state !== "written" || stopped) return;
    await move(id, "unconfirmed", why);
    poke(delivery.to);
  }

  function inBackground(promise: Promise<unknown>) {
    promise.catch((thrown) => log.error("relay.failed", { error: messageOf(thrown) }));
  }

  async function confirm(delivery: Delivery, why: string): Promise<void> {
    timers.get(`confirm ${delivery.id}`)?.();
    timers.delete(`confirm ${delivery.id}`);
    await move(
      delivery.id,
      "confirmed",
      why,
      delivery.writtenAtMs === null ? { writtenAtMs: clock.nowMs() } : {},
    );
    poke(delivery.to);
  }

  function require(id: string): Delivery {
    const exact = deliveries.get(id);
    if (exact) return exact;
    const matches = deliveries.find(
      (delivery) => delivery.id.startsWith(id) || delivery.id.startsWith(`dlv-${id}`),
    );
    if (matches.length === 1) return matches[0]!;
    const problem = matches.length === 0 ? "There is no delivery" : "More than one delivery begins with";
    throw new AppError("not-found", `${problem} ${JSON.stringify(id)}.`, {
      hint: "Run `ia-tmux deliveries`.",
    });
  }

  const byHook = createHookChannel({
    clock,
    deliveries,
    openOf,
    move,
    confirm,
    giveUp,
    poke,
    paneIdOf: (agent) => deps.paneOf(agent)?.id ?? null,
    inBackground,
  });

  return {
    ...byHook,
    poke,

    /** Stores the delivery and starts looking for its moment. @throws AppError busy when too many wait */
    async enqueue(request: DeliveryRequest): Promise<Delivery> {
      const known = request.id === undefined ? undefined : deliveries.get(request.id);
      if (known) return known;
      const waiting = openOf(request.to).length;
      if (waiting >= MAX_QUEUED_DELIVERIES) {
        throw new AppError("busy", `${waiting} deliveries wait for ${request.to} already.`, {
          hint: "Look at `ia-tmux deliveries`; drop what is no longer needed.",
        });
      }
      const now = clock.nowMs();
      const delivery: Delivery = {
        id: request.id ?? deps.ids.next("dlv"),
        createdAtMs: now,
        createdBy: request.from,
        updatedAtMs: now,
        logicalTime: deps.nextLogicalTime(),
        kind: request.kind,
        from: request.from,
        to: request.to,
        priority: request.priority,
        taskId: request.taskId,
        messageIds: [...request.messageIds],
        body: request.body,
        state: "queued",
        channel: null,
        reason: "queued",
        attempts: 0,
        paneId: null,
        writtenAtMs: null,
        answeredAtMs: null,
        history: [{ state: "queued", atMs: now, why: "queued" }],
      };
      await deliveries.insert(delivery);
      deps.announce({ kind: "delivery.changed", by: delivery.from, delivery, from: null });
      poke(delivery.to);
      return delivery;
    },

    /**
     * After a start: what was being written when the last server ended is unknown and stays so until evidence comes;
     * what was written waits for its sign again; what was queued goes on.
     */
    async recover(): Promise<void> {
      for (const delivery of deliveries.find((one) => OPEN_STATES.includes(one.state))) {
        if (delivery.state === "writing") {
          await move(delivery.id, "unconfirmed", "the server ended while it was being written");
        } else if (delivery.state === "written") {
          const pane = deps.paneOf(delivery.to);
          awaitConfirmation(delivery.id, pane ? deps.confirmTimeoutMs(pane) : 1_000);
        }
        poke(delivery.to);
      }
    },

    /** The agent was given a prompt. Each delivery whose header ends in it has arrived. Returns those. */
    async promptSubmitted(agent: string, prompt: string): Promise<readonly Delivery[]> {
      const arrived = deliveries.find(
        (one) =>
          (one.state === "writing" || one.state === "written" || one.state === "unconfirmed") &&
          same(one.to, agent) &&
          // With the header's end: one id may begin another, and a text may speak of a delivery.
          prompt.includes(`${one.id}]`),
      );
      for (const delivery of arrived) await confirm(delivery, "the agent's own hook named it");
      return arrived;
    },

    /** The agent began to work right after the only thing that was written. For agents whose hooks do not tell. */
    async startedWorking(agent: string): Promise<void> {
      const written = openOf(agent).filter((one) => one.state === "written" && one.channel === "paste");
      for (const delivery of written) await confirm(delivery, "the agent started to work on it");
    },

    /** The agent reported on a task or replied to a message: proof that it had read the delivery. */
    async answered(agent: string, about: { taskId?: string; messageId?: string }): Promise<void> {
      const meant = deliveries.find(
        (one) =>
          same(one.to, agent) &&
          one.answeredAtMs === null &&
          one.attempts > 0 &&
          ((about.taskId !== undefined && one.taskId === about.taskId) ||
            (about.messageId !== undefined && one.messageIds.includes(about.messageId))),
      );
      for (const delivery of meant) {
        if (delivery.state === "unconfirmed" || delivery.state === "written")
          await confirm(delivery, "the agent reported on it");
        await deliveries.update(delivery.id, (one) => ({ ...one, answeredAtMs: clock.nowMs() }));
        const changed = deliveries.get(delivery.id)!;
        deps.announce({ kind: "delivery.changed", by: agent, delivery: changed, from: changed.state });
      }
    },

    /** The agent read the message by itself: what would only announce it is no longer needed. */
    async alreadyRead(agent: string, messageId: string): Promise<void> {
      for (const one of openOf(agent)) {
        if (one.state !== "queued" || !one.messageIds.includes(messageId)) continue;
        await move(one.id, "cancelled", `${agent} has read it already`);
      }
    },

    /** A human looked and wants it sent again. */
    async retry(id: string): Promise<Delivery> {
      const delivery = require(id);
      if (!["unconfirmed", "failed", "cancelled"].includes(delivery.state)) {
        throw new AppError(
          "illegal-move",
          `${delivery.id} is ${delivery.state}; only unconfirmed, failed or cancelled ones can be sent again.`,
        );
      }
      const again = await move(delivery.id, "queued", "sent again by the operator", {
        channel: null,
        paneId: null,
      });
      poke(delivery.to);
      return again;
    },

    async drop(id: string): Promise<Delivery> {
      const delivery = require(id);
      if (!["queued", "unconfirmed", "failed"].includes(delivery.state)) {
        throw new AppError(
          "illegal-move",
          `${delivery.id} is ${delivery.state} and cannot be dropped any more.`,
        );
      }
      return move(delivery.id, "cancelled", "dropped by the operator");
    },

    /** The pane ended: what was written into it without a sign is unknown. */
    async paneEnded(agent: string): Promise<void> {
      for (const delivery of openOf(agent)) {
        if (delivery.state === "written")
          await move(delivery.id, "unconfirmed", `${agent} ended before it gave a sign`);
      }
      poke(agent);
    },

    get: require,
    list: (agent?: string) =>
      agent === undefined ? deliveries.all() : deliveries.find((one) => same(one.to, agent)),

    waitingFor(agent: string): { count: number; reason: string } | null {
      const queued = openOf(agent).filter((one) => one.state === "queued");
      const first = nextDelivery(queued);
      return first ? { count: queued.length, reason: reasons.get(first.id) ?? "queued" } : null;
    },

    view(delivery: Delivery): DeliveryView {
      return {
        id: delivery.id,
        kind: delivery.kind,
        from: delivery.from,
        to: delivery.to,
        taskId: delivery.taskId,
        state: delivery.state,
        channel: delivery.channel,
        reason: delivery.state === "queued" ? (reasons.get(delivery.id) ?? delivery.reason) : delivery.reason,
        attempts: delivery.attempts,
        answered: delivery.answeredAtMs !== null,
        createdAtMs: delivery.createdAtMs,
        updatedAtMs: delivery.updatedAtMs,
        preview: inertText(delivery.body, 120),
      };
    },

    stop() {
      stopped = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
