/** Differences beyond this many lines are shown as one replaced block: finding the best match would take too long. */
const MAX_EDITS = 1_000;
const CONTEXT_LINES = 3;

type Edit = { readonly mark: " " | "-" | "+"; readonly line: string };

/** The difference between two texts in unified form with three lines of context; empty when they are equal. */
export function unifiedDiff(before: string, after: string, names: { before: string; after: string }): string {
  if (before === after) return "";
  const edits = lineEdits(before.split("\n"), after.split("\n"));
  return [`--- ${names.before}`, `+++ ${names.after}`, ...hunks(edits)].join("\n");
}

/** How to get from one list of lines to the other: what both begin and end with stays, the middle is compared. */
export function lineEdits(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before.at(-1 - end) === after.at(-1 - end)
  )
    end++;
  const same = (line: string): Edit => ({ mark: " ", line });
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** The shortest way by Myers' greedy algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986). */
function middle(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const furthest = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  const most = Math.min(before.length + after.length, MAX_EDITS);
  for (let edits = 0; edits <= most; edits++) {
    trace.push(new Map(furthest));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const fromAbove =
        diagonal === -edits ||
        (diagonal !== edits && at(furthest, diagonal - 1) < at(furthest, diagonal + 1));
      let x = fromAbove ? at(furthest, diagonal + 1) : at(furthest, diagonal - 1) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      furthest.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(before, after, trace);
    }
  }
  return [
    ...before.map((line): Edit => ({ mark: "-", line })),
    ...after.map((line): Edit => ({ mark: "+", line })),
  ];
}

const at = (furthest: ReadonlyMap<number, number>, diagonal: number): number => furthest.get(diagonal) ?? -1;

function walkBack(
  before: readonly string[],
  after: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): readonly Edit[] {
  const edits: Edit[] = [];
  let x = before.length;
  let y = after.length;
  for (let step = trace.length - 1; step >= 0; step--) {
    const furthest = trace[step] ?? new Map<number, number>();
    const diagonal = x - y;
    const fromAbove =
      diagonal === -step || (diagonal !== step && at(furthest, diagonal - 1) < at(furthest, diagonal + 1));
    const previousX = Math.max(0, at(furthest, fromAbove ? diagonal + 1 : diagonal - 1));
    const previousY = previousX - (fromAbove ? diagonal + 1 : diagonal - 1);
    while (x > previousX && y > previousY && x > 0 && y > 0) {
      edits.push({ mark: " ", line: before[--x] ?? "" });
      y--;
    }
    if (step === 0) break;
    if (fromAbove) edits.push({ mark: "+", line: after[--y] ?? "" });
    else edits.push({ mark: "-", line: before[--x] ?? "" });
  }
  return edits.reverse();
}

function hunks(edits: readonly Edit[]): readonly string[] {
  const near = edits.map((_, index) =>
    edits
      .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
      .some(({ mark }) => mark !== " "),
  );
  const lines: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  for (let index = 0; index < edits.length; index++) {
    if (near[index] === true && near[index - 1] !== true) {
      let end = index;
      while (near[end] === true) end++;
      const part = edits.slice(index, end);
      const oldCount = part.filter(({ mark }) => mark !== "+").length;
      const newCount = part.filter(({ mark }) => mark !== "-").length;
      // Git's own form: an empty side starts at the line before it.
      lines.push(
        `@@ -${oldCount === 0 ? oldLine - 1 : oldLine},${oldCount} +${newCount === 0 ? newLine - 1 : newLine},${newCount} @@`,
      );
    }
    const edit = edits[index];
    if (edit === undefined) break;
    if (near[index] === true) lines.push(edit.mark + edit.line);
    if (edit.mark !== "+") oldLine++;
    if (edit.mark !== "-") newLine++;
  }
  return lines;
}
