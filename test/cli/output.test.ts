import { afterEach, describe, expect, test } from "vitest";
import { createOutput, inertLines, safeJson } from "../../src/cli/output.ts";
import {
  makeAgent,
  makeDelivery,
  makeLock,
  makeMessage,
  makePane,
  makeQuestion,
  makeSummary,
  makeTask,
} from "./records.ts";
import { fakeServer, NOW_MS, run, type FakeServer, type Script } from "./rig.ts";

/** What a peer, a program or a file could put into any field. */
const CORPUS = [
  "\x1b[31mred\x1b[0m\x07\x00",
  "a\x9b2Jb\x85c",
  "abc\u202edcba\u2066x\u2069",
  "line\u2028sep\u2029para",
  "\x1b]52;c;ZXZpbA==\x07",
  "bell\x07 del\x7f tab\t",
];
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const OWN_SGR = /\x1b\[(?:0|1|2|31|32|33|36)m/g;

let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Every text field of a value replaced by one hostile text; words that a table looks up stay. */
function poison<T>(value: T, text: string, keep: readonly string[]): T {
  if (typeof value === "string") return (keep.includes(value) ? value : text) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => poison(item, text, keep)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poison(item, text, keep)])) as T;
}

const WORDS = ["question", "open", "assigned", "idle", "queued", "unread", "file", "hook"];
const question = makeQuestion({ options: ["x"], default: "x", answer: "x" });
const spec = { name: "x", version: 1, author: "x", atMs: NOW_MS, content: "x", versions: 1 };
const screen = {
  paneId: "x",
  lines: ["x"],
  cols: 1,
  rows: 1,
  cursor: { x: 0, y: 0, visible: true },
  title: "x",
};

const VIEWS: readonly (readonly [argv: readonly string[], script: (text: string) => Script])[] = [
  [["tasks"], (text) => ({ "task.list": () => [poison(makeTask({ files: ["x"] }), text, WORDS)] })],
  [
    ["task", "show", "t"],
    (text) => ({
      "task.show": () =>
        poison(
          makeTask({ description: "x", requirements: ["x"], notes: [{ atMs: 0, by: "x", text: "x" }] }),
          text,
          WORDS,
        ),
    }),
  ],
  [["inbox"], (text) => ({ "message.inbox": () => [poison(makeMessage({ subject: "x" }), text, WORDS)] })],
  [
    ["read-message", "m", "--peek"],
    (text) => ({
      "message.show": () =>
        poison(makeMessage({ subject: "x", taskId: "x", attachments: ["x"] }), text, WORDS),
    }),
  ],
  [["locks"], (text) => ({ "lock.list": () => [poison(makeLock({ waiters: ["x"] }), text, WORDS)] })],
  [["agents"], (text) => ({ "agent.list": () => [poison(makeAgent({ statusText: "x" }), text, WORDS)] })],
  [["summary"], (text) => ({ "summary.show": () => poison(makeSummary(), text, WORDS) })],
  [["deliveries"], (text) => ({ "delivery.list": () => [poison(makeDelivery(), text, WORDS)] })],
  [["ls"], (text) => ({ "pane.list": () => [poison(makePane(), text, WORDS)] })],
  [["questions"], (text) => ({ "question.list": () => [poison(question, text, WORDS)] })],
  [["specs"], (text) => ({ "spec.list": () => [poison(spec, text, WORDS)] })],
  [["get-spec", "x"], (text) => ({ "spec.show": () => poison(spec, text, WORDS) })],
  [["relay", "kimi"], (text) => ({ "relay.prompt": () => ({ text }) })],
  [["capture"], (text) => ({ "pane.capture": () => poison(screen, text, WORDS) })],
  [
    ["events", "-n", "1"],
    (text) => ({
      "events.subscribe": (_, notify) => {
        notify({ notice: "event", event: { atMs: NOW_MS, kind: text, path: text } });
        return {};
      },
    }),
  ],
  [["send", "--to", "kimi", "x"], (text) => ({ "message.send": () => poison(makeMessage(), text, WORDS) })],
  [
    ["lock", "x"],
    (text) => ({
      "lock.acquire": () => {
        throw Object.assign(new Error(text), { name: "AppError" });
      },
    }),
  ],
];

describe("P28: text of others is inert wherever it is printed", () => {
  test.each(VIEWS)("%s", async (argv, script) => {
    for (const text of CORPUS) {
      server = await fakeServer(script(text));
      for (const extra of [[], ["--json"]]) {
        const { stdout, stderr } = await run([...argv, ...extra], { server, tty: true, stdin: null });
        expect((stdout + stderr).replace(OWN_SGR, "")).not.toMatch(CONTROLS);
        if (extra.length > 0 && stdout !== "") expect(() => JSON.parse(stdout) as unknown).not.toThrow();
      }
      await server.close();
    }
  });
});

test("--json holds the very text, whatever is in it", () => {
  for (const text of CORPUS) expect(JSON.parse(safeJson({ text }))).toEqual({ text });
});

test("line breaks and tabs of a body stay, everything else is written out", () => {
  expect(inertLines("a\n\tb\x1b[0m\r")).toBe("a\n\tb\\x1b[0m\\r");
});

describe("colours", () => {
  const shown = (options: { isTTY: boolean; env: NodeJS.ProcessEnv; json?: boolean }) => {
    const out: string[] = [];
    const sink = { isTTY: options.isTTY, write: (text: string | Uint8Array) => out.push(String(text)) };
    const output = createOutput({
      stdout: sink,
      stderr: sink,
      env: options.env,
      json: options.json ?? false,
    });
    return output.paint("x", "bad");
  };
  test("only on a terminal that has them, and not against NO_COLOR", () => {
    const env = { TERM: "xterm" };
    expect(shown({ isTTY: true, env })).toBe("\x1b[31mx\x1b[0m");
    expect(shown({ isTTY: false, env })).toBe("x");
    expect(shown({ isTTY: true, env, json: true })).toBe("x");
    expect(shown({ isTTY: true, env: { TERM: "dumb" } })).toBe("x");
    expect(shown({ isTTY: true, env: { TERM: "xterm", NO_COLOR: "1" } })).toBe("x");
    expect(shown({ isTTY: true, env: { TERM: "xterm", NO_COLOR: "" } })).toBe("\x1b[31mx\x1b[0m");
  });
});

test("columns line up by what characters take on the screen, not by their count", () => {
  const sink = { write: () => true };
  const output = createOutput({ stdout: sink, stderr: sink, env: {}, json: false });
  expect(
    output.table([
      ["認証", "a"],
      ["auth-x", "b"],
    ]),
  ).toBe("認証    a\nauth-x  b");
  expect(output.table([])).toBe("");
});

test("on a terminal a row stays one line: its last cell gives way", () => {
  const sink = { isTTY: true, columns: 40, write: () => true };
  const output = createOutput({ stdout: sink, stderr: sink, env: {}, json: false });
  const [row] = output.table([["task-1", `two\nlines ${"認".repeat(40)}`]]).split("\n");
  expect(row).toBe(`task-1  two lines ${"認".repeat(10)}…`);
});
