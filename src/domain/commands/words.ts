// Splits a command line into words the way a shell user expects: blanks separate, quotes keep together.

export interface Word {
  readonly text: string;
  /** Where the word starts and ends in the line, quotes included. */
  readonly start: number;
  readonly end: number;
}

export type Words =
  | { readonly ok: true; readonly words: readonly Word[] }
  | { readonly ok: false; readonly message: string; readonly words: readonly Word[] };

/** Words of one line. An open quote is an error, but the words so far are still given, for completion. */
export function splitWords(line: string): Words {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (isBlank(line[at])) {
      at++;
      continue;
    }
    const start = at;
    let text = "";
    while (at < line.length && !isBlank(line[at])) {
      const character = line[at]!;
      if (character === "'" || character === '"') {
        const end = closingQuote(line, at);
        if (end < 0) {
          words.push({ text: text + line.slice(at + 1), start, end: line.length });
          return { ok: false, message: `The quote ${character} is not closed.`, words };
        }
        text += character === '"' ? unescape(line.slice(at + 1, end)) : line.slice(at + 1, end);
        at = end + 1;
      } else if (character === "\\" && at + 1 < line.length) {
        text += line[at + 1];
        at += 2;
      } else {
        text += character;
        at++;
      }
    }
    words.push({ text, start, end: at });
  }
  return { ok: true, words };
}

/** Quotes a word when it needs it, so that `splitWords` gives it back. */
export function quoteWord(word: string): string {
  if (word !== "" && /^[^\s'"\\]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

function closingQuote(line: string, start: number): number {
  const quote = line[start];
  for (let at = start + 1; at < line.length; at++) {
    if (quote === '"' && line[at] === "\\") at++;
    else if (line[at] === quote) return at;
  }
  return -1;
}

function unescape(text: string): string {
  return text.replace(/\\(["\\])/g, "$1");
}
