// Every overlay at three sizes as a terminal gets it from the program: keys go in, and the picture is read when the program
// says that nothing is under way any more.
import { describe, expect, test } from "vitest";
import type { WorkspaceView } from "../../src/protocol/views.ts";
import { type Answers, gridFrame, start } from "./support/app.ts";
import { rowsOf } from "./support/rows.ts";
import { NOW_MS, trioView } from "./support/views.ts";

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 50],
] as const;

const message = (id: string, from: string, body: string, ageMs: number) => ({
  id,
  createdAtMs: NOW_MS - ageMs,
  createdBy: from,
  updatedAtMs: NOW_MS,
  logicalTime: 1,
  from,
  to: "operator",
  subject: "",
  body,
  type: "message",
  priority: "medium",
  taskId: null,
  replyTo: null,
  threadId: id,
  expiresAtMs: null,
  attachments: [],
  receipts: [{ agent: "operator", state: "unread", atMs: NOW_MS }],
});
const entry = (id: string, actor: string, kind: string, text: string) => ({
  id,
  atMs: NOW_MS,
  actor,
  kind,
  text,
  refs: {},
});
const hit = (paneId: string, row: number, text: string) => ({
  paneId,
  row,
  col: 2,
  length: 6,
  text,
  logOffset: null,
});

const ANSWERS: Answers = {
  "message.inbox": [
    message("m1", "kimi", "the schema is done, 日本語 included", 10_000),
    message("m2", "codex", "tests are green", 50_000),
  ],
  "activity.list": [
    entry("a1", "kimi", "lock.granted", "locked src/auth.ts"),
    entry("a2", "codex", "task.moved", "task-1 is done"),
  ],
  "archive.list": [
    {
      kind: "message",
      archivedAtMs: NOW_MS - 86_400_000,
      record: message("msg-old1", "codex", "the first draft is in docs", 40 * 86_400_000),
    },
    {
      kind: "question",
      archivedAtMs: NOW_MS - 2 * 86_400_000,
      record: {
        id: "ask-old1",
        createdBy: "kimi",
        by: "kimi",
        question: "redis or memory?",
        state: "answered",
        answer: "memory",
      },
    },
  ],
  "decision.list": [{ id: "decision-1", atMs: NOW_MS, by: "claude", text: "use JWT", supersededBy: null }],
  "spec.list": [
    { name: "api", version: 2, author: "kimi", atMs: NOW_MS, content: "# API\n\nGET /health", versions: 2 },
  ],
  "buffer.list": [
    { name: "buffer1", atMs: NOW_MS - 5_000, length: 22, preview: "npm test\nnpm run build" },
    { name: "notes", atMs: NOW_MS - 90_000, length: 1_048_576, preview: "a long one" },
  ],
  "agent.explain": {
    paneId: "%1",
    agent: "claude",
    profile: "claude",
    state: { name: "working", blockedOn: null, message: null, sinceMs: NOW_MS, because: "hook" },
    evidence: [{ source: "hook", says: "working", ageMs: 2_000, valid: true, note: "decides" }],
    rule: "spinner",
    nearMisses: [],
    draft: null,
    gate: { verdict: "hold", reason: "it is working" },
  },
  "search.open": { searchId: "s1" },
  "search.read": {
    hits: [hit("%2", 7, "a needle in the hay"), hit("%4", 90, "another needle")],
    next: 2,
    isOver: true,
    isCut: false,
    problem: null,
    doneBytes: 5,
    totalBytes: 5,
  },
};

const LINES = Array.from({ length: 200 }, (_, y) => `${y}: the quick brown fox jumps over the lazy dog`);
/** What the server finds there of "fox". */
const FOXES = LINES.map((text, row) => ({ paneId: "%1", row, col: text.indexOf("fox"), length: 3, text }));

describe.each(SIZES)("at %ix%i", (cols, rows) => {
  /** `marks`: also which cells have a background of their own, row by row. */
  async function shown(
    keys: readonly string[],
    more: Partial<WorkspaceView> = {},
    marks = false,
  ): Promise<string> {
    const view = trioView(cols, rows, more);
    const app = start(view, undefined, {
      ...ANSWERS,
      "pane.rows": rowsOf(LINES, view.panes[0]!.inner!.cols)(),
      "pane.search": FOXES,
    });
    await app.program.untilIdle();
    for (const pane of view.panes)
      if (pane.inner)
        app.server.sendGrid(
          1,
          gridFrame(pane.number, pane.inner.cols, pane.inner.rows, `${pane.title} as it drew itself`),
        );
    for (const typed of keys) {
      app.type(typed);
      await app.program.untilIdle();
    }
    const picture = app.screen() + (marks ? `\n${app.backgrounds()}` : "");
    app.type("\x1b");
    app.server.say({ notice: "closing", reason: "the test is over", comesBack: false });
    await app.ended;
    return `${picture}\n`;
  }

  test.each([
    ["inbox", ["\x02i"]],
    ["activity", ["\x02y"]],
    ["specs", ["\x02s"]],
    ["decisions", ["\x02S"]],
    ["archive", ["\x02A", "j"]],
    ["agents", ["\x02a"]],
    ["buffers", ["\x02="]],
    ["menu", ["\x02<"]],
    ["message", ["\x02M", "Well done."]],
    ["explain", ["\x02e"]],
    ["find", ["\x02f", "needle\r"]],
    ["find-typing", ["\x02f", "need"]],
    ["pane-numbers", ["\x02q"]],
    ["copy", ["\x02["]],
    ["copy-select", ["\x02[", "gg", "jV2j"]],
    ["copy-search", ["\x02[", "/", "fox"]],
    ["prefix", ["\x02"]],
    ["rename", ["\x02,"]],
  ] as const)("%s", async (name, keys) => {
    await expect(await shown(keys, {}, name.startsWith("copy"))).toMatchFileSnapshot(
      `./golden/${name}-${cols}x${rows}.txt`,
    );
  });

  test("typing into all panes is plainly to be seen", async () => {
    const view = trioView(cols, rows);
    const windows = view.windows.map((window) => ({ ...window, synchronized: window.current }));
    const picture = await shown([], { windows });
    expect(picture.match(/ ALL /g)!.length).toBeGreaterThanOrEqual(4);
    await expect(picture).toMatchFileSnapshot(`./golden/all-panes-${cols}x${rows}.txt`);
  });

  test("a file of the project that wants to run commands shows them before anything runs", async () => {
    const trust = {
      path: ".ia-tmux/layouts/dev.yaml",
      sha256: "0".repeat(64),
      commands: ["npm run dev", "psql postgres://localhost/shop"],
    };
    await expect(await shown([], { trust } as never)).toMatchFileSnapshot(
      `./golden/trust-${cols}x${rows}.txt`,
    );
  });
});
