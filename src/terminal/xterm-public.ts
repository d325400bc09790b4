/** The emulator through its documented interface only: the fallback when the private names have changed. */
import type { IBufferCell, Terminal } from "@xterm/headless";
import {
  BG_DIM,
  BG_ITALIC,
  BG_OVERLINE,
  type CellLine,
  CELL_WORDS,
  COMBINED,
  FG_BLINK,
  FG_BOLD,
  FG_INVERSE,
  FG_INVISIBLE,
  FG_STRIKETHROUGH,
  FG_UNDERLINE,
  WIDTH_SHIFT,
} from "../protocol/cells.ts";
import { createWholeCharacters } from "./whole-characters.ts";
import type { XtermCore } from "./xterm-core.ts";

/** Parses in a later turn, repaints every row, and knows no underline styles and no links. */
export function openPublicCore(terminal: Terminal): XtermCore {
  const listeners: ((range: null) => void)[] = [];
  const characters = createWholeCharacters();
  let pendingWrites = 0;
  return {
    terminal,
    parse(bytes) {
      pendingWrites++;
      terminal.write(characters.take(bytes), () => {
        pendingWrites--;
        for (const listener of listeners) listener(null);
      });
    },
    onDirty: (listener) => void listeners.push(listener),
    line: (absoluteRow) => publicLine(terminal, absoluteRow),
    baseRow: () => terminal.buffer.active.baseY,
    trimmedRows: () => 0,
    clearHistory: () => terminal.write("\x1b[3J"),
    buffersReset: () => {},
    isGround: () => pendingWrites === 0 && !characters.isInCharacter,
    isInString: () => false,
    resetParser: () => terminal.write("\x18"),
    onCsi(id, handler) {
      terminal.parser.registerCsiHandler(id, (params) => {
        const values = params.map((value) => (typeof value === "number" ? value : 0));
        const before = values.join();
        const swallow = handler({ length: values.length, params: values });
        // parameters cannot be changed from here, so a sequence that would need it is dropped
        return swallow || values.join() !== before;
      });
    },
  };
}

function publicLine(terminal: Terminal, absoluteRow: number): CellLine {
  const { cols } = terminal;
  const words = new Uint32Array(cols * CELL_WORDS);
  const strings = new Map<number, string>();
  const line = terminal.buffer.active.getLine(absoluteRow);
  const cell = terminal.buffer.active.getNullCell();
  for (let x = 0; x < cols; x++) {
    if (line?.getCell(x, cell) === undefined) {
      words[x * CELL_WORDS] = 1 << WIDTH_SHIFT;
      continue;
    }
    const characters = cell.getChars();
    const codePoint = characters.codePointAt(0) ?? 0;
    const isCombined = characters.length > (codePoint > 0xffff ? 2 : 1);
    if (isCombined) strings.set(x, characters);
    words[x * CELL_WORDS] = (isCombined ? COMBINED : codePoint) | (cell.getWidth() << WIDTH_SHIFT);
    words[x * CELL_WORDS + 1] = foregroundWord(cell);
    words[x * CELL_WORDS + 2] = backgroundWord(cell);
  }
  return {
    words,
    isWrapped: line?.isWrapped ?? false,
    combined: (x) => strings.get(x) ?? " ",
    extra: () => undefined,
  };
}

function foregroundWord(cell: IBufferCell): number {
  const colour = cell.isFgDefault() ? 0 : cell.getFgColorMode() | cell.getFgColor();
  return (
    (colour |
      (cell.isBold() ? FG_BOLD : 0) |
      (cell.isUnderline() ? FG_UNDERLINE : 0) |
      (cell.isBlink() ? FG_BLINK : 0) |
      (cell.isInverse() ? FG_INVERSE : 0) |
      (cell.isInvisible() ? FG_INVISIBLE : 0) |
      (cell.isStrikethrough() ? FG_STRIKETHROUGH : 0)) >>>
    0
  );
}

function backgroundWord(cell: IBufferCell): number {
  const colour = cell.isBgDefault() ? 0 : cell.getBgColorMode() | cell.getBgColor();
  return (
    (colour |
      (cell.isItalic() ? BG_ITALIC : 0) |
      (cell.isDim() ? BG_DIM : 0) |
      (cell.isOverline() ? BG_OVERLINE : 0)) >>>
    0
  );
}
