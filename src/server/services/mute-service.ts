import { AppError } from "../../base/errors.ts";
import { type Mute, muteBetween } from "../../domain/message/mute.ts";
import { OPERATOR } from "../../domain/record.ts";
import { type Actor, sameName } from "../../domain/session/actor.ts";
import type { Roster } from "../../domain/session/roster.ts";
import { namesOf } from "../../domain/session/roster.ts";
import { quoted, requireOperator } from "../../domain/session/rules.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { MuteView } from "../../protocol/results.ts";
import type { Collection } from "../../store/contract.ts";
import { newStamp, type RecordDeps } from "./stamp.ts";

export interface MuteService {
  /** For the actor, or (operator only) for `agent`. Again: the new time and reason hold. The operator cannot be muted. */
  mute(
    actor: Actor,
    sender: string,
    options?: { agent?: string | undefined; forMs?: number | undefined; reason?: string | undefined },
  ): Promise<MuteView>;
  /** False: it was not muted. */
  unmute(actor: Actor, sender: string, agent?: string): Promise<boolean>;
  /** Those that hold now. */
  list(): readonly MuteView[];
  isMuted(agent: string, sender: string): boolean;
}

export interface MuteServiceDeps extends RecordDeps {
  readonly mutes: Collection<Mute>;
  readonly roster: Roster;
}

/** Owns who is not to be woken by whom. Bounded by the agents: one record for each pair. */
export function createMuteService(deps: MuteServiceDeps): MuteService {
  const { mutes, roster, clock } = deps;

  const current = () => mutes.find((mute) => mute.untilMs === null || mute.untilMs > clock.nowMs());

  function muterOf(actor: Actor, agent: string | undefined): string {
    if (actor.kind === "agent" && (agent === undefined || sameName(agent, actor.name))) return actor.name;
    requireOperator(actor, "Muting for another agent");
    if (agent === undefined) {
      throw new AppError("usage", "Nothing is carried to the operator: there is nothing to mute", {
        hint: "For an agent: --agent <name>.",
      });
    }
    return mustFind(agent);
  }

  function mustFind(name: string): string {
    const agent = roster.find(name);
    if (agent !== undefined) return agent.name;
    throw new AppError("not-found", `no agent ${quoted(name)}`, { hint: namesOf(roster.all()) });
  }

  async function remove(agent: string, sender: string): Promise<boolean> {
    const found = mutes.find((mute) => sameName(mute.agent, agent) && sameName(mute.sender, sender));
    await Promise.all(found.map((mute) => mutes.remove(mute.id)));
    return found.some((mute) => mute.untilMs === null || mute.untilMs > clock.nowMs());
  }

  return {
    async mute(actor, sender, { agent, forMs, reason = "" } = {}) {
      const muter = muterOf(actor, agent);
      if (sameName(sender, OPERATOR)) throw new AppError("permission-denied", "The operator cannot be muted");
      const name = mustFind(sender);
      if (sameName(name, muter)) throw new AppError("usage", `${muter} cannot mute itself`);
      await remove(muter, name);
      const stamp = newStamp(deps, "mute", actor);
      const mute: Mute = {
        ...stamp,
        agent: muter,
        sender: name,
        untilMs: forMs === undefined ? null : stamp.createdAtMs + forMs,
        reason: inertText(reason, 500),
      };
      await mutes.insert(mute);
      return view(mute);
    },
    unmute: (actor, sender, agent) => remove(muterOf(actor, agent), sender),
    list: () => current().map(view),
    isMuted: (agent, sender) => muteBetween(current(), agent, sender, clock.nowMs()) !== undefined,
  };
}

function view({ agent, sender, untilMs, reason }: Mute): MuteView {
  return { agent, sender, untilMs, reason };
}
