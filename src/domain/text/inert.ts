const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
/** What moves the cursor, reorders, hides or breaks a line; zero-width joiners stay, emoji need them. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * One line that a terminal, a log or an error message can show as it is: controls are written out (`\x1b`,
 * `\u202e`), and at most `maxLength` characters are kept, the last of them `…`.
 */
export function inertText(text: string, maxLength = 200): string {
  // Escaping only lengthens: a longer head than the limit can never be needed.
  const head = text.length > maxLength * 2 + 2 ? text.slice(0, maxLength * 2 + 2) : text;
  const escaped = head.replace(UNSAFE, escapeCharacter);
  const characters = [...escaped];
  if (characters.length <= maxLength && head.length === text.length) return escaped;
  return `${characters.slice(0, Math.max(0, maxLength - 1)).join("")}…`;
}

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  return code <= 0xff
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}
