// Desktop notifications: terminals differ in how they want to be asked.
import { sanitiseLine } from "../protocol/width.ts";

const TITLE = "ia-tmux";

/**
 * OSC 777 for rxvt, foot and the terminals of GNOME's kind (VTE), nothing on a console, OSC 9 for the others: iTerm,
 * WezTerm, kitty, Ghostty, Windows Terminal. One that knows neither ignores it. Never both: some know both.
 */
export function notificationSequence(
  env: Readonly<Record<string, string | undefined>>,
  words: string,
): string {
  const term = env["TERM"] ?? "";
  if (term === "linux" || term === "dumb") return "";
  const text = sanitiseLine(words, 200).replaceAll(";", ",");
  if (env["VTE_VERSION"] || /^(rxvt|foot)/.test(term)) return `\x1b]777;notify;${TITLE};${text}\x1b\\`;
  // Behind a number some terminals expect a progress report.
  return `\x1b]9;${TITLE}: ${text}\x1b\\`;
}
