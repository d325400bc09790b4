/** Keys and their names in tmux's notation: `C-b`, `M-Left`, `S-Enter`, `%`, `PageUp`. */

/** A key without where it came from. A printable key carries its shift in the name: `A`, `%`. */
export interface Key {
  /** One character, or one of NAMED_KEYS. */
  readonly name: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

export const NAMED_KEYS = [
  "Up",
  "Down",
  "Left",
  "Right",
  "Home",
  "End",
  "PageUp",
  "PageDown",
  "Insert",
  "Delete",
  "Enter",
  "Tab",
  "BSpace",
  "Escape",
  "Space",
  ...Array.from({ length: 24 }, (_, index) => `F${index + 1}`),
] as const;

const NAMES = new Map(NAMED_KEYS.map((name) => [name.toLowerCase(), name as string]));

/** Other spellings that people and tmux use. */
const ALIASES = new Map([
  ["esc", "Escape"],
  ["return", "Enter"],
  ["cr", "Enter"],
  ["backspace", "BSpace"],
  ["bs", "BSpace"],
  ["del", "Delete"],
  ["dc", "Delete"],
  ["ins", "Insert"],
  ["ic", "Insert"],
  ["pgup", "PageUp"],
  ["ppage", "PageUp"],
  ["pgdn", "PageDown"],
  ["pgdown", "PageDown"],
  ["npage", "PageDown"],
]);

/** The key's name: modifiers in the order C-, M-, S-. */
export function formatKey(key: Key): string {
  const name = key.name === " " ? "Space" : key.name;
  return `${key.ctrl ? "C-" : ""}${key.alt ? "M-" : ""}${key.shift ? "S-" : ""}${name}`;
}

/** Reads a key's name; undefined when it is none. `^x` is Ctrl, `A-` is Alt, `BTab` is `S-Tab`. */
export function parseKey(notation: string): Key | undefined {
  let [ctrl, alt, shift] = [false, false, false];
  let rest = notation;
  for (;;) {
    const match = /^([CMAS])-(.+)$/su.exec(rest);
    if (match === null) break;
    if (match[1] === "C") ctrl = true;
    else if (match[1] === "S") shift = true;
    else alt = true;
    rest = match[2] as string;
  }
  if (/^\^.$/su.test(rest)) {
    ctrl = true;
    rest = rest.slice(1).toLowerCase();
  }
  if (rest.toLowerCase() === "btab") return { name: "Tab", ctrl, alt, shift: true };
  const named =
    rest.length > 1 ? (NAMES.get(rest.toLowerCase()) ?? ALIASES.get(rest.toLowerCase())) : undefined;
  if (named !== undefined) return { name: named, ctrl, alt, shift };
  if ([...rest].length !== 1 || /[\p{Cc}\p{Cs}]/u.test(rest)) return undefined;
  if (rest === " ") return { name: "Space", ctrl, alt, shift };
  if (shift && !ctrl && rest.toUpperCase() !== rest)
    return { name: rest.toUpperCase(), ctrl, alt, shift: false };
  // a terminal cannot tell C-B from C-b
  return { name: ctrl && !shift ? rest.toLowerCase() : rest, ctrl, alt, shift };
}
