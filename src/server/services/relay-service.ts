// The only thing that puts text into an agent. Owns deliveries: a stored state machine whose every step is durable
// before the next is taken, so that after any crash the record says what is known and nothing more.
import { sameName } from "../../domain/session/actor.ts";
import { AppError } from "../../base/errors.ts";
import { MAX_QUEUED_DELIVERIES, type Delivery } from "../../domain/relay/delivery.ts";
import { nextDelivery } from "../../domain/relay/queue.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { DeliveryView } from "../../protocol/views.ts";
import { createDeliveryRecords, OPEN_STATES } from "./delivery-records.ts";
import type { DeliveryRequest, RelayDeps } from "./relay-contract.ts";
import { createHookChannel } from "./relay-hook-channel.ts";
import { createRelaySigns } from "./relay-signs.ts";
import { createRelayWriter } from "./relay-writer.ts";

export type RelayService = ReturnType<typeof createRelayService>;

export function createRelayService(deps: RelayDeps) {
  const { clock, deliveries } = deps;
  const records = createDeliveryRecords(deps);
  const { move, openOf, reasons, require } = records;
  const writer = createRelayWriter(deps, records);
  const { poke } = writer;

  const byHook = createHookChannel({
    clock,
    deliveries,
    openOf,
    move,
    confirm: writer.confirm,
    giveUp: writer.giveUp,
    poke,
    paneIdOf: (agent) => deps.paneOf(agent)?.id ?? null,
    inBackground: writer.inBackground,
  });

  /** How many more deliveries may wait for the agent. */
  const roomFor = (agent: string): number => Math.max(0, MAX_QUEUED_DELIVERIES - openOf(agent).length);

  /** @throws AppError busy when as many wait as may */
  function requireRoom(agent: string): void {
    if (roomFor(agent) > 0) return;
    throw new AppError("busy", `${MAX_QUEUED_DELIVERIES} deliveries wait for ${agent} already.`, {
      hint: "Look at `ia-tmux deliveries`; drop what is no longer needed.",
    });
  }

  return {
    ...byHook,
    ...createRelaySigns(deps, records, writer),
    poke,
    roomFor,
    requireRoom,
    knows: (id: string): boolean => deliveries.get(id) !== undefined,

    /** Stores the delivery and starts looking for its moment. @throws AppError busy when too many wait */
    async enqueue(request: DeliveryRequest): Promise<Delivery> {
      const known = request.id === undefined ? undefined : deliveries.get(request.id);
      if (known) return known;
      requireRoom(request.to);
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
          writer.awaitConfirmation(delivery.id, pane ? deps.confirmTimeoutMs(pane) : 1_000);
        }
        poke(delivery.to);
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

    /** Those that ended before the moment and wait for nobody: what is doubtful stays until a human decided. */
    overBefore: (atMs: number): readonly Delivery[] =>
      deliveries.find(
        (one) => one.updatedAtMs < atMs && (one.state === "confirmed" || one.state === "cancelled"),
      ),

    /** Takes deliveries out of the store: they are kept elsewhere. */
    async forget(gone: readonly Delivery[]): Promise<void> {
      await Promise.all(gone.map((one) => deliveries.remove(one.id)));
    },

    get: require,
    list: (agent?: string) =>
      agent === undefined ? deliveries.all() : deliveries.find((one) => sameName(one.to, agent)),

    /** Whether the agent is to be told the same already. */
    isWaiting: (agent: string, body: string): boolean =>
      openOf(agent).some((one) => one.state === "queued" && one.body === body),

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

    stop: writer.stop,
  };
}
