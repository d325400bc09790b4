/* oxlint-disable no-underscore-dangle -- reads the bare emulator to compare with */
/** An independent reading terminal: the bare emulator with our widths, cells as comparable strings. */
import headless from "@xterm/headless";
import { codePointWidth, joinProperties } from "../../src/protocol/width.ts";

interface PrivateParts {
  _core: {
    _inputHandler: { parse(data: string | Uint8Array): void };
    _bufferService: {
      buffer: { ybase: number; lines: { get(y: number): { _extendedAttrs: Record<number, Extended> } } };
    };
    _oscLinkService: { getLinkData(id: number): { uri: string } | undefined };
  };
}
interface Extended {
  _ext: number;
  _urlId: number;
}

export interface OuterTerminal {
  write(data: string | Uint8Array): void;
  resize(cols: number, rows: number): void;
  cell(x: number, y: number): string;
  rowText(y: number): string;
  cursor(): { x: number; y: number };
  readonly modes: { bracketedPasteMode: boolean; mouseTrackingMode: string; synchronizedOutputMode: boolean };
}

export function createOuterTerminal(cols: number, rows: number): OuterTerminal {
  const terminal = new headless.Terminal({
    cols,
    rows,
    scrollback: 2_000,
    allowProposedApi: true,
    logLevel: "off",
  });
  terminal.unicode.register({ version: "clusters", wcwidth: codePointWidth, charProperties: joinProperties });
  terminal.unicode.activeVersion = "clusters";
  const core = (terminal as unknown as PrivateParts)._core;
  return {
    write: (data) => core._inputHandler.parse(data),
    resize: (nextCols, nextRows) => terminal.resize(nextCols, nextRows),
    cell(x, y) {
      const cell = terminal.buffer.active.getLine(terminal.buffer.active.baseY + y)?.getCell(x);
      if (cell === undefined) return "none";
      const { buffer } = core._bufferService;
      const extended =
        (cell as unknown as { bg: number }).bg & 0x10000000
          ? buffer.lines.get(buffer.ybase + y)._extendedAttrs[x]
          : undefined;
      const isUnderlined = ((cell as unknown as { fg: number }).fg & 0x10000000) !== 0;
      const url =
        extended === undefined || extended._urlId === 0
          ? ""
          : (core._oscLinkService.getLinkData(extended._urlId)?.uri ?? "");
      return JSON.stringify([
        cell.getChars() || " ",
        cell.getWidth(),
        cell.getFgColorMode(),
        cell.getFgColor(),
        cell.getBgColorMode(),
        cell.getBgColor(),
        [
          cell.isBold(),
          cell.isDim(),
          cell.isItalic(),
          cell.isBlink(),
          cell.isInverse(),
          cell.isInvisible(),
        ].map((flag) => flag !== 0),
        [cell.isStrikethrough() !== 0, cell.isOverline() !== 0, isUnderlined],
        isUnderlined && extended !== undefined ? (extended._ext >>> 26) & 7 || 1 : isUnderlined ? 1 : 0,
        isUnderlined && extended !== undefined ? underlineColour(extended._ext) : 0,
        /^https?:/.test(url) ? url : "",
      ]);
    },
    rowText: (y) =>
      terminal.buffer.active.getLine(terminal.buffer.active.baseY + y)?.translateToString(true) ?? "",
    cursor: () => ({ x: terminal.buffer.active.cursorX, y: terminal.buffer.active.cursorY }),
    modes: terminal.modes,
  };
}

function underlineColour(word: number): number {
  return (word & 0x3000000) === 0x3000000 ? word & 0x3ffffff : word & 0x30000ff;
}
