// What the screen says between a text that was written into a composer and the key that submits it.
import type { Detection } from "../agent/detect.ts";

/** `submit`: now. `wait`: the agent has not read the text yet. `break-off`: a dialog would take the key. */
export type SubmitSight = "submit" | "wait" | "break-off";

/** As much of a text's end tells it from what stood in the composer before. */
const ENDING_CHARACTERS = 16;

/**
 * An agent that has much to do reads a text and the key after it at once, and then the key is a part of the text. So the key
 * waits until the end of the text (`endingOf`) stands in the composer. Null: nothing to wait for.
 */
export function sightBeforeSubmit(detection: Detection | null, ending: string | null): SubmitSight {
  if (detection?.state === "blocked") return "break-off";
  if (ending === null) return "submit";
  return lettersOf(detection?.draft ?? "").includes(ending) ? "submit" : "wait";
}

/** The last letters and digits of a text: blanks and breaks are the composer's, signs may be drawn as others. */
export function endingOf(text: string): string | null {
  const ending = lettersOf(text).slice(-ENDING_CHARACTERS);
  return ending === "" ? null : ending;
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, "");
}
