import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BG_HAS_EXTRA,
  COMBINED,
  DEFAULT_MODES,
  MOUSE_TRACKING,
  type PaneModes,
} from "../../src/protocol/cells.ts";
import { decodeGridFrame, encodeGridFrame, type GridFrame, type GridSpan } from "../../src/protocol/grid.ts";

const CELL = 0x41 | (1 << 22);

function frameOf(changes: Partial<GridFrame> = {}): GridFrame {
  return {
    pane: 3,
    cols: 10,
    rows: 4,
    full: false,
    cursor: { x: 2, y: 1, visible: true, shape: 5 },
    modes: DEFAULT_MODES,
    historyLength: 77,
    spans: [],
    ...changes,
  };
}

const modes: fc.Arbitrary<PaneModes> = fc.record({
  bracketedPaste: fc.boolean(),
  applicationCursor: fc.boolean(),
  applicationKeypad: fc.boolean(),
  mouse: fc.constantFrom(...MOUSE_TRACKING),
  mouseSgr: fc.boolean(),
  focusEvents: fc.boolean(),
  alternateScreen: fc.boolean(),
  synchronized: fc.boolean(),
  kittyFlags: fc.nat({ max: 31 }),
  modifyOtherKeys: fc.nat({ max: 2 }),
});

const span: fc.Arbitrary<GridSpan> = fc
  .record({
    y: fc.nat({ max: 3 }),
    x: fc.nat({ max: 9 }),
    cells: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 10 }),
    text: fc.constantFrom("é", "👩‍💻", "क्षि"),
    url: fc.constantFrom("", "https://example.org/?a=b"),
    style: fc.nat({ max: 5 }),
    colour: fc.nat({ max: 0x3ffffff }),
    sides: fc.boolean(),
    wrapped: fc.boolean(),
  })
  .map(({ y, x, cells, text, url, style, colour, sides, wrapped }) => {
    const words = Uint32Array.from(cells.slice(0, 10 - x).flat());
    return {
      y,
      x,
      words,
      combined: new Map(sides ? [[x, text]] : []),
      extras: new Map(sides ? [[x, { underlineStyle: style, underlineColour: colour, url }]] : []),
      wrapped,
    };
  });

const frame = fc
  .record({
    modes,
    spans: fc.array(span, { maxLength: 4 }),
    full: fc.boolean(),
    pane: fc.nat({ max: 0xffffffff }),
    shape: fc.nat({ max: 6 }),
  })
  .map(({ shape, ...rest }) => frameOf({ ...rest, cursor: { x: 9, y: 3, visible: rest.full, shape } }));

describe("a grid frame", () => {
  test("comes out as it went in", () => {
    fc.assert(
      fc.property(frame, fc.nat({ max: 7 }), (sent, offset) => {
        const bytes = encodeGridFrame(sent);
        // as a part of a larger buffer, at any alignment
        const buffer = new Uint8Array(bytes.length + offset);
        buffer.set(bytes, offset);
        expect(decodeGridFrame(buffer.subarray(offset))).toEqual({ ok: true, value: sent });
      }),
    );
  });

  test("cut short or with bytes too many is refused", () => {
    const words = Uint32Array.of(CELL | COMBINED, 0, BG_HAS_EXTRA);
    const extra = { underlineStyle: 3, underlineColour: 7, url: "http://a.b" };
    const bytes = encodeGridFrame(
      frameOf({
        spans: [{ y: 0, x: 0, words, combined: new Map([[0, "e\u0301"]]), extras: new Map([[0, extra]]) }],
      }),
    );
    expect(decodeGridFrame(bytes).ok).toBe(true);
    for (let length = 0; length < bytes.length; length++)
      expect(decodeGridFrame(bytes.subarray(0, length)).ok).toBe(false);
    expect(decodeGridFrame(Uint8Array.from([...bytes, 0])).ok).toBe(false);
  });

  test("of garbage is an error, never a crash, and never out of the screen", () => {
    const good = fc
      .tuple(frame, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }))
      .map(([sent, flips]) => {
        const bytes = encodeGridFrame(sent);
        for (const [at, value] of flips) bytes[at % bytes.length] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), good), (bytes) => {
        const decoded = decodeGridFrame(bytes);
        if (!decoded.ok) {
          expect(decoded.error.code).toBe("bad-data");
          return;
        }
        const { cols, rows, spans, cursor } = decoded.value;
        expect(cursor.x < cols && cursor.y < rows).toBe(true);
        for (const found of spans) {
          expect(found.y < rows && found.x + found.words.length / 3 <= cols).toBe(true);
          for (const [x, text] of found.combined) expect(x < cols && [...text].length <= 32).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("carries no link but http and https, and no control character", () => {
    const extra = (url: string) => ({ underlineStyle: 0, underlineColour: 0, url });
    const urls = ["javascript:alert(1)", "file:///etc/passwd", "http://a\x1b]52", "https://ok.example/"];
    const spans = urls.map((url, y) => ({
      y,
      x: 0,
      words: Uint32Array.of(CELL, 0, 0),
      combined: new Map([[0, "e\x1b[31m\u202e\u0301"]]),
      extras: new Map([[0, extra(url)]]),
    }));
    const decoded = decodeGridFrame(encodeGridFrame(frameOf({ spans })));
    if (!decoded.ok) throw decoded.error;
    expect(decoded.value.spans.map((found) => found.extras.get(0)?.url)).toEqual([
      "",
      "",
      "",
      "https://ok.example/",
    ]);
    expect(decoded.value.spans[0]?.combined.get(0)).toBe("e[31m\u0301");
  });
});
