/** Patterns with more alternatives than this are treated as if they might match anything below their fixed part. */
const MAX_ALTERNATIVES = 256;

/**
 * Whether some path could match both patterns. Errs on the side of yes: two locks that cannot be told apart conflict.
 * Understands `*`, `?`, `**`, braces; classes and extended globs count as "any characters".
 */
export function globsIntersect(left: string, right: string): boolean {
  const lefts = expandBraces(left);
  const rights = expandBraces(right);
  if (lefts === null || rights === null) return prefixesMeet(fixedPrefix(left), fixedPrefix(right));
  return lefts.some((a) => rights.some((b) => segmentsMeet(a.split("/"), b.split("/"))));
}

/** A glob that matches exactly what lies below `directory`. */
export function globBelow(directory: string): string {
  return directory === "" ? "**" : `${escapeGlob(directory)}/**`;
}

/** A pattern that matches exactly this path. */
export function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}()!+@\\,|]/g, "\\$&");
}

/** Whether a name that a user typed is meant as a pattern. Brackets alone are not: frameworks name files `[id].tsx`. */
export function looksLikeGlob(text: string): boolean {
  return /[*?]|\{[^}]*,[^}]*\}/.test(text);
}

/** The whole directories at the front of a pattern that hold no wildcard. */
export function fixedPrefix(pattern: string): string {
  const segments: string[] = [];
  for (const segment of pattern.split("/").slice(0, -1)) {
    if (/[*?{[(\\]/.test(segment)) break;
    segments.push(segment);
  }
  return segments.join("/");
}

function prefixesMeet(left: string, right: string): boolean {
  if (left === "" || right === "" || left === right) return true;
  return left.startsWith(`${right}/`) || right.startsWith(`${left}/`);
}

/** The alternatives of a pattern, or null when they are too many. Escaped braces stay. */
function expandBraces(pattern: string): string[] | null {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0) {
    if (done.length + open.length > MAX_ALTERNATIVES) return null;
    const current = open.pop() ?? "";
    const group = firstGroup(current);
    if (group === null) {
      done.push(current);
      continue;
    }
    for (const option of group.options)
      open.push(current.slice(0, group.start) + option + current.slice(group.end));
  }
  return done;
}

function firstGroup(pattern: string): { start: number; end: number; options: string[] } | null {
  for (let start = 0; start < pattern.length; start++) {
    if (pattern[start] === "\\") {
      start++;
      continue;
    }
    if (pattern[start] !== "{") continue;
    const options: string[] = [];
    let depth = 0;
    let from = start + 1;
    for (let at = start; at < pattern.length; at++) {
      const char = pattern[at];
      if (char === "\\") at++;
      else if (char === "{") depth++;
      else if (char === "," && depth === 1) {
        options.push(pattern.slice(from, at));
        from = at + 1;
      } else if (char === "}" && --depth === 0) {
        options.push(pattern.slice(from, at));
        // `{x}` with one option is literal to a shell; `{1..9}` is a range, which we widen.
        if (options.length > 1) return { start, end: at + 1, options };
        if (/\.\./.test(options[0] ?? "")) return { start, end: at + 1, options: ["*"] };
        break;
      }
    }
  }
  return null;
}

function segmentsMeet(left: readonly string[], right: readonly string[]): boolean {
  return sequencesMeet(left, right, {
    isAnyRun: (segment) => segment === "**",
    oneMeets: (a, b) => tokensMeet(tokensOf(a), tokensOf(b)),
  });
}

type Token = { readonly any: true } | { readonly one: true } | { readonly char: string };

function tokensOf(segment: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < segment.length; at++) {
    const char = segment[at] ?? "";
    if (char === "\\") tokens.push({ char: segment[++at] ?? "\\" });
    else if (char === "*") tokens.push({ any: true });
    else if (char === "?") tokens.push({ one: true });
    else if (char === "[" || char === "(") {
      // What exactly a class or group matches does not matter here: treat it as any characters.
      const end = segment.indexOf(char === "[" ? "]" : ")", at + 1);
      tokens.push({ any: true });
      at = end === -1 ? segment.length : end;
    } else tokens.push({ char });
  }
  return tokens;
}

function tokensMeet(left: readonly Token[], right: readonly Token[]): boolean {
  return sequencesMeet(left, right, {
    isAnyRun: (token) => "any" in token,
    oneMeets: (a, b) => "one" in a || "one" in b || ("char" in a && "char" in b && a.char === b.char),
  });
}

interface Pieces<T> {
  /** Whether it stands for any number of pieces, none too. */
  isAnyRun(piece: T): boolean;
  /** Whether one thing could match both; asked only of pieces that stand for exactly one. */
  oneMeets(left: T, right: T): boolean;
}

/** Whether some sequence could match both. Each pair of places is looked at once. */
function sequencesMeet<T extends string | object>(
  left: readonly T[],
  right: readonly T[],
  { isAnyRun, oneMeets }: Pieces<T>,
): boolean {
  const width = right.length + 1;
  const seen = new Map<number, boolean>();
  const meet = (i: number, j: number): boolean => {
    const key = i * width + j;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const a = left[i];
    const b = right[j];
    let answer: boolean;
    if (a === undefined && b === undefined) answer = true;
    else if (a !== undefined && isAnyRun(a)) answer = meet(i + 1, j) || (b !== undefined && meet(i, j + 1));
    else if (b !== undefined && isAnyRun(b)) answer = meet(i, j + 1) || (a !== undefined && meet(i + 1, j));
    else if (a === undefined || b === undefined) answer = false;
    else answer = oneMeets(a, b) && meet(i + 1, j + 1);
    seen.set(key, answer);
    return answer;
  };
  return meet(0, 0);
}
