// What agents let us know of the deliveries that were written for them, by their hooks, their work and their answers.
import { sameName } from "../../domain/session/actor.ts";
import type { Delivery } from "../../domain/relay/delivery.ts";
import type { DeliveryRecords } from "./delivery-records.ts";
import type { RelayDeps } from "./relay-contract.ts";
import type { RelayWriter } from "./relay-writer.ts";

export function createRelaySigns(
  { clock, deliveries, announce }: Pick<RelayDeps, "clock" | "deliveries" | "announce">,
  { move, openOf }: DeliveryRecords,
  { confirm, poke }: RelayWriter,
) {
  /** What still waits, and fits, is not carried. Returns those. */
  async function takeBack(fits: (one: Delivery) => boolean, why: string): Promise<readonly Delivery[]> {
    const waiting = deliveries.find((one) => one.state === "queued" && fits(one));
    for (const one of waiting) await move(one.id, "cancelled", why);
    return waiting;
  }

  return {
    /** The agent was given a prompt. Each delivery whose header ends in it has arrived. Returns those. */
    async promptSubmitted(agent: string, prompt: string): Promise<readonly Delivery[]> {
      const arrived = deliveries.find(
        (one) =>
          (one.state === "writing" || one.state === "written" || one.state === "unconfirmed") &&
          sameName(one.to, agent) &&
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
          sameName(one.to, agent) &&
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
        announce({ kind: "delivery.changed", by: agent, delivery: changed, from: changed.state });
      }
    },

    /** The agent read the message by itself: what would only announce it is no longer needed. */
    async alreadyRead(agent: string, messageId: string): Promise<void> {
      const isNeedless = (one: Delivery) => sameName(one.to, agent) && one.messageIds.includes(messageId);
      await takeBack(isNeedless, `${agent} has read it already`);
    },

    /** Nobody is to be told any more: what still waits of this message is not carried. */
    async withdraw(messageId: string, why: string): Promise<void> {
      await takeBack((one) => one.messageIds.includes(messageId), why);
    },

    /**
     * The order to do this task is void for all but `keeper`: what still waits is not carried. Returns who was to have
     * got it, and so has never heard of the task.
     */
    async withdrawTask(taskId: string, why: string, keeper: string | null): Promise<readonly string[]> {
      const isKept = ({ to }: Delivery) => keeper !== null && sameName(to, keeper);
      const orders = await takeBack(
        (one) => one.kind === "relay" && one.taskId === taskId && !isKept(one),
        why,
      );
      return orders.map(({ to }) => to);
    },

    /** The pane ended: what was written into it without a sign is unknown. */
    async paneEnded(agent: string): Promise<void> {
      for (const delivery of openOf(agent)) {
        if (delivery.state === "written")
          await move(delivery.id, "unconfirmed", `${agent} ended before it gave a sign`);
      }
      poke(agent);
    },
  };
}
