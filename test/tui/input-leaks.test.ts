// What a terminal says of itself is never typed into a pane, however it is mixed with keys and cut into reads.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { start } from "./support/app.ts";
import { trioView } from "./support/views.ts";

/** Reports, answers and nonsense; none of them is a key. */
const REPORTS = [
  "\x1b[<0;10;5m",
  "\x1b[<35;11;6M",
  "\x1b[M#*&",
  "\x1b[I",
  "\x1b[O",
  "\x1b[?62;22c",
  "\x1b[>0;276;0c",
  "\x1b[5;7R",
  "\x1b[0n",
  "\x1b[?2026;2$y",
  "\x1b[?997;1n",
  "\x1b[?1u",
  "\x1b[8;40;120t",
  "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
  "\x1b]4;1;rgb:00/00/00\x07",
  "\x1b]52;c;c2VjcmV0\x07",
  "\x1bP>|kitty(0.36)\x1b\\",
  "\x1bP1+r544e=787465726d\x1b\\",
  "\x1b_Gi=31;OK\x1b\\",
  "\x1b[57441;1:1u",
  "\x1b[97;1:3u",
  "\x1b[999999X",
] as const;
const piece = fc.oneof(
  fc.constantFrom(...REPORTS).map((text) => ({ text, typed: "" })),
  fc.constantFrom("a", "Z", "é", "漢", "😀", "\r", "\x03").map((text) => ({ text, typed: text })),
);

test("the panes get the keys, all of them and nothing else", async () => {
  const app = start(trioView(80, 24));
  await app.program.untilIdle();
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 40 }),
      fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 8 }),
      async (pieces, cuts) => {
        app.server.inputs.length = 0;
        const bytes = new TextEncoder().encode(pieces.map((one) => one.text).join(""));
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = 1 + cuts[turn % cuts.length]!;
          app.feed(bytes.subarray(at, at + size));
          at += size;
        }
        await app.program.untilIdle();
        expect(app.server.inputs.map((one) => one.text).join("")).toBe(
          pieces.map((one) => one.typed).join(""),
        );
      },
    ),
    { numRuns: 150 },
  );
});
