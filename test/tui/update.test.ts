import { describe, expect, test } from "vitest";
import { modelFor, session, type Session } from "./support/screen.ts";
import { keysTo } from "./support/keys.ts";
import { agentView, NOW_MS, paneView, settingsView, trioView } from "./support/views.ts";
import type { AgentState } from "../../src/domain/agent/state.ts";
import { nextWakeMs } from "../../src/tui/update/update.ts";

const ENDLESS = { about: null, deadlineAtMs: null, default: null } as const;
const trio = (more = {}): Session => session(modelFor(trioView(120, 40), more));
const calls = (held: Session) =>
  held.effects.flatMap((effect) => (effect.type === "call" ? [[effect.method, effect.params] as const] : []));
const said = (held: Session) => held.model.toasts.map((toast) => toast.text);

describe("keys", () => {
  test.each([
    ["\x02%", "pane.split", { direction: "right" }],
    ['\x02"', "pane.split", { direction: "down" }],
    ["\x02o", "pane.focus", { target: "%2" }],
    ["\x02z", "pane.zoom", {}],
    ["\x02\x1b[D", "pane.focus", { direction: "left" }],
    ["\x02\x1b[1;5C", "pane.resize", { direction: "right", cells: 1 }],
    ["\x022", "window.select", { target: "2" }],
    ["\x02n", "window.select", { target: "2" }],
    ["\x02\t", "window.select", { target: "2" }],
    ["\x02 ", "layout.preset", { name: "next" }],
    ["\x02{", "pane.swap", { target: "%1", with: "%3" }],
    ["\x02}", "pane.swap", { target: "%1", with: "%2" }],
    ["\x02B", "pane.break", {}],
    ["\x02c", "window.new", {}],
    ["\x02e", "agent.explain", { target: "%1" }],
    ["\x02!", "needs.list", {}],
    ["\x02i", "message.inbox", { all: true, threads: true, peek: true }],
    ["\x02:split-window -h\r", "pane.split", { direction: "right" }],
    ["\x02,\x15logs\r", "window.rename", { target: "1", name: "logs" }],
    ["\x02xy", "pane.kill", { target: "%1", force: true }],
    ["\x02q3", "pane.focus", { target: "%3" }],
    ["\x02wj\r", "pane.focus", { target: "%2" }],
  ])("%j calls %s", (typed, method, params) => {
    expect(calls(keysTo(trio(), typed))).toContainEqual([method, params]);
  });

  test("without the prefix a key goes to the focused pane and nowhere else", () => {
    const { effects } = keysTo(trio(), "a");
    expect(effects).toMatchObject([{ type: "key", paneNumbers: [1], event: { name: "a" } }]);
  });

  test("the prefix twice sends it to the pane", () => {
    expect(keysTo(trio(), "\x02\x02").effects).toMatchObject([
      { type: "key", paneNumbers: [1], event: { name: "b", ctrl: true } },
    ]);
  });

  test("a repeating key works again without the prefix for half a second, another key ends that", () => {
    const held = keysTo(trio(), "\x02\x1b[1;5C\x1b[1;5C\x1b[1;5C");
    expect(calls(held)).toHaveLength(3);
    keysTo(held, "a\x1b[1;5C");
    expect(calls(held)).toHaveLength(3);
    expect(held.effects.filter((effect) => effect.type === "key")).toHaveLength(2);
  });

  test("a key that is bound to nothing says so, and does not reach the pane", () => {
    const held = keysTo(trio(), "\x02J");
    expect(held.effects).toEqual([]);
    expect(said(held)).toEqual(["C-b J is not bound; C-b ? shows the keys."]);
  });

  test("typing goes to all panes of a synchronized window, but not to one that has ended", () => {
    const view = trioView(120, 40);
    const windows = view.windows.map((window) => ({ ...window, synchronized: window.current }));
    const panes = view.panes.map((pane) =>
      pane.id === "%3" ? { ...pane, dead: { exitCode: 0, signal: 0 } } : pane,
    );
    expect(keysTo(session(modelFor({ ...view, windows, panes })), "a").effects).toMatchObject([
      { paneNumbers: [1, 2] },
    ]);
  });

  test("a paste is opaque: a prefix key in it is text for the pane", () => {
    const { effects, model } = keysTo(trio(), "\x1b[200~one\x02d\ntwo\x1b[201~");
    expect(model.layers).toEqual([]);
    expect(effects).toMatchObject([{ type: "paste", paneNumbers: [1] }]);
    expect(effects[0]!.type === "paste" && new TextDecoder().decode(effects[0].bytes)).toBe("one\x02d\ntwo");
  });

  test("in a dead pane r starts the program again and other keys say what works", () => {
    const view = trioView(120, 40);
    const dead = () =>
      session(
        modelFor({
          ...view,
          panes: view.panes.map((pane) =>
            pane.focused ? { ...pane, dead: { exitCode: 2, signal: 0 } } : pane,
          ),
        }),
      );
    expect(calls(keysTo(dead(), "r"))).toEqual([["pane.respawn", { target: "%1" }]]);
    expect(said(keysTo(dead(), "a"))[0]).toContain("r starts it again");
  });
});

describe("closing a pane", () => {
  test.each(["n", "\r", "\x1b", "q"])("is not done after %j: no is the default", (answer) => {
    const held = keysTo(trio(), `\x02x${answer}`);
    expect(calls(held)).toEqual([]);
    expect(held.model.layers).toEqual([]);
  });
});

describe("the delegate dialog", () => {
  test("sends the text as it was written, to the idle agent it chose", () => {
    const held = keysTo(trio(), "\x02DBuild it\x1b\r日本語 😀\r");
    expect(calls(held)).toEqual([
      [
        "task.delegate",
        {
          to: "kimi",
          text: "Build it\n日本語 😀",
          priority: "medium",
          files: [],
          lock: false,
          acceptanceCriteria: [],
        },
      ],
    ]);
  });

  const working = {
    name: "working",
    blockedOn: null,
    message: null,
    sinceMs: NOW_MS,
    because: "hook",
  } as const;
  const ended = { ...working, name: "exited" } as const;
  test.each([
    ["the idle one of the window", {}, "fay"],
    ["one of the window that works", { fay: working }, "eve"],
    ["an idle one elsewhere when those of the window have ended", { fay: ended, eve: ended }, "kimi"],
    [
      "the first elsewhere when nobody is idle, and never the one that asks",
      { fay: ended, eve: ended, kimi: working },
      "claude",
    ],
  ])("opened in the second window it offers %s", (_whom, states: Record<string, AgentState>, offered) => {
    const view = trioView(120, 40);
    const second = [
      paneView(4, null, { index: 1, windowId: "@2", focused: true, agent: "dan" }),
      paneView(5, null, { index: 2, windowId: "@2", agent: "eve" }),
      paneView(6, null, { index: 3, windowId: "@2", agent: "fay" }),
    ];
    const windows = view.windows.map((window) => ({ ...window, current: window.id === "@2" }));
    const panes = [...view.panes.slice(0, 3).map((pane) => ({ ...pane, focused: false })), ...second];
    const agents = [
      ...view.agents,
      agentView("dan", { paneId: "%4" }),
      agentView("eve", { paneId: "%5", state: working }),
      agentView("fay", { paneId: "%6" }),
    ].map((agent) => ({ ...agent, state: states[agent.name] ?? agent.state }));
    const held = keysTo(session(modelFor({ ...view, windows, panes, agents })), "\x02D");
    expect(held.model.layers[0]).toMatchObject({ kind: "delegate", to: offered });
  });

  test("takes a paste with newlines whole, and Enter inside it does not send", () => {
    const held = keysTo(trio(), "\x02D\x1b[200~one\r\ntwo\x1b[201~");
    expect(calls(held)).toEqual([]);
    expect(held.model.layers[0]).toMatchObject({ kind: "delegate", text: { text: "one\ntwo" } });
  });

  test("left and right choose the agent, tab goes to priority, locks and acceptance", () => {
    const held = keysTo(trio(), "\x02D\x1b[Cdo\t\t\x1b[C\tsrc/a, src/b\ttests pass\r");
    expect(calls(held)).toEqual([
      [
        "task.delegate",
        {
          to: "codex",
          text: "do",
          priority: "high",
          files: ["src/a", "src/b"],
          lock: true,
          acceptanceCriteria: ["tests pass"],
        },
      ],
    ]);
  });

  test("does not send nothing, and says what is missing", () => {
    const held = keysTo(trio(), "\x02D\r");
    expect(calls(held)).toEqual([]);
    expect(held.model.layers[0]).toMatchObject({ error: "Say what is to be done." });
  });

  test("keeps the text when the server refuses, with its words", () => {
    const held = keysTo(trio(), "\x02Dx\r");
    const effect = held.effects.find((each) => each.type === "call")!;
    if (effect.type === "call")
      held.send({ type: "refused", reply: effect.reply, message: "kimi is not an agent here.", hint: "" });
    expect(held.model.layers[0]).toMatchObject({
      text: { text: "x" },
      sending: false,
      error: "kimi is not an agent here.",
    });
  });

  test("the receipt is followed in one toast until it is confirmed", () => {
    const held = keysTo(trio(), "\x02Dx\r", {
      "task.delegate": {
        task: { id: "task-1" },
        delivery: { id: "dlv-1", to: "kimi", state: "queued" },
        outlook: "goes now",
      },
    });
    expect(held.model.layers).toEqual([]);
    const event = (state: string) =>
      held.send({
        type: "notice",
        notice: {
          notice: "event",
          event: {
            atMs: NOW_MS,
            kind: "delivery.changed",
            deliveryId: "dlv-1",
            taskId: "task-1",
            state,
            reason: "",
          },
        },
      });
    event("written");
    event("confirmed");
    expect(said(held)).toEqual(["✉ task-1 → kimi: confirmed"]);
    expect(held.model.followed).toEqual([]);
  });

  test("ctrl-e asks for the editor and takes its text", () => {
    const held = keysTo(trio(), "\x02Dabc\x05");
    expect(held.effects).toMatchObject([{ type: "editor", text: "abc" }]);
    held.send({ type: "edited", layerId: held.model.layers[0]!.id, text: "long text", problem: "" });
    expect(held.model.layers[0]).toMatchObject({ text: { text: "long text" } });
  });
});

describe("lists", () => {
  const needs = [
    {
      id: "n1",
      kind: "permission",
      agent: "codex",
      paneId: "%3",
      text: "run?",
      ...ENDLESS,
      sinceMs: NOW_MS - 1_000,
      actions: [{ key: "y", label: "approve", action: "approve" }],
    },
    {
      id: "n2",
      kind: "question",
      agent: "claude",
      paneId: "%1",
      text: "which?",
      ...ENDLESS,
      sinceMs: NOW_MS - 9_000,
      actions: [{ key: "w", label: "write", action: "write" }],
    },
  ];

  test("a letter answers the selected row and the list is fetched again", () => {
    const held = keysTo(trio(), "\x02!y", { "needs.list": needs, "needs.answer": {} });
    expect(calls(held)).toEqual([
      ["needs.list", {}],
      ["needs.answer", { need: "n1", action: "approve" }],
      ["needs.list", {}],
    ]);
  });

  test("an answer in words is asked for first", () => {
    const held = keysTo(trio(), "\x02!jwredis\r", { "needs.list": needs });
    expect(calls(held)).toContainEqual(["needs.answer", { need: "n2", action: "write", text: "redis" }]);
  });

  test("o goes to the row's pane and closes the list", () => {
    const held = keysTo(trio(), "\x02!o", { "needs.list": needs });
    expect(calls(held)).toContainEqual(["pane.focus", { target: "%3" }]);
    expect(held.model.layers).toEqual([]);
  });

  test("the filter narrows, escape widens again, then closes", () => {
    const held = keysTo(trio(), "\x02a/kim\r", {});
    keysTo(held, "w");
    expect(held.model.layers.at(-1)).toMatchObject({ kind: "delegate", purpose: "message", to: "kimi" });
  });

  test("a lock of another is taken only after a yes", () => {
    const lock = {
      id: "l1",
      label: "src/db.ts",
      holder: "kimi",
      reason: "",
      remainingMs: 60_000,
      ttlMs: 3_600_000,
      inHand: null,
      waiters: [],
      fencingToken: 1,
    };
    const held = keysTo(trio(), "\x02lu", { "lock.list": [lock] });
    expect(calls(held)).toEqual([["lock.list", {}]]);
    keysTo(held, "y");
    expect(calls(held).at(-1)).toEqual(["lock.release", { lockId: "l1", force: true }]);
  });

  test("what happens meanwhile makes the list ask again, not more often than it should", () => {
    const held = keysTo(trio(), "\x02!", { "needs.list": needs });
    const event = () =>
      held.send({
        type: "notice",
        notice: { notice: "event", event: { atMs: NOW_MS, kind: "task.created" } },
      });
    for (let count = 0; count < 50; count++) event();
    expect(calls(held)).toHaveLength(1);
    held.model = { ...held.model, nowMs: NOW_MS + 400 };
    event();
    expect(calls(held)).toHaveLength(2);
  });

  test("a late answer for a closed list changes nothing", () => {
    const held = keysTo(trio(), "\x02!\x1b");
    const { model } = held;
    held.send({ type: "answered", reply: { kind: "list", layerId: 1 }, result: needs });
    expect(held.model).toEqual(model);
  });
});

describe("the prompt", () => {
  test("tab completes and cycles, enter runs, a mistake stays with its words", () => {
    const held = keysTo(trio(), "\x02:breakp");
    keysTo(held, "\r");
    expect(calls(held)).toEqual([["pane.break", {}]]);
    keysTo(held, "\x02:select-layout even-\t\t\r");
    expect(calls(held).at(-1)).toEqual(["layout.preset", { name: "even-vertical" }]);
    keysTo(held, "\x02:nonsense\r");
    expect(held.model.layers.at(-1)).toMatchObject({
      kind: "prompt",
      error: expect.stringContaining("There is no command nonsense."),
    });
  });

  test("the history comes back with up", () => {
    const held = keysTo(trio(), "\x02:break-pane\r\x02:\x1b[A\r");
    expect(calls(held)).toHaveLength(2);
  });
});

describe("the mouse", () => {
  const click = (x: number, y: number, button = 0, end = "M") => `\x1b[<${button};${x + 1};${y + 1}${end}`;

  test("a click on another pane brings the focus and does not reach its program", () => {
    const held = keysTo(trio(), click(90, 5));
    expect(calls(held)).toEqual([["pane.focus", { target: "%2" }]]);
    expect(held.effects.some((effect) => effect.type === "mouse")).toBe(false);
  });

  test("a click in the focused pane is for its program", () => {
    expect(keysTo(trio(), click(10, 5)).effects).toMatchObject([
      { type: "mouse", paneNumber: 1, area: { x: 1, y: 1 } },
    ]);
  });

  test("dragging the border between two panes moves it", () => {
    const held = keysTo(trio(), click(65, 10) + click(68, 10, 32) + click(68, 10, 0, "m"));
    const { cols } = trioView(120, 40).panes[0]!.outer!;
    expect(calls(held)).toEqual([["pane.move-border", { target: "%1", edge: "right", to: cols + 3 }]]);
    expect(held.model.drag).toBeNull();
  });

  test("a border that was stopped waits until the pointer is back at it", () => {
    const { cols } = trioView(120, 40).panes[0]!.outer!;
    const held = keysTo(trio(), click(cols, 10) + click(119, 10, 32) + click(cols + 2, 10, 32));
    expect(calls(held).map(([, { to }]) => to)).toEqual([119, cols + 2]);
  });

  test("a wheel that the program does not want looks back", () => {
    const held = trio();
    const event = {
      type: "mouse",
      x: 5,
      y: 5,
      button: "wheel-up",
      action: "press",
      ctrl: false,
      alt: false,
      shift: false,
      raw: new Uint8Array(0),
    } as const;
    held.send({ type: "unwanted-mouse", paneId: "%1", event });
    expect(held.model.layers).toMatchObject([{ kind: "copy" }]);
    expect(calls(held)[0]).toEqual(["client.mode", { paneId: "%1", copyMode: true }]);
  });

  test("the status line is a menu", () => {
    const held = keysTo(trio(), click(17, 39));
    expect(calls(held)).toEqual([["window.select", { target: "2" }]]);
    expect(calls(keysTo(trio(), click(30, 39)))).toEqual([["needs.list", {}]]);
  });
});

describe("what the server says", () => {
  test("a trust question opens by itself, and only y trusts", () => {
    const ask = () => {
      const held = trio();
      held.send({
        type: "notice",
        notice: {
          notice: "view",
          view: trioView(120, 40, {
            trust: { path: ".ia-tmux/layout.yaml", sha256: "abc", commands: ["make run"] },
          }),
        },
      });
      return held;
    };
    expect(calls(keysTo(ask(), "\r"))).toEqual([]);
    expect(calls(keysTo(ask(), "y"))).toEqual([["trust.answer", { sha256: "abc", trust: true }]]);
    expect(calls(keysTo(ask(), "n"))).toEqual([["trust.answer", { sha256: "abc", trust: false }]]);
  });

  test("a lost server is shown, keys wait, and its return puts all in order", () => {
    const held = trio();
    held.send({ type: "lost", reason: "gone" });
    keysTo(held, "a\x02%");
    expect(held.effects).toEqual([]);
    held.send({ type: "attached", view: trioView(120, 40), settings: settingsView(), coach: false });
    expect(held.model.link.kind).toBe("up");
  });

  test("closing ends with a line", () => {
    const held = trio();
    held.send({
      type: "notice",
      notice: { notice: "closing", comesBack: false, reason: "the server was stopped" },
    });
    expect(held.effects).toEqual([
      { type: "exit", code: 0, line: "[ia-tmux: the server was stopped]", detach: false },
    ]);
  });

  test("a program that rings is heard, also from the pane that one looks at", () => {
    const held = trio();
    held.send({ type: "notice", notice: { notice: "alert", kind: "bell", text: "", paneId: "%1" } });
    expect(held.effects).toEqual([{ type: "bell" }]);
    expect(held.model.toasts).toEqual([]);
  });

  test("an agent that needs the human notifies when the terminal is not looked at", () => {
    const held = trio({ terminalFocused: false });
    held.send({
      type: "notice",
      notice: { notice: "alert", kind: "needs-you", text: "codex asks", paneId: "%3" },
    });
    expect(held.effects).toEqual([{ type: "bell" }, { type: "notify", text: "codex asks" }]);
  });

  test("the pane one came from is remembered over views", () => {
    const held = trio();
    const view = trioView(120, 40);
    held.send({
      type: "notice",
      notice: {
        notice: "view",
        view: { ...view, panes: view.panes.map((pane) => ({ ...pane, focused: pane.id === "%2" })) },
      },
    });
    expect(calls(keysTo(held, "\x02;"))).toEqual([["pane.focus", { target: "%1" }]]);
  });
});

describe("time", () => {
  test("a working agent's age makes the screen wake each second, an idle workspace each minute", () => {
    expect(nextWakeMs(trio().model) - NOW_MS).toBe(1_000);
    const idle = modelFor(trioView(120, 40, { agents: [agentView("claude", { paneId: "%1" })] }));
    expect(nextWakeMs(idle) - NOW_MS).toBe(30_000);
  });

  test("toasts end", () => {
    const held = keysTo(trio(), "\x02J");
    held.model = { ...held.model, nowMs: NOW_MS + 60_000 };
    held.send({ type: "tick" });
    expect(said(held)).toEqual([]);
    expect(held.model.messages).toHaveLength(1);
  });
});

describe("what hands used to tmux type", () => {
  const ends = (held: ReturnType<typeof trio>) => held.model.layers.at(-1);

  test("display-message says where one is, or the given words with their places filled in", () => {
    const held = keysTo(trio(), "\x02:display-message\r\x02:display-message -p #W of #S\r");
    const said = held.model.toasts.map((each) => each.text);
    expect(said[0]).toBe("shop, window 1 main, pane 1 (%1): claude");
    expect(said[1]).toBe("main of shop");
  });

  test("kill-pane -a asks, names what ends, and closes all but the focused one", () => {
    const held = keysTo(trio(), "\x02:kill-pane -a\r");
    expect(ends(held)).toMatchObject({ kind: "confirm", loss: "These end: kimi, codex." });
    keysTo(held, "y");
    const closed = held.effects.flatMap((effect) =>
      effect.type === "call" && effect.method === "pane.kill" ? [effect.params["target"]] : [],
    );
    expect(closed).toEqual(["%2", "%3"]);
  });

  test("respawn-pane -k asks before it ends what runs", () => {
    const held = keysTo(trio(), "\x02:respawn-pane -k\r");
    expect(ends(held)).toMatchObject({ kind: "confirm", question: "End claude and start it again?" });
    expect(held.effects).toEqual([]);
    keysTo(held, "y");
    expect(held.effects.at(-1)).toMatchObject({
      method: "pane.respawn",
      params: { target: "%1", kill: true },
    });
  });

  test("the prompt goes through what was typed before, and back to the half-typed line", () => {
    const held = keysTo(trio(), "\x02:next-window\r\x02:last-window\r\x02:half");
    const typed = () => {
      const top = ends(held);
      return top?.kind === "prompt" ? top.editor.text : null;
    };
    keysTo(held, "\x1b[A");
    expect(typed()).toBe("last-window");
    keysTo(held, "\x1b[A");
    expect(typed()).toBe("next-window");
    keysTo(held, "\x1b[B\x1b[B");
    expect(typed()).toBe("half");
  });

  test("two Escapes in one go close the prompt", () => {
    const held = keysTo(trio(), "\x02:half-typed");
    keysTo(held, "\x1b\x1b");
    expect(held.model.layers).toEqual([]);
  });
});

test.each([
  [":lock src/auth/** rework", "Locked src/auth/**"],
  [":unlock --resource db", "Released db"],
  [":layout-save mine", "Layout saved; `:layout mine` opens it"],
])("%s says what was done with what", (line, words) => {
  const held = keysTo(session(modelFor(trioView(120, 40))), `\x02${line}\r`, {
    "lock.acquire": {},
    "lock.release": {},
    "layout.save": {},
  });
  expect(held.model.toasts.map((toast) => toast.text)).toContain(words);
});
