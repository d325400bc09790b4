import type { Delivery } from "./delivery.ts";
import type { Priority } from "../task/task.ts";

const RANK: Readonly<Record<Priority, number>> = { critical: 0, high: 1, medium: 2, low: 3 };

/** The order in which deliveries of one agent go: priority first, then as they came. */
export function compareDeliveries(left: Delivery, right: Delivery): number {
  return (
    RANK[left.priority] - RANK[right.priority] ||
    left.createdAtMs - right.createdAtMs ||
    left.logicalTime - right.logicalTime ||
    (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
  );
}

/** The delivery that goes next among those of one agent; undefined when none is queued. */
export function nextDelivery(deliveries: readonly Delivery[]): Delivery | undefined {
  let first: Delivery | undefined;
  for (const delivery of deliveries) {
    if (delivery.state !== "queued") continue;
    if (first === undefined || compareDeliveries(delivery, first) < 0) first = delivery;
  }
  return first;
}
