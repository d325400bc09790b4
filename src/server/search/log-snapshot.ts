// The screen as it was when a pane had printed so much: copy mode looks at it where the live screen has it no more.
import { logicalLine, positionIn } from "../../terminal/line-text.ts";
import type { Screen } from "../../terminal/screen.ts";
import type { RawLog } from "../raw-log.ts";
import type { Matcher } from "./matcher.ts";
import { createBreather, excerpt, rowsOf } from "./screen-search.ts";

/** What is written into it before the place: more than a screen and its surroundings need. */
const LEAD_BYTES = 4 * 1_048_576;
const SCROLLBACK_LINES = 5_000;
const PIECE_BYTES = 16_384;

/** @throws when aborted */
export async function openSnapshot(
  log: RawLog,
  offset: number,
  openScreen: (cols: number, rows: number, scrollbackLines: number) => Screen,
  signal: AbortSignal,
): Promise<Screen> {
  const breathe = createBreather(signal);
  const sizes = [...log.sizes];
  const size = sizes[0] ?? { offset: 0, cols: 80, rows: 24 };
  const screen = openScreen(size.cols, size.rows, SCROLLBACK_LINES);
  try {
    let at = Math.max(log.start, offset - LEAD_BYTES);
    while (at < offset) {
      while (sizes.length > 0 && sizes[0]!.offset <= at) {
        const next = sizes.shift()!;
        screen.resize(next.cols, next.rows);
      }
      const until = Math.min(offset, sizes[0]?.offset ?? offset);
      const piece = await log.read(at, Math.min(PIECE_BYTES, until - at));
      signal.throwIfAborted();
      if (piece.bytes.length === 0 || piece.offset >= offset) break;
      screen.write(piece.bytes);
      at = piece.offset + piece.bytes.length;
      await breathe();
    }
    return screen;
  } catch (thrown) {
    screen.dispose();
    throw thrown;
  }
}

/** Where the line stands in the snapshot, the newest when there are several; the last row when it does not. */
export function findLine(
  screen: Screen,
  text: string,
  match: Matcher,
): { row: number; col: number; length: number } {
  const { lineAt } = rowsOf(screen);
  const first = screen.historyTrimmed;
  let end = first + screen.historyLength + screen.rows;
  const last = end - 1;
  while (end > first) {
    let from = end - 1;
    while (from > first && lineAt(from).isWrapped) from--;
    const line = logicalLine(lineAt, from, end);
    end = from;
    const found = match([line.text])[0]![0];
    if (found && excerpt(line.text, found.at) === text)
      return { ...positionIn(line, lineAt, found.at), length: found.length };
  }
  return { row: last, col: 0, length: 0 };
}
