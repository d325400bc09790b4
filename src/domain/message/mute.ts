import * as z from "zod";
import { sameName } from "../session/actor.ts";
import { recordShape } from "../record.ts";

/**
 * An agent that does not want to be woken by another. What is said to it still comes into its inbox, unread; it is only
 * not carried into its pane or its hooks.
 */
export const MuteSchema = z.object({
  ...recordShape,
  /** Who is left in peace. */
  agent: z.string(),
  /** Whose messages wait. */
  sender: z.string(),
  /** Null: until it is taken back. */
  untilMs: z.number().int().nullable(),
  reason: z.string().max(500),
});
export type Mute = z.infer<typeof MuteSchema>;

/** The mute that keeps a message of `sender` from being carried to `agent` now, if there is one. */
export function muteBetween(
  mutes: readonly Mute[],
  agent: string,
  sender: string,
  nowMs: number,
): Mute | undefined {
  return mutes.find(
    (mute) =>
      sameName(mute.agent, agent) &&
      sameName(mute.sender, sender) &&
      (mute.untilMs === null || mute.untilMs > nowMs),
  );
}
