// The program's loop with its server and its terminal in the test's hands: what it draws is read back through an emulator.
import headless from "@xterm/headless";
import type { AppError } from "../../../src/base/errors.ts";
import type { Connection } from "../../../src/client/connection.ts";
import { readTextFile } from "../../../src/cli/files.ts";
import { DEFAULT_BINDINGS, DEFAULT_PREFIX } from "../../../src/domain/keys/bindings.ts";
import { MAX_SPEC_BYTES } from "../../../src/domain/spec/words.ts";
import { BLANK_CONTENT, CELL_WORDS, DEFAULT_MODES, type PaneModes } from "../../../src/protocol/cells.ts";
import type { Notice } from "../../../src/protocol/envelope.ts";
import { encodeGridFrame } from "../../../src/protocol/grid.ts";
import type { WorkspaceView } from "../../../src/protocol/views.ts";
import { loadBlessedChrome } from "../../../src/tui/blessed-chrome.ts";
import { createModel } from "../../../src/tui/model.ts";
import { createProgram } from "../../../src/tui/program.ts";
import type { Terminal } from "../../../src/tui/terminal.ts";
import { NOW_MS, settingsView } from "./views.ts";

/** Results of calls, by their methods. */
export type Answers = Readonly<Record<string, unknown>>;

/** The server's side of a connection, in the test's hands. */
export function scriptedServer(view: WorkspaceView, answers: Answers = {}) {
  const calls: { method: string; params: unknown }[] = [];
  const acks: number[] = [];
  const inputs: { pane: number; text: string }[] = [];
  const notice: ((notice: Notice) => void)[] = [];
  const grid: ((sequence: number, frame: Uint8Array) => void)[] = [];
  const close: ((error: AppError | null) => void)[] = [];
  const connection = {
    hello: {},
    async call(method: string, params: unknown) {
      calls.push({ method, params });
      return method === "client.attach"
        ? { clientId: "c1", view, settings: settingsView(), coach: false }
        : (answers[method] ?? {});
    },
    onNotice: (listener: (typeof notice)[number]) => notice.push(listener),
    onGrid: (listener: (typeof grid)[number]) => grid.push(listener),
    ackGrid: (sequence: number) => acks.push(sequence),
    sendInput: (pane: number, bytes: Uint8Array) =>
      inputs.push({ pane, text: new TextDecoder().decode(bytes) }),
    onClose: (listener: (typeof close)[number]) => close.push(listener),
    close: () => {},
  } as unknown as Connection;
  return {
    connection,
    calls,
    acks,
    inputs,
    say: (said: Notice) => notice.forEach((listener) => listener(said)),
    sendGrid: (sequence: number, frame: Uint8Array) => grid.forEach((listener) => listener(sequence, frame)),
    die: () => close.forEach((listener) => listener(null)),
  };
}

export function gridFrame(
  pane: number,
  cols: number,
  rows: number,
  text: string,
  options: { full?: boolean; y?: number; modes?: Partial<PaneModes> } = {},
): Uint8Array {
  const line = (words: string) => {
    const cells = new Uint32Array(cols * CELL_WORDS);
    for (let x = 0; x < cols; x++)
      cells[x * CELL_WORDS] = x < words.length ? words.charCodeAt(x) | (1 << 22) : BLANK_CONTENT;
    return cells;
  };
  const full = options.full ?? true;
  const shownAt = options.y ?? 0;
  const spans = (full ? Array.from({ length: rows }, (_, y) => y) : [shownAt]).map((y) => ({
    y,
    x: 0,
    words: line(y === shownAt ? text : ""),
    combined: new Map(),
    extras: new Map(),
  }));
  return encodeGridFrame({
    pane,
    cols,
    rows,
    full,
    cursor: { x: text.length, y: shownAt, visible: true, shape: 0 },
    modes: { ...DEFAULT_MODES, ...options.modes },
    historyLength: 0,
    spans,
  });
}

export function start(
  view: WorkspaceView,
  reconnect: () => Promise<Connection> = () => new Promise(() => {}),
  answers: Answers = {},
) {
  const { cols, rows } = view.size;
  const emulator = new headless.Terminal({ cols, rows, allowProposedApi: true, scrollback: 0 });
  const size = { cols, rows };
  let onInput: (bytes: Uint8Array) => void = () => {};
  let onResize: () => void = () => {};
  let held: (() => void)[] | null = null;
  let frames = 0;
  let entered = 0;
  const terminal: Terminal = {
    get cols() {
      return size.cols;
    },
    get rows() {
      return size.rows;
    },
    enter: () => void entered++,
    leave: () => void (entered = 0),
    suspend() {},
    resume() {},
    write(output) {
      frames++;
      return new Promise((resolve) => {
        const done = () => emulator.write(output, resolve);
        if (held) held.push(done);
        else done();
      });
    },
    onInput: (listener) => void (onInput = listener),
    onResize: (listener) => void (onResize = listener),
    onContinue() {},
    setMouse() {},
    setWishes() {},
    askColours() {},
  };
  const server = scriptedServer(view, answers);
  const program = createProgram({
    connection: server.connection,
    reconnect,
    terminal,
    layout: undefined,
    colours: "truecolor",
    nowMs: () => NOW_MS,
    clock: {
      now: () => performance.now(),
      after(delayMs, job) {
        const timer = setTimeout(job, delayMs);
        return () => clearTimeout(timer);
      },
    },
    loadChrome: loadBlessedChrome,
    edit: async (text) => text,
    readText: (path, cwd) => readTextFile(path, cwd, MAX_SPEC_BYTES),
    openLink: (link) => ({ kind: "said", ok: true, text: link.kind }),
    notification: () => "",
    model: createModel({
      size,
      readOnly: false,
      theme: "dark",
      themeFixed: true,
      ascii: false,
      nowMs: NOW_MS,
      offsetMinutes: 0,
      prefixKey: DEFAULT_PREFIX,
      bindings: DEFAULT_BINDINGS,
    }),
  });
  return {
    program,
    server,
    ended: program.run(),
    type: (text: string) => onInput(new TextEncoder().encode(text)),
    /** One read of the terminal. */
    feed: (bytes: Uint8Array) => onInput(bytes),
    resize(nextCols: number, nextRows: number) {
      size.cols = nextCols;
      size.rows = nextRows;
      emulator.resize(nextCols, nextRows);
      onResize();
    },
    /** Writes wait until the answer is called. */
    holdWrites() {
      held = [];
      return () => {
        const waiting = held ?? [];
        held = null;
        for (const done of waiting) done();
      };
    },
    screen: () =>
      Array.from(
        { length: emulator.rows },
        (_, y) => emulator.buffer.active.getLine(y)?.translateToString(true) ?? "",
      ).join("\n"),
    /** Cells whose background is not the terminal's own, as `row: first-last …`. */
    backgrounds() {
      const rows: string[] = [];
      for (let y = 0; y < emulator.rows; y++) {
        const line = emulator.buffer.active.getLine(y);
        const runs: string[] = [];
        let from = -1;
        for (let x = 0; x <= emulator.cols; x++) {
          const marked = x < emulator.cols && (line?.getCell(x)?.isBgDefault() ?? true) === false;
          if (marked && from < 0) from = x;
          if (!marked && from >= 0) {
            runs.push(`${from}-${x - 1}`);
            from = -1;
          }
        }
        if (runs.length > 0) rows.push(`${y}: ${runs.join(" ")}`);
      }
      return rows.join("\n");
    },
    frames: () => frames,
    entered: () => entered,
  };
}
