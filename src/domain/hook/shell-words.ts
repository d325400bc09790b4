/** A piece of a shell script, as far as it can be told without running it. */
export type ShellToken =
  /** `known` is false when an expansion or a pattern decides at run time what the word is. */
  | { readonly kind: "word"; readonly text: string; readonly known: boolean; readonly quoted: boolean }
  /** `;`, `&&`, `|`, a line end, a parenthesis … */
  | { readonly kind: "control"; readonly text: string }
  /** `>`, `>>`, `2>`, `&>`, `<` … */
  | { readonly kind: "redirect"; readonly text: string }
  /** The text of a here-document. `literal` when its delimiter was quoted, so that nothing in it is expanded. */
  | { readonly kind: "heredoc"; readonly text: string; readonly literal: boolean };

const CONTROL = /^(?:&&|\|\||\|&|;;|[;&|()\n])/u;
const REDIRECT = /^(?:\d*|&)(?:>>|>\||>&|>|<<<|<<-|<<|<&|<>|<)/u;
const BLANK = /^(?:[ \t\r]|\\\n)+/u;
const COMMENT = /^#[^\n]*/u;

/** Cuts a POSIX shell script into words and operators. It never fails: an open quote runs to the end. */
export function shellTokens(script: string): ShellToken[] {
  const tokens: ShellToken[] = [];
  const pending: { readonly delimiter: string; readonly literal: boolean; readonly indented: boolean }[] = [];
  let rest = script;
  let atWordStart = true;
  while (rest !== "") {
    const blank = BLANK.exec(rest)?.[0] ?? (atWordStart ? COMMENT.exec(rest)?.[0] : undefined);
    if (blank !== undefined) {
      rest = rest.slice(blank.length);
      atWordStart = true;
      continue;
    }
    const redirect = REDIRECT.exec(rest)?.[0];
    if (redirect !== undefined) {
      rest = rest.slice(redirect.length);
      if (redirect.endsWith("<<") || redirect.endsWith("<<-")) {
        const word = takeWord(rest.replace(/^[ \t]+/u, ""));
        rest = rest.replace(/^[ \t]+/u, "").slice(word.length);
        pending.push({ delimiter: word.text, literal: word.quoted, indented: redirect.endsWith("-") });
      } else tokens.push({ kind: "redirect", text: redirect });
      atWordStart = true;
      continue;
    }
    const control = CONTROL.exec(rest)?.[0];
    if (control !== undefined) {
      rest = rest.slice(control.length);
      tokens.push({ kind: "control", text: control });
      if (control === "\n") {
        for (const heredoc of pending.splice(0)) {
          const taken = takeHeredoc(rest, heredoc.delimiter, heredoc.indented);
          rest = rest.slice(taken.length);
          tokens.push({ kind: "heredoc", text: taken.text, literal: heredoc.literal });
        }
      }
      atWordStart = true;
      continue;
    }
    const word = takeWord(rest);
    rest = rest.slice(word.length);
    tokens.push({ kind: "word", text: word.text, known: word.known, quoted: word.quoted });
    atWordStart = false;
  }
  return tokens;
}

interface TakenWord {
  readonly text: string;
  readonly length: number;
  readonly known: boolean;
  readonly quoted: boolean;
}

function takeWord(source: string): TakenWord {
  let text = "";
  let known = true;
  let quoted = false;
  let at = 0;
  while (at < source.length) {
    const char = source[at] ?? "";
    if (char === "'") {
      const end = source.indexOf("'", at + 1);
      const stop = end < 0 ? source.length : end;
      text += source.slice(at + 1, stop);
      quoted = true;
      at = stop + 1;
    } else if (char === '"') {
      const part = takeDoubleQuoted(source, at + 1);
      text += part.text;
      known &&= part.known;
      quoted = true;
      at = part.end;
    } else if (char === "\\") {
      if (source[at + 1] !== "\n") text += source[at + 1] ?? "";
      quoted = true;
      at += 2;
    } else if (/[\s;&|()<>]/u.test(char)) {
      break;
    } else {
      // `$`, `` ` `` and patterns are decided at run time; `{a,b}` and a leading `~` too.
      if (/[$`*?[{]/u.test(char) || (char === "~" && text === "")) known = false;
      if ((char === "$" && source[at + 1] === "(") || char === "`") {
        const stop = endOfSubstitution(source, at);
        text += source.slice(at, stop);
        at = stop;
        continue;
      }
      text += char;
      at += 1;
    }
  }
  return { text, length: Math.max(Math.min(at, source.length), 1), known, quoted };
}

function takeDoubleQuoted(source: string, from: number): { text: string; known: boolean; end: number } {
  let text = "";
  let known = true;
  let at = from;
  while (at < source.length && source[at] !== '"') {
    const char = source[at] ?? "";
    const next = source[at + 1] ?? "";
    if (char === "\\" && /[$`"\\\n]/u.test(next)) {
      if (next !== "\n") text += next;
      at += 2;
      continue;
    }
    if (char === "$" || char === "`") known = false;
    text += char;
    at += 1;
  }
  return { text, known, end: at + 1 };
}

function endOfSubstitution(source: string, from: number): number {
  if (source[from] === "`") {
    const end = source.indexOf("`", from + 1);
    return end < 0 ? source.length : end + 1;
  }
  let depth = 0;
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === "(") depth += 1;
    else if (source[at] === ")") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return source.length;
}

function takeHeredoc(source: string, delimiter: string, indented: boolean): { text: string; length: number } {
  let at = 0;
  while (at < source.length) {
    const newline = source.indexOf("\n", at);
    const end = newline < 0 ? source.length : newline;
    const line = source.slice(at, end);
    if ((indented ? line.replace(/^\t+/u, "") : line) === delimiter) {
      return { text: source.slice(0, at), length: end };
    }
    if (newline < 0) break;
    at = newline + 1;
  }
  return { text: source, length: source.length };
}
