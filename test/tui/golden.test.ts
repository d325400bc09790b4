import { describe, expect, test } from "vitest";
import type { DeliveryView, NeedView } from "../../src/protocol/views.ts";
import { themeNameForBackground } from "../../src/tui/theme.ts";
import { modelFor, picture, session } from "./support/screen.ts";
import { keysTo } from "./support/keys.ts";
import { agentView, NOW_MS, paneView, trioView } from "./support/views.ts";

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 50],
] as const;

const ENDLESS = { about: null, deadlineAtMs: null, default: null } as const;
const NEEDS: readonly NeedView[] = [
  {
    id: "need-1",
    kind: "permission",
    agent: "codex",
    paneId: "%3",
    text: "wants to run npm test -- auth",
    ...ENDLESS,
    sinceMs: NOW_MS - 12_000,
    actions: [
      { key: "y", label: "approve once", action: "approve" },
      { key: "n", label: "deny", action: "deny" },
    ],
  },
  {
    id: "need-2",
    kind: "delivery",
    agent: "kimi",
    paneId: "%2",
    text: "relay task-a3f2 unconfirmed: nothing moved for 15 s",
    ...ENDLESS,
    about: "task-a3f2",
    sinceMs: NOW_MS - 240_000,
    actions: [{ key: "r", label: "retry", action: "retry" }],
  },
  {
    id: "need-3",
    kind: "question",
    agent: "claude",
    paneId: null,
    text: "Which token store?",
    about: null,
    sinceMs: NOW_MS - 2_000,
    deadlineAtMs: NOW_MS + 480_000,
    default: "redis",
    actions: [
      { key: "1", label: "redis", action: "answer:redis" },
      { key: "2", label: "memory", action: "answer:memory" },
      { key: "w", label: "write an answer", action: "answer" },
    ],
  },
];

function delivery(id: string, state: DeliveryView["state"], reason: string, ageMs: number): DeliveryView {
  return {
    id,
    kind: "relay",
    from: "claude",
    to: "kimi",
    taskId: "task-a3f2",
    state,
    channel: state === "queued" ? null : "paste",
    reason,
    attempts: state === "queued" ? 0 : 1,
    answered: false,
    createdAtMs: NOW_MS - ageMs,
    updatedAtMs: NOW_MS - ageMs,
    preview: "Write the schema of the users' table.\nSee PLAN.md 3.",
  };
}

/** What the server would answer to the calls that lists make. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  "needs.list": NEEDS,
  "delivery.list": [
    delivery("d-3", "unconfirmed", "nothing moved for 15 s", 240_000),
    delivery("d-2", "queued", "it is working; goes when it is idle", 12_000),
    delivery("d-1", "confirmed", "", 3_600_000),
  ],
  "lock.list": [
    {
      id: "lock-1",
      label: "src/auth/**",
      target: { kind: "glob", pattern: "src/auth/**" },
      holder: "claude",
      reason: "task-7f31",
      fencingToken: 3,
      createdAtMs: NOW_MS,
      remainingMs: 2_460_000,
      ttlMs: 3_600_000,
      waiters: ["codex"],
      inHand: { path: "src/auth/login.ts", ageMs: 12_000 },
    },
    {
      id: "lock-2",
      label: "日本語.md",
      target: { kind: "file", path: "日本語.md", inode: null },
      holder: "operator",
      reason: "",
      fencingToken: 4,
      createdAtMs: NOW_MS,
      remainingMs: 30_000,
      ttlMs: 60_000,
      waiters: [],
      inHand: null,
    },
  ],
};

describe.each(SIZES)("at %ix%i", (cols, rows) => {
  const golden = (name: string) => `./golden/${name}-${cols}x${rows}.txt`;
  const shown = async (held: ReturnType<typeof session>) =>
    `${(await picture(held.model)).lines.join("\n")}\n`;

  test("the workspace shows who does what, what waits, and what needs the human", async () => {
    await expect(await shown(session(modelFor(trioView(cols, rows))))).toMatchFileSnapshot(
      golden("workspace"),
    );
  });

  test("the delegate dialog says when the task goes", async () => {
    const held = keysTo(
      session(modelFor(trioView(cols, rows))),
      "\x02DImplement the auth module: login, logout.\x1b\rSee PLAN.md 3.",
    );
    await expect(await shown(held)).toMatchFileSnapshot(golden("delegate"));
  });

  test("the list of what needs me shows the answers of the row", async () => {
    const held = keysTo(session(modelFor(trioView(cols, rows))), "\x02!", ANSWERS);
    await expect(await shown(held)).toMatchFileSnapshot(golden("needs"));
  });

  test("the locks show time left and who waits", async () => {
    const held = keysTo(session(modelFor(trioView(cols, rows))), "\x02lj", ANSWERS);
    await expect(await shown(held)).toMatchFileSnapshot(golden("locks"));
  });

  test("the deliveries say what became of each and what it waits for", async () => {
    const held = keysTo(session(modelFor(trioView(cols, rows))), "\x02:deliveries\r", ANSWERS);
    await expect(await shown(held)).toMatchFileSnapshot(golden("deliveries"));
  });

  test("what ran before the machine was started again is offered by window", async () => {
    const held = session(modelFor(trioView(cols, rows)));
    const restore = {
      windows: [
        { name: "main", panes: ["claude (Claude Code): goes on with its session", "Shell in src"] },
        { name: "logs", panes: ["npm run dev: waits for Enter"] },
      ],
    };
    held.send({ type: "notice", notice: { notice: "view", view: trioView(cols, rows, { restore }) } });
    await expect(await shown(held)).toMatchFileSnapshot(golden("restore"));
  });

  test("a client that only watches says so, also when somebody types", async () => {
    const held = keysTo(session(modelFor(trioView(cols, rows), { readOnly: true })), "x");
    await expect(await shown(held)).toMatchFileSnapshot(golden("read-only"));
  });

  test("a line that is none of ours is refused with what does the same", async () => {
    const held = keysTo(session(modelFor(trioView(cols, rows))), "\x02:pipe-pane\r");
    await expect(await shown(held)).toMatchFileSnapshot(golden("prompt-refused"));
  });

  test("the help is made from the binding table", async () => {
    const held = keysTo(session(modelFor(trioView(cols, rows))), "\x02?");
    await expect(await shown(held)).toMatchFileSnapshot(golden("help"));
  });

  test("the prompt offers what the line may become", async () => {
    const held = keysTo(session(modelFor(trioView(cols, rows))), "\x02:s");
    await expect(await shown(held)).toMatchFileSnapshot(golden("prompt"));
  });

  test("closing a pane with a working agent names the loss", async () => {
    const held = keysTo(session(modelFor(trioView(cols, rows))), "\x02x");
    await expect(await shown(held)).toMatchFileSnapshot(golden("confirm"));
  });

  test("a banner, a dead pane, a notice and toasts are all to be seen", async () => {
    const view = trioView(cols, rows, {
      banner: "The disk is full: nothing new is stored until there is room.",
    });
    const panes = view.panes.map((pane) =>
      pane.id === "%2"
        ? { ...pane, dead: { exitCode: 1, signal: 0 } }
        : pane.id === "%1"
          ? { ...pane, notice: { text: "✉ relay from kimi → written → confirmed", level: "good" as const } }
          : pane,
    );
    const held = session(modelFor({ ...view, panes }));
    held.send({
      type: "notice",
      notice: {
        notice: "toast",
        level: "warn",
        text: "edit of src/auth.ts refused: held by kimi, 41 min",
        paneId: "%3",
      },
    });
    await expect(await shown(held)).toMatchFileSnapshot(golden("trouble"));
  });
});

test("plain ASCII needs no other character", async () => {
  const view = { ...trioView(120, 40), panes: trioView(120, 40).panes };
  const drawn = await picture({ ...modelFor(view), ascii: true }, new Map());
  expect(drawn.lines.join("\n")).toMatch(/^[\x20-\x7e\n]*$/);
  await expect(`${drawn.lines.join("\n")}\n`).toMatchFileSnapshot("./golden/ascii-120x40.txt");
});

test("without colour the picture holds none, and says the same words", async () => {
  const coloured = await picture(modelFor(trioView(120, 40)));
  const plain = await picture({ ...modelFor(trioView(120, 40)), theme: "plain" });
  expect(plain.lines).toEqual(coloured.lines);
  const codes = [...plain.ansi.matchAll(/\x1b\[([\d;:]*)m/g)].flatMap((match) => match[1]!.split(";"));
  expect(codes.filter((code) => /^(3\d|4\d|9[0-7]|10[0-7])$/.test(code))).toEqual([]);
});

test.each(["dark", "light", "high-contrast", "plain"] as const)(
  "in the %s theme the focused title is drawn unlike the others",
  async (theme) => {
    const { terminal } = await picture({ ...modelFor(trioView(120, 40)), theme });
    const line = terminal.buffer.active.getLine(0)!;
    const look = (x: number) => {
      const cell = line.getCell(x)!;
      return [cell.getBgColor(), cell.getFgColor(), cell.isInverse(), cell.isBold()].join();
    };
    const other = line.translateToString(false).indexOf("2 kimi");
    expect(look(2)).not.toBe(look(other));
  },
);

test.each([
  [39, 24],
  [80, 9],
  [30, 4],
  [12, 2],
])("a terminal of %ix%i says what it needs, and all is back when there is room", async (cols, rows) => {
  const held = session(modelFor(trioView(80, 24)));
  const before = await picture(held.model);
  held.send({ type: "resized", cols, rows });
  const small = await picture(held.model);
  await expect(`${small.lines.join("\n")}\n`).toMatchFileSnapshot(`./golden/too-small-${cols}x${rows}.txt`);
  held.send({ type: "resized", cols: 80, rows: 24 });
  expect((await picture(held.model)).lines).toEqual(before.lines);
});

test("a pane of ours in place of a program shows its message", async () => {
  const view = trioView(120, 40);
  const panes = view.panes.map((pane) =>
    pane.id === "%2"
      ? { ...pane, pid: null, message: "kimi is not installed.\nnpm i -g kimi-code, then r" }
      : pane,
  );
  const drawn = await picture(modelFor({ ...view, panes }));
  expect(drawn.lines.join("\n")).toContain("npm i -g kimi-code, then r");
});

test("text of agents cannot act on the terminal", async () => {
  const view = trioView(120, 40);
  const agents = [
    agentView("claude", {
      paneId: "%1",
      state: {
        name: "blocked",
        blockedOn: "question",
        message: "\x1b[2J\x1b]52;c;AAAA\x07\u202ereally?",
        sinceMs: NOW_MS,
        because: "screen",
      },
    }),
  ];
  const panes = [
    paneView(
      1,
      { x: 0, y: 0, cols: 120, rows: 39 },
      { focused: true, agent: "claude", title: "\x1b]0;x\x07" },
    ),
  ];
  const drawn = await picture(modelFor({ ...view, agents, panes }), new Map());
  expect(drawn.ansi).not.toContain("\x1b]52");
  expect(drawn.ansi).not.toContain("\u202e");
  expect(drawn.lines[0]).toContain("needs you");
});

test("the background that the terminal reports chooses the theme", () => {
  expect(themeNameForBackground("11;rgb:ffff/ffff/ffff")).toBe("light");
  expect(themeNameForBackground("11;rgb:1c/1c/1c")).toBe("dark");
  expect(themeNameForBackground("11;nonsense")).toBeNull();
});
