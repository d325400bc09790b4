import type { Clock } from "../../base/clock.ts";
import { OFFLINE_AFTER_MS } from "../../domain/session/presence.ts";
import type { Agent } from "../../domain/session/session.ts";

/** When agents were heard of last. In memory only: after a restart each is given the whole time again. */
export function createAgentPresence(clock: Pick<Clock, "bootMs">) {
  const lastSeenBootMs = new Map<string, number>();
  const startedBootMs = clock.bootMs();

  function silentMs(name: string): number | null {
    const seen = lastSeenBootMs.get(name.toLowerCase());
    return seen === undefined ? null : Math.max(0, clock.bootMs() - seen);
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
      return (silentMs(agent.name) ?? clock.bootMs() - startedBootMs) >= OFFLINE_AFTER_MS;
    },
  };
}
