// Looks for the moment at which an agent's next delivery may be written, writes it, and waits for a sign of it.
import { messageOf } from "../../base/errors.ts";
import type { Delivery } from "../../domain/relay/delivery.ts";
import { nextDelivery } from "../../domain/relay/queue.ts";
import type { DeliveryRecords } from "./delivery-records.ts";
import type { PaneRuntime } from "./pane-runtime.ts";
import type { RelayDeps } from "./relay-contract.ts";

export type RelayWriter = ReturnType<typeof createRelayWriter>;

export function createRelayWriter(deps: RelayDeps, { move, openOf, reasons }: DeliveryRecords) {
  const { clock, deliveries, log } = deps;
  const pumping = new Set<string>();
  const again = new Set<string>();
  const timers = new Map<string, () => void>();
  let stopped = false;

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
      if (!pane || pane.dead || pane.pid === null) return wait(agent, next, whyAway(agent), null);
      const busyWith = open.find((delivery) => delivery.state === "writing" || delivery.state === "written");
      if (busyWith) return wait(agent, next, `waiting for the receipt of ${busyWith.id}`, null);
      const verdict = deps.gate(pane, next);
      if (!verdict.go) return wait(agent, next, verdict.reason, verdict.recheckAfterMs);
      if (!(await write(pane, next))) return;
    }
  }

  function whyAway(agent: string): string {
    return deps.isOutside(agent) ? "goes with the agent's next hook" : `${agent} is not running`;
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
      await deps.inject(pane, verdict.writes, () => deps.sightBeforeSubmit(pane, verdict.writes));
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

  /** Waits this long for a sign of a delivery that was written. */
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

  /** It was written, and no sign came. */
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

  /** A sign came: the agent has it. */
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

  return {
    poke,
    awaitConfirmation,
    giveUp,
    confirm,
    inBackground,
    stop() {
      stopped = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}
