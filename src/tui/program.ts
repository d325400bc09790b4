// The loop: messages in, model forward, effects out, a frame when something changed.
import { AppError, messageOf } from "../base/errors.ts";
import type { Connection } from "../client/connection.ts";
import { DEFAULT_MODES } from "../protocol/cells.ts";
import { decodeGridFrame } from "../protocol/grid.ts";
import type { ColourDepth } from "../protocol/sgr.ts";
import type { BlessedChrome } from "./blessed-chrome.ts";
import { createPaneGrid, type PaneGrid } from "./compositor/pane-grid.ts";
import type { Link } from "./copy/links.ts";
import { createIdleWatch } from "./idle.ts";
import { createKeyStream } from "./key-stream.ts";
import type { OpenedLink } from "./open-link.ts";
import type { MessageBody, Message } from "./message.ts";
import { focusedPane, type Model } from "./model.ts";
import { createPacer, type PaintClock, type Painted, type Part, type Urgency } from "./pacer.ts";
import { createPainter, type PaintedPart } from "./painter.ts";
import { plainTypingTargets } from "./plain-typing.ts";
import { createEffectRunner } from "./run-effects.ts";
import type { Terminal, TerminalWishes } from "./terminal.ts";
import { nextWakeMs, update } from "./update/update.ts";

export interface ProgramOptions {
  readonly connection: Connection;
  readonly reconnect: () => Promise<Connection>;
  readonly terminal: Terminal;
  readonly model: Model;
  readonly layout: string | undefined;
  readonly colours: ColourDepth;
  /** Wall clock, milliseconds. */
  readonly nowMs: () => number;
  readonly clock: PaintClock;
  readonly loadChrome: () => Promise<BlessedChrome>;
  readonly edit: (text: string) => Promise<string>;
  readonly readText: (path: string, cwd: string) => string;
  readonly openLink: (link: Link, cwd: string) => OpenedLink;
  /** Words for a human who looks elsewhere, as the terminal takes them. */
  readonly notification: (text: string) => string;
}

export interface ProgramEnd {
  readonly code: number;
  /** For the user, below the prompt. */
  readonly line: string;
  /** The server that came back is of another version: the program as it is on disk now can speak to it. */
  readonly again: boolean;
}

export interface Program {
  /** Throws when the first attach is refused. */
  run(): Promise<ProgramEnd>;
  /** Resolves when nothing is under way: no call, no frame, nothing to load. */
  untilIdle(): Promise<void>;
  readonly model: Model;
}

/** After a key its echo is painted at once. */
const KEY_WINDOW_MS = 40;
/** So is what the panes print when a screen has just been opened. */
const OPENED_WINDOW_MS = 300;
/** The widgets are loaded when nobody waits for anything. */
const PRELOAD_MS = 400;
/** Releases and other layouts' keys only the terminal knows; the rest can be made of plain keys. */
const PASSED_KEY_FLAGS = 2 | 4;
const NO_WISHES: TerminalWishes = { keyFlags: 1, motion: false };
const RECONNECT_MS = { first: 100, most: 2_000 } as const;

export function createProgram(options: ProgramOptions): Program {
  const { terminal, clock } = options;
  const grids = new Map<number, PaneGrid>();
  const painter = createPainter(options.colours, grids);
  let model = options.model;
  let connection: Connection | null = null;
  let chrome: BlessedChrome | null = null;
  let chromeAsked = false;
  let acks = new Set<number>();
  let echoUntilMs = 0;
  let openedUntilMs = 0;
  let cancelWake: (() => void) | null = null;
  let wakeAtMs = 0;
  let finish: ((end: ProgramEnd) => void) | null = null;
  let finished = false;
  let longestFrame = 0;

  const idle = createIdleWatch(() => pacer.busy);
  const { begin } = idle;
  const pacer = createPacer(clock, paint, idle.settle);

  const keys = createKeyStream({
    clock,
    begin,
    take: (event) => dispatch({ type: "input", event }),
    takePlain(bytes) {
      const paneNumbers = plainTypingTargets(model, modesOf);
      if (paneNumbers) runEffect({ type: "text", paneNumbers, bytes });
      return paneNumbers !== null;
    },
  });

  const runEffect = createEffectRunner({
    connection: () => connection,
    grids,
    terminal,
    dispatch,
    redraw() {
      painter.invalidate();
      pacer.request("now");
    },
    edit: options.edit,
    readText: options.readText,
    openLink: options.openLink,
    notification: options.notification,
    exit: end,
    begin,
    holdKeys: keys.hold,
  });

  function dispatch(body: MessageBody) {
    if (finished) return;
    const before = model;
    const [next, effects] = update(model, { ...body, atMs: options.nowMs() } as Message);
    // A key that goes to a pane leaves nothing to draw but the time: its echo draws.
    model = body.type === "input" && differInTimeOnly(before, next) ? before : next;
    for (const effect of effects) runEffect(effect);
    if (model.view !== before.view) forgetPanes(before);
    if (model.layers.length > 0) void needChrome();
    if (model !== before) pacer.request(isAwaited(body, before, model) ? "now" : "paced");
    scheduleWake();
  }

  /** A human waits for what the last key does, or for the screen that was just opened; not for a program's new title. */
  function isAwaited(body: MessageBody, before: Model, after: Model) {
    if (body.type === "input" || clock.now() < openedUntilMs) return true;
    return clock.now() < echoUntilMs && (body.type !== "notice" || showsElsewhere(before, after));
  }

  function urgencyOf(paneNumber: number): Urgency {
    const now = clock.now();
    if (now < openedUntilMs) return "now";
    return now < echoUntilMs && paneNumber === focusedPane(model)?.number ? "echo" : "paced";
  }

  /** Only panes that were in a view and are no more: a new pane's first frame can come before the view that has it. */
  function forgetPanes(before: Model) {
    const alive = new Set(model.view?.panes.map((pane) => pane.number));
    for (const { number } of before.view?.panes ?? []) if (!alive.has(number)) grids.delete(number);
  }

  async function needChrome() {
    if (chrome || chromeAsked) return;
    chromeAsked = true;
    const over = begin();
    try {
      chrome = await options.loadChrome();
      painter.redrawAll();
      if (!finished) pacer.request("now");
    } finally {
      over();
    }
  }

  function scheduleWake() {
    const at = nextWakeMs(model);
    if (cancelWake && at === wakeAtMs) return;
    cancelWake?.();
    wakeAtMs = at;
    cancelWake = clock.after(Math.max(1, at - options.nowMs()), () => {
      cancelWake = null;
      dispatch({ type: "tick" });
    });
  }

  /** Draws and sends what differs; null when nothing does. */
  function paint(part: Part): Painted | null {
    if (finished) return null;
    const text = painter.paint(model, chrome, paintedPart(part));
    terminal.setWishes(wishesOf(model, grids));
    const { x, y } = painter.viewport;
    // Clicks are meant for what is painted.
    if (x !== model.viewport.x || y !== model.viewport.y) model = { ...model, viewport: { x, y } };
    const { hasMore } = painter;
    // Of a frame that goes in parts the last one is its end: the server need not make more of them than are shown.
    const done = typeof part === "object" && hasMore ? new Set<number>() : acks;
    if (done === acks) acks = new Set();
    const acknowledge = () => {
      for (const sequence of done) connection?.ackGrid(sequence);
    };
    if (text === "") {
      acknowledge();
      return null;
    }
    if (text.length > 2 * longestFrame) tellFrameLength(text);
    return { bytes: Buffer.byteLength(text), hasMore, send: () => terminal.write(text).then(acknowledge) };
  }

  function paintedPart(part: Part): PaintedPart | undefined {
    if (part === "all") return undefined;
    return part === "echo" ? { pane: focusedPane(model)?.number } : part;
  }

  /** For `server status`: how much ever waits for the terminal. Told when it has doubled, so a few times in all. */
  function tellFrameLength(text: string) {
    longestFrame = text.length;
    const params = { mostBytes: Buffer.byteLength(text) };
    runEffect({ type: "call", method: "client.wrote", params, reply: { kind: "nothing" } });
  }

  function takeGrid(sequence: number, bytes: Uint8Array) {
    // Frames of several panes may share a number: it is acknowledged once.
    acks.add(sequence);
    const decoded = decodeGridFrame(bytes);
    if (decoded.ok) {
      const { pane } = decoded.value;
      let grid = grids.get(pane);
      if (!grid) grids.set(pane, (grid = createPaneGrid()));
      const changed = grid.apply(decoded.value);
      if (changed) painter.markRows(pane, changed.y0, changed.y1);
      else if (!grid.isComplete) {
        // Its base is not what we have: a resize makes the server send everything.
        runEffect({
          type: "call",
          method: "client.resize",
          params: { ...model.size },
          reply: { kind: "nothing" },
        });
      }
    }
    pacer.request(decoded.ok ? urgencyOf(decoded.value.pane) : "paced");
  }

  const modesOf = (paneNumber: number) => grids.get(paneNumber)?.modes ?? DEFAULT_MODES;

  function takeInput(bytes: Uint8Array) {
    echoUntilMs = clock.now() + KEY_WINDOW_MS;
    keys.feed(bytes);
  }

  async function attach(next: Connection) {
    connection = next;
    grids.clear();
    acks = new Set();
    next.onNotice((notice) => {
      if (connection === next) dispatch({ type: "notice", notice });
    });
    next.onGrid((sequence, bytes) => {
      if (connection === next) takeGrid(sequence, bytes);
    });
    next.onClose((error) => {
      if (connection !== next || finished) return;
      connection = null;
      dispatch({ type: "lost", reason: error?.message ?? "The connection was closed." });
      void comeBack();
    });
    const { cols, rows } = model.size;
    const over = begin();
    try {
      const { view, settings, coach } = await next.call("client.attach", {
        cols,
        rows,
        readOnly: model.readOnly,
        layout: options.layout,
      });
      openedUntilMs = clock.now() + OPENED_WINDOW_MS;
      dispatch({ type: "attached", view, settings, coach });
    } finally {
      over();
    }
  }

  /** Tries until the server is back, more and more seldom; the user may leave meanwhile. */
  async function comeBack() {
    let waitMs: number = RECONNECT_MS.first;
    for (let attempt = 1; ; attempt++) {
      if (finished || connection) return;
      dispatch({ type: "reconnecting", attempt });
      try {
        const next = await options.reconnect();
        if (finished) {
          next.close();
          return;
        }
        await attach(next);
        return;
      } catch (thrown) {
        connection = null;
        if (thrown instanceof AppError && thrown.code === "protocol-mismatch")
          return end(1, thrown.message, true);
        await new Promise<void>((resolve) => void clock.after(waitMs, resolve));
        waitMs = Math.min(RECONNECT_MS.most, waitMs * 2);
      }
    }
  }

  function end(code: number, line: string, again = false) {
    if (finished) return;
    finished = true;
    pacer.stop();
    cancelWake?.();
    keys.stop();
    terminal.leave();
    connection?.close();
    finish?.({ code, line, again });
  }

  return {
    async run() {
      const ended = new Promise<ProgramEnd>((resolve) => {
        finish = resolve;
      });
      terminal.onInput(takeInput);
      terminal.onResize(() => {
        painter.invalidate();
        dispatch({ type: "resized", cols: terminal.cols, rows: terminal.rows });
      });
      terminal.onContinue(() => {
        painter.invalidate();
        pacer.request("now");
      });
      terminal.enter();
      try {
        await attach(options.connection);
      } catch (thrown) {
        terminal.leave();
        finished = true;
        throw thrown instanceof Error ? thrown : new Error(messageOf(thrown));
      }
      clock.after(PRELOAD_MS, () => void (finished || needChrome()));
      return ended;
    },
    untilIdle: idle.untilIdle,
    get model() {
      return model;
    },
  };
}

/** Other panes, at other places, or a layer more or less. */
function showsElsewhere(before: Model, after: Model) {
  if (before.layers.length !== after.layers.length) return true;
  const placesOf = ({ view }: Model) =>
    JSON.stringify(view?.panes.map(({ number, focused, inner }) => [number, focused, inner]));
  return before.view !== after.view && placesOf(before) !== placesOf(after);
}

/** What the program that has the keys wants of the terminal; while a layer of ours has them, nothing. */
function wishesOf(model: Model, grids: ReadonlyMap<number, PaneGrid>): TerminalWishes {
  const focused = model.layers.length === 0 ? focusedPane(model) : null;
  const modes = focused ? grids.get(focused.number)?.modes : undefined;
  return modes === undefined
    ? NO_WISHES
    : { keyFlags: 1 | (modes.kittyFlags & PASSED_KEY_FLAGS), motion: modes.mouse === "any" };
}

function differInTimeOnly(before: Model, next: Model): boolean {
  for (const key in next) {
    const name = key as keyof Model;
    if (name !== "nowMs" && before[name] !== next[name]) return false;
  }
  return true;
}
