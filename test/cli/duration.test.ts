import { describe, expect, test } from "vitest";
import { formatSpan, parseDuration } from "../../src/cli/duration.ts";

const range = { minMs: 1_000, maxMs: 86_400_000 };

describe("durations", () => {
  test.each([
    ["60s", 60_000],
    ["90", 90_000],
    ["5m", 300_000],
    ["1.5m", 90_000],
    ["1h", 3_600_000],
    ["1500ms", 1_500],
    ["1d", 86_400_000],
  ])("%s", (text, ms) => expect(parseDuration(text, "--timeout", range)).toBe(ms));

  test.each([["0"], ["-5"], ["1e9"], ["5y"], [""], ["m"], ["1 h"], ["25h"], ["999ms"], ["٣s"]])(
    "%j is refused",
    (text) => {
      expect(() => parseDuration(text, "--ttl", range)).toThrow("--ttl must be a duration in 1s..24h");
    },
  );

  test.each([
    [-5, "0 s"],
    [59_400, "59 s"],
    [41 * 60_000, "41 min"],
    [7_200_000, "2 h"],
    [5 * 86_400_000, "5 d"],
  ])("%d ms are shown as %s", (ms, shown) => expect(formatSpan(ms)).toBe(shown));
});
