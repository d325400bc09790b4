// Changes to a JSON text that leave every other byte as its owner wrote it.

/** A value with its place in the text: from `start` up to and without `end`. */
export interface Place {
  readonly start: number;
  readonly end: number;
  /** Members of an object by their keys, or items of a list (without keys); null for anything else. */
  readonly parts: readonly Part[] | null;
}

export interface Part {
  readonly key: string | null;
  /** Where the key stands, or the item. */
  readonly start: number;
  readonly value: Place;
}

/** The places of a text that `JSON.parse` has taken. */
export function placesOf(text: string): Place {
  let at = 0;
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const blank = () => skip(/\s*/y);
  const string = () => skip(/"(?:[^"\\]|\\.)*"/y);

  function value(): Place {
    blank();
    const start = at;
    const open = text[at];
    if (open === '"') string();
    else if (open !== "{" && open !== "[") skip(/[^\s,\]}]+/y);
    else {
      const parts: Part[] = [];
      at++;
      for (blank(); text[at] !== "}" && text[at] !== "]"; blank()) {
        if (text[at] === ",") {
          at++;
          continue;
        }
        const from = at;
        const key = open === "{" ? (JSON.parse(string()) as string) : null;
        if (key !== null) skip(/\s*:/y);
        parts.push({ key, start: from, value: value() });
      }
      at++;
      return { start, end: at, parts };
    }
    return { start, end: at, parts: null };
  }

  return value();
}

/** The part of that key; of an object that has it twice the last, which is the one that counts. */
export function memberOf(place: Place, key: string): Part | undefined {
  return place.parts?.findLast((part) => part.key === key);
}

/** The text with one more member or item at the end of a container, in the manner of those before it. */
export function withPart(text: string, container: Place, key: string | null, value: unknown): string {
  const last = container.parts?.at(-1);
  const unit = /^\{\r?\n([ \t]+)/.exec(text)?.[1] ?? "  ";
  const before = last === undefined ? null : blankBefore(text, last.start);
  const margin = before === null ? `${marginOf(text, container.start)}${unit}` : lineMargin(before);
  const name = key === null ? "" : `${JSON.stringify(key)}: `;
  // Behind parts that stand on one line it stands there too.
  const written =
    margin === null
      ? JSON.stringify(value)
      : JSON.stringify(value, null, unit).replaceAll("\n", `\n${margin}`);
  if (last !== undefined)
    return splice(text, last.value.end, last.value.end, `,${before || " "}${name}${written}`);
  const closing = `\n${marginOf(text, container.start)}`;
  return splice(text, container.start + 1, container.end - 1, `\n${margin}${name}${written}${closing}`);
}

/** The text without a part of a container, and without the comma that separated it. */
export function withoutPart(text: string, container: Place, part: Part): string {
  const parts = container.parts ?? [];
  const index = parts.indexOf(part);
  const previous = parts[index - 1];
  if (previous !== undefined) return splice(text, previous.value.end, part.value.end, "");
  const next = parts[index + 1];
  if (next !== undefined) return splice(text, part.start, next.start, "");
  return splice(text, container.start + 1, container.end - 1, "");
}

/** The text with something else between the brackets of a container. */
export function withInside(text: string, container: Place, inside: string): string {
  return splice(text, container.start + 1, container.end - 1, inside);
}

function splice(text: string, start: number, end: number, middle: string): string {
  return text.slice(0, start) + middle + text.slice(end);
}

function blankBefore(text: string, at: number): string {
  return /\s*$/.exec(text.slice(0, at))?.[0] ?? "";
}

/** The indentation after a line break; null when there is none. */
function lineMargin(blank: string): string | null {
  const line = blank.lastIndexOf("\n");
  return line < 0 ? null : blank.slice(line + 1);
}

/** The indentation of the line on which a place begins. */
function marginOf(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1))?.[0] ?? "";
}
