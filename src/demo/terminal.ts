import { splitClusters } from "../protocol/width.ts";
import type { LiveRows } from "./view.ts";

/** Draws conversation above and live rows below, in the main screen, so that what was said scrolls away upwards. */
export interface DemoTerminal {
  /** Adds rows to the conversation and draws the live rows under it. */
  draw(live: LiveRows, said?: readonly string[]): void;
  /** Draws everything anew, after a change of size. */
  redraw(live: LiveRows): void;
  leave(): void;
}

const MAX_REMEMBERED_ROWS = 500;

export function createDemoTerminal(write: (text: string) => void, rows: () => number): DemoTerminal {
  const remembered: string[] = [];
  /** Rows between the first live row and the cursor. */
  let cursorRow = 0;
  write("\u001b[?2004h\u001b[?1004l\u001b]7501;?\u0007");

  function paint(live: LiveRows, start: string, conversation: readonly string[]): void {
    const rowsAbove = conversation.map((row) => `${row}\r\n`).join("");
    const lastRow = live.lines.length - 1;
    const target = live.cursor ?? { row: lastRow, column: 0 };
    const up = lastRow - target.row;
    const move = `\r${up > 0 ? `\u001b[${up}A` : ""}${target.column > 0 ? `\u001b[${target.column}C` : ""}`;
    const visible = live.cursor === null ? "\u001b[?25l" : "\u001b[?25h";
    write(
      `\u001b[?2026h${start}\u001b[J${rowsAbove}${live.lines.join("\r\n")}${move}${visible}\u001b[?2026l`,
    );
    cursorRow = target.row;
  }

  return {
    draw(live, said = []) {
      remembered.push(...said);
      remembered.splice(0, Math.max(0, remembered.length - MAX_REMEMBERED_ROWS));
      paint(live, cursorRow > 0 ? `\r\u001b[${cursorRow}A` : "\r", said);
    },
    redraw(live) {
      const room = Math.max(0, rows() - live.lines.length);
      paint(live, "\u001b[H\u001b[2J", room === 0 ? [] : remembered.slice(-room));
    },
    leave() {
      write(`\r\u001b[${Math.max(1, cursorRow)}A\u001b[J\u001b[?2004l\u001b[?25h\u001b]0;\u0007`);
    },
  };
}

/** Text of others without anything a terminal would obey. Line breaks stay. */
export function printable(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .map((line) =>
      splitClusters(line)
        .map((cluster) => cluster.text)
        .join(""),
    )
    .join("\n");
}
