import { OPERATOR } from "../session/words.ts";
import { filterText } from "./filter.ts";

/** Tag around text of a peer; `defang` makes sure that the text cannot hold it. */
export const FRAME_TAG = "ia-tmux-text";

/** Tags by which an agent's program talks to its model, and our own: a peer must not be able to write them. */
const TAGS = [
  "ia-tmux[a-z-]*",
  "frame",
  "system(?:[_-](?:reminder|prompt|message|notice|warning))?",
  "pasted[_-]content",
  "hook[_-](?:prompt|result)",
  "user-prompt-submit-hook",
  "command-(?:name|message|args)|local-command-std(?:out|err)",
  "task-notification|teammate-message",
  "(?:tool_result|tool_use|function_calls|function_results)",
  "(?:antml:[a-z_]+)",
].join("|");
const IMITATION = new RegExp(
  `<\\s*/?\\s*(?:${TAGS})(?![a-z0-9_-])|\\[\\s*ia-tmux\\s+(?:relay|notice|message|answer|guide)(?![a-z0-9])|^\\s*relay\\s+message\\s+from(?![a-z0-9])`,
  "gm",
);

/** Characters that a reader takes for another: brackets and the Cyrillic letters that look Latin. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  "〈": "<",
  "⟨": "<",
  "❮": "<",
  "❰": "<",
  "᐀": "<",
  ᐸ: "<",
  "˂": "<",
  "≺": "<",
  "〔": "[",
  "【": "[",
  "⟦": "[",
  "⁄": "/",
  "∕": "/",
  "⧸": "/",
  а: "a",
  е: "e",
  о: "o",
  р: "p",
  с: "c",
  у: "y",
  х: "x",
  ѕ: "s",
  і: "i",
  ј: "j",
  м: "m",
  т: "t",
  ԁ: "d",
  һ: "h",
  к: "k",
  ո: "n",
  г: "r",
  "‐": "-",
  "‑": "-",
  "‒": "-",
  "–": "-",
  "—": "-",
  "−": "-",
};
/** Drawn as nothing. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const BLANK_RUN = /\n(?:[ \t]*\n){24,}/g;

/**
 * Text of a peer in which nothing can pass for our header, for a tag of an agent's own program or for the end of
 * our frame: the opening bracket of an imitation becomes `‹`. Full-width letters, look-alikes and invisible
 * characters do not help it. Long runs of empty lines, which push a forgery out of sight, are folded. Other text
 * stays byte for byte.
 */
export function defang(text: string): string {
  const clean = filterText(text).replace(
    BLANK_RUN,
    (run) => `\n\n[${run.split("\n").length - 2} empty lines]\n\n`,
  );
  const { folded, origin } = fold(clean);
  let result = "";
  let copiedTo = 0;
  for (const match of folded.matchAll(IMITATION)) {
    const start = origin[match.index] ?? clean.length;
    const end = origin[match.index + match[0].length] ?? clean.length;
    result += `${clean.slice(copiedTo, start)}${defangMatch(match[0])}`;
    copiedTo = end;
  }
  return result + clean.slice(copiedTo);
}

function defangMatch(imitation: string): string {
  const body = imitation.replace(/^\s*[<[]?/, "");
  const indent = /^\s*/.exec(imitation)?.[0] ?? "";
  return `${indent}‹${body}`;
}

/** Lower case, look-alikes as what they look like, invisible characters gone; and where each came from. */
function fold(text: string): { folded: string; origin: number[] } {
  let folded = "";
  const origin: number[] = [];
  let at = 0;
  for (const character of text) {
    if (!INVISIBLE.test(character)) {
      const plain = foldCharacter(character);
      for (let unit = 0; unit < plain.length; unit++) origin.push(at);
      folded += plain;
    }
    at += character.length;
  }
  origin.push(at);
  return { folded, origin };
}

function foldCharacter(character: string): string {
  if (character < "\u0080") return character.toLowerCase();
  const compatible = character.normalize("NFKC").toLowerCase();
  return LOOKALIKES[compatible] ?? compatible;
}

/** Text of a named peer between tags that it cannot write itself. Attributes come from us. */
export function frameText(text: string, from: string, id: string): string {
  return `<${FRAME_TAG} from="${attribute(from)}" id="${attribute(id)}">\n${defang(text)}\n</${FRAME_TAG}>`;
}

/** Words of the operator stand as they are; a peer's are framed, so that nobody can be mistaken for the operator. */
export function said(text: string, from: string, id: string): string {
  return from === OPERATOR ? filterText(text) : frameText(text, from, id);
}

/** A title, name or reason of a peer inside a line of ours: one line, defanged, at most `maxLength` characters. */
export function quoteLine(text: string, maxLength = 200): string {
  const line = defang(text).replace(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length <= maxLength ? line : `${characters.slice(0, maxLength - 1).join("")}…`;
}

function attribute(text: string): string {
  return text.replace(/[^A-Za-z0-9._:-]/g, "_").slice(0, 64);
}
