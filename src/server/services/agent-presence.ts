import type { Clock } from "../../base/clock.ts";
import { OFFLINE_AFTER_MS, STALE_AFTER_MS } from "../../domain/session/presence.ts";
import type { Agent } from "../../domain/session/session.ts";

/**
 * When agents were heard of last. In memory only: after a restart each is given the whole time again, and is stale until
 * it is heard of, because nobody knows.
 */
export function createAgentPresence(clock: Pick<Clock, "bootMs">) {
  const lastSeenBootMs = new Map<string, number>();
  const startedBootMs = clock.bootMs();

  function silentMs(name: string): number {
    const seen = lastSeenBootMs.get(name.toLowerCase());
    if (seen === undefined) return Math.max(STALE_AFTER_MS, clock.bootMs() - startedBootMs);
    return Math.max(0, clock.bootMs() - seen);
  }

  return {
    touch: (name: string) => void lastSeenBootMs.set(name.toLowerCase(), clock.bootMs()),
    leave: (name: string) => void lastSeenBootMs.set(name.toLowerCase(), clock.bootMs() - OFFLINE_AFTER_MS),
    forget: (name: string) => void lastSeenBootMs.delete(name.toLowerCase()),
    silentMs,
    /** Whether nobody is behind the name any more. */
    isGone(agent: Agent): boolean {
      if (agent.paneId !== null) return false;
      if (agent.origin === "pane") return true;
      return silentMs(agent.name) >= OFFLINE_AFTER_MS;
    },
  };
}
