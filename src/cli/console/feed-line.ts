import type { Activity } from "../../domain/activity/activity.ts";
import { inertText } from "../../domain/text/inert.ts";
import { formatClock } from "../duration.ts";

const ACTOR_WIDTH = 12;
const TAG_WIDTH = 4;
const TEXT_LENGTH = 300;

/** `12:03:59 lock kimi         locked src/a.ts`. Text of agents in it is inert and on one line. */
export function feedLine(entry: Activity): string {
  const noun = entry.kind.split(".")[0] ?? "";
  const tag = (noun === "message" ? "msg" : noun === "agent" ? "who" : noun).slice(0, TAG_WIDTH);
  const actor = inertText(entry.actor, ACTOR_WIDTH);
  const text = inertText(entry.text.replace(/\s+/g, " "), TEXT_LENGTH);
  return `${formatClock(entry.atMs)} ${inertText(tag).padEnd(TAG_WIDTH)} ${actor.padEnd(ACTOR_WIDTH)} ${text}`;
}
