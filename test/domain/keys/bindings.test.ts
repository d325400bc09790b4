import { describe, expect, test } from "vitest";
import {
  type BindingContext,
  BINDING_GROUPS,
  commandOf,
  DEFAULT_BINDINGS,
  disabledReason,
} from "../../../src/domain/keys/bindings.ts";
import { formatKey, parseKey } from "../../../src/domain/keys/key.ts";
import { paramsSchema, type MethodName } from "../../../src/protocol/methods.ts";

const CONTEXT: BindingContext = {
  connected: true,
  readOnly: false,
  paneCount: 3,
  windowCount: 2,
  zoomed: false,
  hasLastPane: true,
  hasLastWindow: true,
  windowIndexes: [1, 2],
  focusedDead: false,
  hasFocus: true,
  focusedAgent: "claude",
  agentCount: 3,
  hasMark: true,
  markIsHere: false,
};

function reasonFor(key: string, context: Partial<BindingContext> = {}): string | null {
  const binding = DEFAULT_BINDINGS.find((each) => each.key === key)!;
  return disabledReason(commandOf(binding), { ...CONTEXT, ...context });
}

describe("the binding table", () => {
  test.each(DEFAULT_BINDINGS.map((binding) => [binding.key, binding.command] as const))(
    "%s means a command that parses: %s",
    (key) => {
      const command = commandOf(DEFAULT_BINDINGS.find((each) => each.key === key)!);
      if (command.kind === "call")
        expect(paramsSchema(command.method as MethodName).safeParse(command.params).success).toBe(true);
    },
  );

  test("names every key as the decoder names it, and none twice", () => {
    const keys = DEFAULT_BINDINGS.map((binding) => binding.key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(formatKey(parseKey(key)!)).toBe(key);
  });

  test("has something in every group, and words for everything", () => {
    for (const group of BINDING_GROUPS.filter((each) => each !== "Your own"))
      expect(DEFAULT_BINDINGS.some((binding) => binding.group === group)).toBe(true);
    expect(DEFAULT_BINDINGS.every((binding) => binding.description !== "")).toBe(true);
  });

  test("holds tmux's keys", () => {
    for (const key of [
      "%",
      '"',
      "o",
      ";",
      "z",
      "[",
      "]",
      "d",
      "c",
      "n",
      "p",
      "0",
      "9",
      ",",
      "&",
      "x",
      "q",
      "w",
      ":",
      "?",
      "Up",
      "C-Left",
      "Space",
      "{",
      "}",
      "m",
    ]) {
      expect(
        DEFAULT_BINDINGS.some((binding) => binding.key === key),
        key,
      ).toBe(true);
    }
  });
});

describe("a key that can do nothing says why", () => {
  test.each([
    ["z", { paneCount: 1 }, "There is only one pane here: it has the whole window already."],
    ["o", { paneCount: 1 }, "There is only one pane here; C-b % splits it."],
    ["Left", { paneCount: 1 }, "There is only one pane here; C-b % splits it."],
    ["C-Left", { zoomed: true }, "The pane is zoomed; C-b z first."],
    [";", { hasLastPane: false }, "You have been in no other pane yet."],
    ["n", { windowCount: 1 }, "There is only one window; C-b c opens another."],
    ["7", {}, "There is no window 7; C-b c opens one."],
    ["j", { hasMark: false }, "No pane is marked; C-b m marks the one you are in."],
    ["R", {}, "The program in this pane still runs; `:respawn-pane -k` ends it first."],
    ["D", { agentCount: 0 }, "No agent runs here; `:agent-start claude` starts one."],
    ["D", { readOnly: true }, "read-only: this client only watches; C-b d leaves."],
    ["%", { readOnly: true }, "read-only: this client only watches; C-b d leaves."],
    ["o", { readOnly: true }, "read-only: this client only watches; C-b d leaves."],
    ["j", { readOnly: true }, "read-only: this client only watches; C-b d leaves."],
    ["%", { connected: false }, "The server is gone; reconnecting."],
    ["B", { paneCount: 1 }, "The pane is alone in its window already."],
    ["e", { focusedAgent: null }, "No agent runs in this pane."],
  ] as const)("%s with %j", (key, context, reason) => {
    expect(reasonFor(key, context)).toBe(reason);
  });

  test.each(["d", "?", ":", "r"])("%s works without a server", (key) => {
    expect(reasonFor(key, { connected: false })).toBeNull();
  });

  test.each(["z", "o", "Left", "n", "1", "D", "!", "i", "x", "["])(
    "%s works in an ordinary workspace",
    (key) => {
      expect(reasonFor(key)).toBeNull();
    },
  );

  test("a read-only client may look at everything and back in its pane", () => {
    for (const key of ["i", "t", "!", "w", "[", "/", "f", "q", "?", ":", "d", "e"])
      expect(reasonFor(key, { readOnly: true }), key).toBeNull();
  });
});
