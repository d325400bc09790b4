/** What a pane shows, as far as rules need it. */
export interface ScreenSnapshot {
  /** Rows from top to bottom, without trailing blanks. */
  readonly lines: readonly string[];
  /** The window title that the program set. */
  readonly title: string;
  /** Whether the cell is drawn dim (SGR 2): how placeholders differ from a draft. Absent when not known. */
  readonly dimAt?: (column: number, row: number) => boolean;
}

/** The last `count` rows with text, as one text to search. Rows are right-trimmed. */
export function bottomText(lines: readonly string[], count: number): string {
  const rows: string[] = [];
  for (let row = lines.length - 1; row >= 0 && rows.length < count; row--) {
    const line = (lines[row] ?? "").trimEnd();
    if (line !== "") rows.push(line);
  }
  return rows.reverse().join("\n");
}

/** Every row with text, as one text to search. */
export function screenText(lines: readonly string[]): string {
  return bottomText(lines, lines.length);
}
