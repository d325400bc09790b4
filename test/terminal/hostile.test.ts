import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeGridFrame } from "../../src/protocol/grid.ts";
import { createGridEncoder } from "../../src/terminal/grid-encoder.ts";
import { createFrame } from "../../src/tui/compositor/frame.ts";
import { createPaneGrid } from "../../src/tui/compositor/pane-grid.ts";
import { createRenderer } from "../../src/tui/compositor/renderer.ts";
import { createTestScreen } from "./test-screen.ts";

/** The sequences that the renderer may send, and nothing else. */
const ALLOWED_OUTPUT =
  /^(?:[^\x00-\x1f\x7f-\x9f]|\x1b\[(?:[0-9;:]*[mHCKJX]|\?2026[hl]|\?25[hl]|[0-6] q)|\x1b\]8;;(?:https?:[\x21-\x7e]*)?\x1b\\)*$/u;

/** Bytes of a pane to bytes for the user's terminal. */
function paint(screen: ReturnType<typeof createTestScreen>["screen"]): string {
  let output = "";
  const grid = createPaneGrid();
  const frame = createFrame(screen.cols, screen.rows);
  const bytes = createGridEncoder(screen, 1).next();
  if (bytes !== null) {
    const decoded = decodeGridFrame(bytes);
    if (!decoded.ok) throw decoded.error;
    grid.apply(decoded.value);
  }
  frame.blitPane(grid, 0, 0, { x: 0, y: 0, width: screen.cols, height: screen.rows });
  createRenderer({ colours: "truecolor", write: (text) => (output += text) }).paint(frame, grid.cursor);
  return output;
}

const CORPUS: readonly [name: string, bytes: string][] = [
  ...[..."bSTLM@PXIZ"].map((final): [string, string] => [
    `x CSI 2000000000 ${final}`,
    `x\x1b[2000000000${final}`,
  ]),
  ["many of them", [..."STLMbI"].map((final) => `x\x1b[2000000000${final}`.repeat(50)).join("")],
  ["insert and delete columns", "\x1b[2000000000'}\x1b[2000000000'~\x1b[2000000000 @\x1b[2000000000 A"],
  ["a million parameters", `\x1b[${"1;".repeat(1_000_000)}m`],
  ["nested ESC", "\x1b".repeat(100_000)],
  ["a title of two megabytes", `\x1b]2;${"t".repeat(2_000_000)}\x07`],
  ["a DCS without end", `\x1bPq${"d".repeat(3_000_000)}`],
  ["an APC without end", `\x1b_G${"d".repeat(3_000_000)}`],
  ["window size", "\x1b[8;10000;10000t\x1b[3;1;1t\x1b[?3h"],
  ["title stack", "\x1b[22t".repeat(10_000)],
  ["two hundred thousand marks on one cell", `e${"\u0301".repeat(200_000)}`],
  ["an endless ZWJ emoji", "👩\u200d".repeat(50_000)],
  ["a link never closed", `\x1b]8;id=a;http://x.y/\x1b\\${"text ".repeat(40_000)}`],
  ["ten thousand links", Array.from({ length: 10_000 }, (_, i) => `\x1b]8;;http://x.y/${i}\x1b\\a`).join("")],
  [
    "links that must not be opened",
    "\x1b]8;;javascript:alert(1)\x07a\x1b]8;;file:///etc/passwd\x07b\x1b]8;;http://a\u202eb\x07c",
  ],
  ["questions", "\x1b[6n\x1b[c\x1b[>q\x1b[?u".repeat(20_000)],
  ["kitty pushes", "\x1b[>31u".repeat(50_000)],
  ["C1 controls and bidi overrides", "\u009b31mx\u0090q\u009c\u202eabc\u2066\u2028\u0085"],
  ["modes left on", "\x1b[?1049h\x1b[?1003h\x1b[?2004h\x1b[?25l\x1b[?2026h\x1b#8\x1b(0"],
  [
    "passthrough for the outer terminal",
    "\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\\x1b]1337;File=:AAAA\x07\x1b]9;hi\x07\x1b[5i",
  ],
];

describe("no sequence stops the screen or reaches the user's terminal", () => {
  test.each(CORPUS)("%s", (_, text) => {
    const { screen, type } = createTestScreen({ cols: 200, rows: 50 });
    type(text);
    expect([screen.cols, screen.rows]).toEqual([200, 50]);
    expect(paint(screen)).toMatch(ALLOWED_OUTPUT);
    expect(screen.title.length).toBeLessThanOrEqual(200);
    type("\x1b\\\x18\x1b[?1049l\x1b[?2026l\x1b(B\x1b[0m\x1b[r\x1b[2J\x1b[Hstill here");
    expect(screen.rowText(0)).toBe("still here");
  });

  test("bytes that are no UTF-8 become replacement characters", () => {
    const { screen } = createTestScreen();
    screen.write(Uint8Array.of(0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xf5, 0x80, 0x41));
    expect(paint(screen)).toMatch(ALLOWED_OUTPUT);
    expect(screen.rowText(0)).toContain("A");
  });

  test("a cell holds at most 32 code points", () => {
    const { screen, type } = createTestScreen();
    type(`e${"\u0301".repeat(1_000)}x`);
    const decoded = decodeGridFrame(createGridEncoder(screen, 1).next() as Uint8Array);
    if (!decoded.ok) throw decoded.error;
    expect([...(decoded.value.spans[0]?.combined.get(0) ?? "")]).toHaveLength(32);
  });

  test("a string that nobody ends is given up after five seconds", () => {
    const { screen, type, clock } = createTestScreen();
    type("\x1bPq123");
    clock.advance(4_000);
    type("456");
    clock.advance(1_500);
    type("next text");
    expect(screen.rowText(0)).toBe("next text");
  });

  test("random bytes and sequences", () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .tuple(
          fc.constantFrom("\x1b[", "\x1b]", "\x1bP", "\x1b", "\x1b[?", "\x1b[>"),
          fc.stringMatching(/^[0-9;:]{0,12}$/),
          fc.string({ unit: "binary", maxLength: 3 }),
        )
        .map((parts) => new TextEncoder().encode(parts.join(""))),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { screen } = createTestScreen({ cols: 20, rows: 6, scrollbackLines: 10 });
        for (const bytes of pieces) screen.write(bytes);
        expect(paint(screen)).toMatch(ALLOWED_OUTPUT);
        screen.dispose();
      }),
      { numRuns: 150 },
    );
  });
});
