import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createTestScreen } from "./test-screen.ts";

function replay(name: string) {
  const seen = createTestScreen({ cols: 120, rows: 40 });
  const bytes = readFileSync(new URL(`../fixtures/raw/${name}.bin`, import.meta.url));
  for (let at = 0; at < bytes.length; at += 1_000) seen.screen.write(bytes.subarray(at, at + 1_000));
  return seen;
}

function states(name: string): string {
  return replay(name)
    .statuses.map(({ state, kind }) => (kind === undefined ? state : `${state}:${kind}`))
    .join(" ");
}

test("Claude Code and Codex tell their states", () => {
  expect(states("claude-psp")).toBe(
    "idle working done working blocked:permission working done blocked:question working done working error clear clear",
  );
  expect(states("codex-psp")).toBe("idle working done idle working blocked:permission working done idle");
});

test("what a blocked agent asks is readable", () => {
  const messages = replay("claude-psp").statuses.flatMap((status) => status.message ?? []);
  expect(messages).toEqual([
    "approve Bash: echo hi > f.txt",
    "answer: Which color? (Red · Blue)",
    "API Error: 400 bad",
  ]);
});

test("every question that the agents ask at start is answered", () => {
  expect(replay("claude-seeded").replies).toEqual([
    "\x1bP>|ia-tmux\x1b\\",
    "\x1b[?0u",
    "\x1b]7501;?\x1b\\",
    "\x1b[?62;22c",
    "\x1b[?2026;2$y",
    "\x1b[?1016;0$y",
    "\x1b[?62;22c",
  ]);
  const background = "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\";
  expect(replay("kimi-seeded").replies).toEqual([
    background,
    "\x1b[?7u",
    "\x1b[?62;22c",
    background,
    "\x1b[?997;1n",
  ]);
});

test("a program that ended without undoing its modes leaves them known", () => {
  expect(replay("kimi-seeded").screen.modes()).toMatchObject({
    bracketedPaste: true,
    kittyFlags: 7,
    modifyOtherKeys: 2,
  });
});

test("titles carry the agents' state", () => {
  expect(replay("codex-seeded").titles.slice(0, 3)).toEqual(["x1", "⠋ x1", "x1"]);
  expect(replay("gemini-psp").titles).toEqual([
    "◇  Ready (g1)",
    "✦  Working… (g1)",
    "✋  Action Required (g1)",
  ]);
});
