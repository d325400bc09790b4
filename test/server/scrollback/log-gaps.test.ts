// How far a log goes back without a gap.
import { expect, test } from "vitest";
import type { RawLog } from "../../../src/server/raw-log.ts";
import { partUpTo } from "../../../src/server/scrollback/log-gaps.ts";

const GAPS = [
  { from: 100, to: 200 },
  { from: 500, to: 600 },
];

test.each([
  { to: 900, end: 900, part: [600, 500], what: "behind the last gap" },
  { to: 550, end: 900, part: [550, 500], what: "in a gap: there is nothing" },
  { to: 500, end: 900, part: [200, 100], what: "where a gap begins" },
  { to: 90, end: 900, part: [50, null], what: "before all gaps" },
  { to: 950, end: 900, part: [950, 900], what: "behind what the disk has taken" },
  { to: 950, end: 50, part: [50, null], what: "in a log that is empty because it was cleared" },
])("the part that ends $what", ({ to, end, part }) => {
  const log: RawLog = {
    start: 50,
    end,
    sizes: [],
    gaps: end === 50 ? [] : GAPS,
    read: () => Promise.reject(),
  };
  const found = partUpTo(log, to);
  expect([found.log.start, found.missingFrom]).toEqual(part);
});
