// Searches what a pane printed and what its screen holds no more: the raw log is written into a screen of its own, and
// what scrolls off that, or stood on its alternate screen, is looked at.
import type { SearchHit } from "../../protocol/results.ts";
import { lineText, logicalLine } from "../../terminal/line-text.ts";
import type { Screen } from "../../terminal/screen.ts";
import type { RawLog } from "../raw-log.ts";
import type { Matcher } from "./matcher.ts";
import { createBreather, excerpt, rowsOf } from "./screen-search.ts";

export interface LogSearch {
  readonly paneId: string;
  readonly log: RawLog;
  readonly match: Matcher;
  /** A silent screen: what the log asks is not answered. */
  readonly openScreen: (cols: number, rows: number, scrollbackLines: number) => Screen;
  /** Lines that the live screen has, newest last: the log's end says the same. */
  readonly liveLines: readonly string[];
  /** False while a full-screen program hides the history: then none of the log's lines is on the live screen. */
  readonly liveHasHistory: boolean;
  /** False when output is missing: then the live screen's lines may not be the log's last ones. */
  readonly isWhole: boolean;
  found(hits: readonly SearchHit[]): void;
  /** Bytes read since the last call. */
  progressed(bytes: number): void;
}

const READ_BYTES = 65_536;
/** Between two looks at the screen: about a frame of a full-screen program. */
const LOOK_BYTES = 4_096;
/** More than one look can print, and what a wrapped line may have. */
const SCROLLBACK_LINES = LOOK_BYTES + 1_000;
/** Lines of a full-screen program that were seen lately count once. */
const MAX_RECENT = 20_000;
const CLEAR_HISTORY = "\x1b[3J";
/** What stood there is gone behind these: clearing, the other screen, the next frame. */
const CUTS = ["\x1b[2J", CLEAR_HISTORY, "\x1b[?1049", "\x1b[?1047", "\x1b[?47", "\x1b[?2026l"].map((text) =>
  Buffer.from(text),
);
/** A program that does nothing but clear is not looked at each time. */
const LEAST_LOOK_BYTES = 16;

/** Oldest first. Ends early when the signal says so. @throws when aborted, and what the matcher throws */
export async function searchLog(search: LogSearch, signal: AbortSignal): Promise<void> {
  const { log, match, paneId } = search;
  const breathe = createBreather(signal);
  const sizes = [...log.sizes];
  const size = sizes[0] ?? { offset: 0, cols: 80, rows: 24 };
  const screen = search.openScreen(size.cols, size.rows, SCROLLBACK_LINES);
  const reader = screen.createReader();
  const recent = new Set<string>();
  const live = new Set(search.liveLines);
  /** Hits not yet told, with the number of their line: the last ones stand on the live screen as well. */
  const waiting: { line: number; hit: SearchHit }[] = [];
  let lineCount = 0;
  let harvested = 0;
  /** The program draws its conversation again and again: the same line is one hit. */
  let redraws = false;

  const isFresh = (text: string) => {
    if (recent.has(text)) return false;
    recent.add(text);
    if (recent.size > MAX_RECENT) recent.delete(recent.values().next().value as string);
    return true;
  };
  const look = (texts: readonly string[], offset: number, isAlternate: boolean) => {
    const found = match(texts);
    texts.forEach((text, index) => {
      const first = found[index]![0];
      if (!isAlternate) lineCount++;
      if (!first || ((isAlternate || redraws) && (live.has(text) || !isFresh(text)))) return;
      const hit: SearchHit = {
        paneId,
        row: 0,
        col: 0,
        length: first.length,
        text: excerpt(text, first.at),
        logOffset: offset,
      };
      const isUncounted = isAlternate || redraws || (!search.isWhole && !live.has(text));
      waiting.push({ line: isUncounted ? -1 : lineCount, hit });
    });
  };
  const release = (isOver: boolean) => {
    const onLive = search.liveHasHistory ? search.liveLines.length : 0;
    const isOff = ({ line }: (typeof waiting)[number]) => line <= lineCount - onLive || line < 0;
    const held = isOver ? -1 : waiting.findIndex((one) => !isOff(one));
    const told = waiting.splice(0, held < 0 ? waiting.length : held).filter(isOff);
    if (told.length > 0) search.found(told.map(({ hit }) => hit));
  };
  /** Takes what scrolled off since the last look, or what changed on the alternate screen. */
  const harvest = (offset: number, isOver: boolean) => {
    if (screen.modes().alternateScreen) {
      const range = reader.take();
      if (range === null) return;
      const texts: string[] = [];
      for (let y = range.y0; y <= range.y1; y++) {
        const text = lineText(screen.line(y));
        if (text.trim() !== "") texts.push(text);
      }
      look(texts, offset, true);
      return;
    }
    reader.take();
    const first = screen.historyTrimmed;
    const { lineAt } = rowsOf(screen);
    const end = first + screen.historyLength + (isOver ? screen.rows : 0);
    harvested = Math.max(harvested, first);
    const texts: string[] = [];
    while (harvested < end) {
      let next = harvested + 1;
      while (next < end && lineAt(next).isWrapped) next++;
      // Its rest may still be on the screen.
      if (!isOver && next === end && lineAt(next).isWrapped) break;
      texts.push(logicalLine(lineAt, harvested, next).text);
      harvested = next;
    }
    look(texts, offset, false);
    if (screen.historyLength > 1_000 && harvested === end && screen.isGround) {
      screen.write(new TextEncoder().encode(CLEAR_HISTORY));
      harvested = screen.historyTrimmed;
    }
  };

  const cursorRow = () => screen.historyTrimmed + screen.historyLength + screen.cursor().y;
  /** Lines have other rows then: goes on with the first that was not looked at. */
  const resize = (cols: number, rows: number) => {
    const isHidden = screen.modes().alternateScreen;
    const { lineAt } = rowsOf(screen);
    let left = 0;
    if (!isHidden) for (let row = harvested; row <= cursorRow(); row++) if (!lineAt(row).isWrapped) left++;
    screen.resize(cols, rows);
    const resized = rowsOf(screen);
    harvested = isHidden ? screen.historyTrimmed + screen.historyLength : cursorRow() + 1;
    while (left > 0 && harvested > screen.historyTrimmed) if (!resized.lineAt(--harvested).isWrapped) left--;
  };

  try {
    let at = log.start;
    for (;;) {
      const { offset, bytes } = await log.read(at, READ_BYTES);
      signal.throwIfAborted();
      if (bytes.length === 0) break;
      for (let from = 0; from < bytes.length; ) {
        while (sizes.length > 0 && sizes[0]!.offset <= offset + from) {
          const next = sizes.shift()!;
          if (next.cols !== screen.cols || next.rows !== screen.rows) resize(next.cols, next.rows);
        }
        const until = nextLook(bytes, from, sizes[0] === undefined ? Infinity : sizes[0].offset - offset);
        const piece = bytes.subarray(from, until);
        if (Buffer.from(piece.buffer, piece.byteOffset, piece.length).includes(CLEAR_HISTORY)) redraws = true;
        screen.write(piece);
        from = until;
        harvest(offset + from, false);
        release(false);
        await breathe();
      }
      // With what the log has not: each start of the program again leaves a gap.
      search.progressed(offset + bytes.length - at);
      at = offset + bytes.length;
    }
    if (!screen.modes().alternateScreen) harvest(at, true);
    release(true);
  } finally {
    reader.dispose();
    screen.dispose();
  }
}

/** Where to look next: before something goes, at a new size, or after so many bytes. */
function nextLook(bytes: Uint8Array, from: number, sizeAt: number): number {
  const most = Math.min(bytes.length, from + LOOK_BYTES, sizeAt);
  const window = Buffer.from(bytes.buffer, bytes.byteOffset + from, most - from);
  let nearest = most - from;
  for (const cut of CUTS) {
    const at = window.indexOf(cut, LEAST_LOOK_BYTES);
    if (at >= 0 && at < nearest) nearest = at;
  }
  return from + nearest;
}
