// Mail that an agent's hooks carry into a turn that runs: what is handed to them, and the signs of what became of it.
import type { Clock } from "../../base/clock.ts";
import type { Delivery, DeliveryState } from "../../domain/relay/delivery.ts";
import type { Collection } from "../../store/contract.ts";
import type { HookOutcome } from "../hook-endpoint.ts";

/** What the relay service, which owns the deliveries, lends. */
export interface HookChannelDeps {
  readonly clock: Clock;
  readonly deliveries: Collection<Delivery>;
  /** The agent's deliveries that are queued, being written or waiting for a sign. */
  readonly openOf: (agent: string) => readonly Delivery[];
  readonly move: (
    id: string,
    state: DeliveryState,
    why: string,
    more?: Partial<Delivery>,
  ) => Promise<Delivery>;
  readonly confirm: (delivery: Delivery, why: string) => Promise<void>;
  readonly giveUp: (id: string, why: string) => Promise<void>;
  readonly poke: (agent: string) => void;
  readonly paneIdOf: (agent: string) => string | null;
  readonly inBackground: (promise: Promise<unknown>) => void;
}

const HOOK_KINDS: readonly Delivery["kind"][] = ["notice", "message", "answer"];

/** Whether a hook may carry it into a turn. A task comes as a prompt of its own. */
export const isHookMail = (delivery: Delivery): boolean => HOOK_KINDS.includes(delivery.kind);

/** A hook call is over sooner: its script gives up after 300 ms. What is older was handed to a process of the same number. */
const HOOK_CALL_MS = 1_500;

export function createHookChannel(deps: HookChannelDeps) {
  const { clock, deliveries, openOf, move } = deps;

  async function settle(delivery: Delivery, outcome: HookOutcome): Promise<void> {
    const { id } = delivery;
    if (outcome === "taken") {
      await move(id, "written", "taken by the agent's hook, waiting for its next sign", {
        writtenAtMs: clock.nowMs(),
      });
    } else if (outcome === "not-sent") {
      await move(id, "queued", "the hook had gone before it was handed over", {
        channel: null,
        attempts: delivery.attempts,
      });
      deps.poke(delivery.to);
    } else await move(id, "unconfirmed", "the agent's hook broke off while it took it");
  }

  /** Was handed to a hook that took it, and no sign has come since. */
  const isHanded = (one: Delivery) => one.state === "written" && one.channel === "hook";

  return {
    /**
     * Mail that a hook can carry into the running turn. The caller says in `settled` what became of the answer.
     * Null when there is none. `callId`: the hook call, or empty. `accepts`: what this hook may carry.
     */
    async takeForHook(
      agent: string,
      callId: string,
      accepts: (delivery: Delivery) => boolean = isHookMail,
    ): Promise<{ deliveries: readonly Delivery[]; settled(outcome: HookOutcome): void } | null> {
      const taken = openOf(agent).filter((one) => one.state === "queued" && accepts(one));
      if (taken.length === 0) return null;
      const paneId = deps.paneIdOf(agent);
      // All at once: a hook that asks at the same time must find none of them queued.
      await Promise.all(
        taken.map((one) =>
          move(one.id, "writing", "handed to the agent's hook", {
            attempts: one.attempts + 1,
            channel: "hook",
            paneId,
            hookCall: callId,
          }),
        ),
      );
      return {
        deliveries: taken,
        settled: (outcome) => {
          for (const one of taken) {
            if (deliveries.get(one.id)?.state === "writing") deps.inBackground(settle(one, outcome));
          }
        },
      };
    },

    /**
     * A sign that the agent went on with what its hook was handed: its next hook call, or a turn that goes on. `atMs`:
     * when it was given, if not now.
     */
    async wentOn(agent: string, why: string, atMs = Number.POSITIVE_INFINITY): Promise<void> {
      for (const delivery of openOf(agent)) {
        if (isHanded(delivery) && (delivery.writtenAtMs ?? 0) <= atMs) await deps.confirm(delivery, why);
      }
    },

    /**
     * This call of the agent's hook got no answer; it gave up at `atMs`. What had been handed to it, and to no other call,
     * never reached the agent.
     */
    async gotNoAnswer(agent: string, { callId, atMs }: { callId: string; atMs: number }): Promise<void> {
      const handed = deliveries.find((one) => {
        const writingAtMs = one.history.findLast(({ state }) => state === "writing")?.atMs ?? 0;
        const isUnsettled = ["writing", "written", "unconfirmed"].includes(one.state);
        const isThisCall =
          one.hookCall === callId && writingAtMs <= atMs && atMs - writingAtMs < HOOK_CALL_MS;
        const isTheirs = one.to.toLowerCase() === agent.toLowerCase() && one.channel === "hook";
        return isTheirs && isUnsettled && isThisCall;
      });
      for (const { id, attempts } of handed)
        await move(id, "queued", "the agent's hook got no answer", {
          channel: null,
          paneId: null,
          writtenAtMs: null,
          attempts: attempts - 1,
        });
      if (handed.length > 0) deps.poke(agent);
    },

    /** The agent went idle or ended without a sign of having taken what its hook was handed. */
    async gaveNoSign(agent: string, why: string): Promise<void> {
      for (const delivery of openOf(agent)) if (isHanded(delivery)) await deps.giveUp(delivery.id, why);
      deps.poke(agent);
    },
  };
}
