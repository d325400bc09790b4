// Texts longer than their place: wrapped by us, so that how far they scroll is known without drawing; drawn by the widget toolkit.
import type { Rect } from "../../protocol/views.ts";
import type { StyledLine } from "../blessed-chrome.ts";
import { wrap } from "../format.ts";
import type { Drawing } from "./context.ts";

export interface TextBox {
  /** Keeps the place of the text between frames. */
  readonly key: string;
  readonly lines: readonly StyledLine[];
  /** Rows that are scrolled away. */
  readonly scroll: number;
}

export function drawTextBox(drawing: Drawing, rect: Rect, { key, lines, scroll }: TextBox): void {
  const { frame, theme, chrome, reach } = drawing;
  // The last column is the scroll bar's.
  const wrapped = lines.flatMap((line) => wrapRuns(line, rect.cols - 1));
  if (reach) reach.maxScroll = Math.max(0, wrapped.length - rect.rows);
  chrome?.text(frame, rect, {
    key,
    lines: wrapped,
    scroll,
    style: theme.overlay,
    barStyle: theme.selected,
  });
}

/** As `wrap` does, each character in its own style. */
function wrapRuns(line: StyledLine, columns: number): readonly StyledLine[] {
  const text = line.map((run) => run.text).join("");
  let from = 0;
  return wrap(text, columns).map((piece, index) => {
    if (index > 0) while (text[from] === " ") from++;
    const shown = cutRuns(line, from, from + piece.length);
    from += piece.length;
    // A blank line has its style, too.
    return shown.length > 0 ? shown : line.slice(0, 1).map(({ style }) => ({ text: " ", style }));
  });
}

function cutRuns(line: StyledLine, from: number, to: number): StyledLine {
  let start = 0;
  return line.flatMap((run) => {
    const text = run.text.slice(Math.max(0, from - start), Math.max(0, to - start));
    start += run.text.length;
    return text === "" ? [] : [{ text, style: run.style }];
  });
}
