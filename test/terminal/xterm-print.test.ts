/* oxlint-disable no-underscore-dangle -- the emulator beside it is looked at from inside */
// The quick ways to parse and print are only quick: whatever comes, every cell is what the emulator alone would have made of it.
import headless, { type Terminal } from "@xterm/headless";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codePointWidth, joinProperties } from "../../src/protocol/width.ts";
import {
  type ParsingParser,
  quickenParse,
  quickenReset,
  type ResettingInput,
} from "../../src/terminal/xterm-parse.ts";
import { type PrintingInput, quickenPrint } from "../../src/terminal/xterm-print.ts";

interface Inside {
  _core: {
    _inputHandler: PrintingInput & ResettingInput & { parse(data: Uint8Array): void; _parser: ParsingParser };
    _bufferService: {
      buffer: {
        lines: {
          get(row: number): {
            _data: Uint32Array;
            _extendedAttrs: Record<number, { ext: number; urlId: number }>;
          };
        };
      };
    };
  };
}

const COLS = 13;
const ROWS = 4;

function emulator(quick: boolean): { parse(text: string): void; terminal: Terminal } {
  const terminal = new headless.Terminal({
    cols: COLS,
    rows: ROWS,
    scrollback: 20,
    allowProposedApi: true,
    logLevel: "off",
  });
  terminal.unicode.register({ version: "clusters", wcwidth: codePointWidth, charProperties: joinProperties });
  terminal.unicode.activeVersion = "clusters";
  const input = (terminal as unknown as Inside)._core._inputHandler;
  if (quick) {
    quickenParse(input._parser, quickenPrint(input));
    quickenReset(input);
  }
  const encoder = new TextEncoder();
  return { parse: (text) => input.parse(encoder.encode(text)), terminal };
}

/** Underline style and colour, and the link, where the cell says that it has such. */
function extendedOf(terminal: Terminal, y: number, x: number): string {
  const line = (terminal as unknown as Inside)._core._bufferService.buffer.lines.get(y);
  const hasExtended = ((line._data[x * 3 + 2] as number) & 0x1000_0000) !== 0;
  const extended = line._extendedAttrs[x];
  return hasExtended && extended ? `${extended.ext}/${extended.urlId}` : "";
}

function picture(terminal: Terminal): unknown {
  const { active } = terminal.buffer;
  const rows = Array.from({ length: active.length }, (_, y) => {
    const line = active.getLine(y)!;
    const cells = Array.from({ length: COLS }, (_, x) => {
      const cell = line.getCell(x)!;
      return [
        cell.getChars(),
        cell.getWidth(),
        cell.getFgColor(),
        cell.getFgColorMode(),
        cell.getBgColor(),
        cell.getBgColorMode(),
        cell.isBold() | cell.isUnderline() | cell.isInverse() | cell.isItalic(),
        extendedOf(terminal, y, x),
      ].join(",");
    });
    return [line.isWrapped, ...cells];
  });
  return { rows, x: active.cursorX, y: active.cursorY, base: active.baseY };
}

const PIECES = [
  "plain text",
  "a line that is longer than the row is",
  "ab",
  "     ",
  "漢字",
  "漢",
  "e\u0301",
  "\u0301",
  "\ufe0f",
  "1\ufe0f\u20e3",
  "👩‍👩‍👧",
  "🇩🇪",
  "\r\n",
  "\r",
  "\b\b\b",
  "\t",
  "\x1b[31;1m",
  "\x1b[4:3;58:2::1:2:3m",
  "\x1b[48;2;1;2;3m",
  "\x1b[0m",
  "\x1b[4h",
  "\x1b[4l",
  "\x1b[?7l",
  "\x1b[?7h",
  "\x1b(0qqqq",
  "\x1b(B",
  "\x1b]8;;https://a.b\x1b\\",
  "\x1b]8;;\x1b\\",
  "\x1b[2;3H",
  "\x1b[1;13H",
  "\x1b[K",
  "\x1b[2P",
  "\x1b[3@",
  "\x1b[5b",
  "\x1b[2;3r",
  "\x1b[;31m",
  "\x1b[m",
  "\x1b[38;5;200;48;2;9;8;7;4m",
  "\x1b[4;58;5;99m",
  "\x1b[24;59m",
  `\x1b[${"1;".repeat(40)}31m`,
  "\x1b[99999999999999999999C",
  "\x1b[1;99999999999G",
  "\x1b[1\x18",
  "\x1b[31\x1b[32m",
  "\x1b[3\n1m",
  "\x1b[31",
  "\x1b[",
  "\x1b",
  "\x1b[3!p",
  "\x1b[2 q",
  "\x1b[?25l",
  "\x1b[>4;2m",
  "\x1b[5y",
  "\u009b33m",
  "\x7f",
  "\x00",
  "\x1b[?1049h",
  "\x1b[?1049l",
  "\x1b[2J",
];

describe("printing runs of plain text the quick way", () => {
  test("leaves the same screen as the emulator alone, whatever comes before, between and after", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }), (pieces) => {
        const quick = emulator(true);
        const plain = emulator(false);
        for (const piece of pieces) {
          quick.parse(piece);
          plain.parse(piece);
        }
        expect(picture(quick.terminal)).toEqual(picture(plain.terminal));
        quick.terminal.dispose();
        plain.terminal.dispose();
      }),
      { numRuns: 600 },
    );
  });

  test("does so wherever the output is cut", () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }), cuts, (pieces, lengths) => {
        const quick = emulator(true);
        const plain = emulator(false);
        const characters = [...pieces.join("")];
        for (let at = 0, index = 0; at < characters.length; index++) {
          const length = lengths[index % lengths.length]!;
          for (const each of [quick, plain]) each.parse(characters.slice(at, at + length).join(""));
          at += length;
        }
        expect(picture(quick.terminal)).toEqual(picture(plain.terminal));
        quick.terminal.dispose();
        plain.terminal.dispose();
      }),
      { numRuns: 600 },
    );
  });

  test("calls the handlers that were added to the emulator, the newest first, until one says that it was the last", () => {
    const { terminal, parse } = emulator(true);
    const called: string[] = [];
    const add = (name: string, isLast: boolean) =>
      terminal.parser.registerCsiHandler({ final: "C" }, (params) => {
        called.push(`${name} ${params.join(";")}`);
        return isLast;
      });
    parse("\x1b[C");
    add("older", false);
    parse("\x1b[2;3C");
    expect([called.splice(0), terminal.buffer.active.cursorX]).toEqual([["older 2;3"], 3]);
    add("newer", true);
    parse("\x1b[4C");
    expect([called, terminal.buffer.active.cursorX]).toEqual([["newer 4"], 3]);
    terminal.dispose();
  });

  test("takes the place of the emulator's own for a full row, and not where a character joins the one before", () => {
    const { _inputHandler: input } = (emulator(false).terminal as unknown as Inside)._core;
    const own = Object.getPrototypeOf(input) as PrintingInput;
    const asEver = own.print;
    let slow = 0;
    own.print = function (data, start, end) {
      slow += end - start;
      asEver.call(this, data, start, end);
    };
    try {
      const counted = emulator(true);
      counted.parse("x".repeat(COLS));
      expect(slow).toBe(0);
      counted.parse("\r\nabcde\u0301");
      expect(slow).toBe(1);
    } finally {
      own.print = asEver;
    }
  });
});
