// The stored deliveries: how one moves from state to state, and which are still open.
import { sameName } from "../../domain/session/actor.ts";
import { AppError } from "../../base/errors.ts";
import type { Delivery, DeliveryState } from "../../domain/relay/delivery.ts";
import type { RelayDeps } from "./relay-contract.ts";

export type DeliveryRecords = ReturnType<typeof createDeliveryRecords>;

export const OPEN_STATES: readonly DeliveryState[] = ["queued", "writing", "written"];
const HISTORY_LENGTH = 20;

export function createDeliveryRecords(
  deps: Pick<RelayDeps, "clock" | "log" | "announce" | "nextLogicalTime" | "deliveries">,
) {
  const { clock, deliveries, log } = deps;
  const reasons = new Map<string, string>();

  /** Takes the delivery to a state, durably, and tells of it. */
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

  /** The agent's deliveries that are queued, being written or waiting for a sign. */
  function openOf(agent: string): Delivery[] {
    return deliveries.find(
      (delivery) => OPEN_STATES.includes(delivery.state) && sameName(delivery.to, agent),
    );
  }

  /** By its id, or by how its id begins. @throws AppError not-found when that is none or more than one */
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

  return {
    move,
    openOf,
    require,
    /** Why a queued delivery waits, by its id: not stored, because it changes with every look. */
    reasons,
  };
}
