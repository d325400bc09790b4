// Numbers the lines that a screen is given, however many of them it has dropped since and however they are wrapped.
import type { Screen } from "../../terminal/screen.ts";

/** Where the screen stood at a moment. Numbers count lines as programs write them, not the rows they are wrapped into. */
export interface LinePlace {
  /** The line that has the cursor. */
  readonly cursorLine: number;
  /** The line that has the screen's first row: those before it are history and change no more. */
  readonly topLine: number;
}

export interface LineCounter {
  /** To be called after each write, before more rows can have come than the history holds. Null on the alternate screen. */
  look(): LinePlace | null;
  resize(cols: number, rows: number): void;
  /** The program threw the history away, or the numbers of before do not hold any more, since the last call. */
  takeBreak(): "cleared" | "renumbered" | null;
  /** The oldest rows were dropped for want of room. */
  readonly hasDropped: boolean;
}

/** `scrollbackLines`: rows of history that the screen holds at most. */
export function createLineCounter(screen: Screen, scrollbackLines: number): LineCounter {
  /** Lines that begin in the rows before `countedTo`, a row counted from the first that the screen ever had. */
  let counted = 0;
  let countedTo = 0;
  let trimmed = screen.historyTrimmed;
  let seen: "cleared" | "renumbered" | null = null;
  let resizedHidden = false;
  let hasDropped = false;

  const topRow = () => screen.historyTrimmed + screen.historyLength;
  const begins = (row: number) => !screen.historyLine(row - screen.historyTrimmed).isWrapped;
  const lineOfCursor = () => {
    let line = counted - 1;
    for (let row = topRow(); row <= topRow() + screen.cursor().y; row++) if (begins(row)) line++;
    return line;
  };
  /** The cursor stands in this line: numbers the rows above the screen accordingly. */
  const countFrom = (cursorLine: number) => {
    countedTo = topRow();
    counted += cursorLine - lineOfCursor();
    hasDropped ||= screen.historyTrimmed > trimmed;
    trimmed = screen.historyTrimmed;
  };

  function look(): LinePlace | null {
    if (screen.modes().alternateScreen) return null;
    const top = topRow();
    if (resizedHidden) {
      // How many lines went above the screen meanwhile is not known.
      seen ??= "renumbered";
      countedTo = top;
    } else if (
      top < countedTo ||
      (screen.historyTrimmed > trimmed && screen.historyLength < scrollbackLines)
    ) {
      seen = "cleared";
      countedTo = top;
      trimmed = screen.historyTrimmed;
      hasDropped = false;
    }
    hasDropped ||= screen.historyTrimmed > trimmed;
    for (let row = countedTo; row < top; row++) if (begins(row)) counted++;
    countedTo = top;
    trimmed = screen.historyTrimmed;
    resizedHidden = false;
    return { cursorLine: lineOfCursor(), topLine: begins(top) ? counted : counted - 1 };
  }

  return {
    look,
    get hasDropped() {
      return hasDropped;
    },
    resize(cols, rows) {
      if (screen.cols === cols && screen.rows === rows) return;
      const place = look();
      screen.resize(cols, rows);
      if (place === null) resizedHidden = true;
      else countFrom(place.cursorLine);
    },
    takeBreak() {
      const taken = seen;
      seen = null;
      return taken;
    },
  };
}
