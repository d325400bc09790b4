// Draws a model and reads the picture back through a terminal emulator.
import { Unicode11Addon } from "@xterm/addon-unicode11";
import headless from "@xterm/headless";
import { DEFAULT_BINDINGS, DEFAULT_PREFIX } from "../../../src/domain/keys/bindings.ts";
import { BLANK_CONTENT, CELL_WORDS, DEFAULT_MODES, type PaneModes } from "../../../src/protocol/cells.ts";
import { splitClusters } from "../../../src/protocol/width.ts";
import type { WorkspaceView } from "../../../src/protocol/views.ts";
import { type BlessedChrome, loadBlessedChrome } from "../../../src/tui/blessed-chrome.ts";
import { createFrame } from "../../../src/tui/compositor/frame.ts";
import { createPaneGrid, type PaneGrid } from "../../../src/tui/compositor/pane-grid.ts";
import { createRenderer } from "../../../src/tui/compositor/renderer.ts";
import { glyphsFor } from "../../../src/tui/glyphs.ts";
import type { Message } from "../../../src/tui/message.ts";
import { createModel, type Model } from "../../../src/tui/model.ts";
import type { Effect } from "../../../src/tui/effects.ts";
import { createTheme, type ThemeName } from "../../../src/tui/theme.ts";
import { update } from "../../../src/tui/update/update.ts";
import { drawScreen } from "../../../src/tui/view/draw.ts";
import { NOW_MS } from "./views.ts";

export function modelFor(view: WorkspaceView, more: Partial<Model> = {}): Model {
  const model = createModel({
    size: view.size,
    readOnly: false,
    theme: "dark",
    themeFixed: false,
    ascii: false,
    nowMs: NOW_MS,
    offsetMinutes: 0,
    prefixKey: DEFAULT_PREFIX,
    bindings: DEFAULT_BINDINGS,
  });
  return { ...model, view, ...more };
}

/** A pane's screen with these lines on it. */
export function gridOf(
  number: number,
  cols: number,
  rows: number,
  lines: readonly string[],
  modes: Partial<PaneModes> = {},
): PaneGrid {
  const words = new Uint32Array(cols * rows * CELL_WORDS);
  for (let at = 0; at < words.length; at += CELL_WORDS) words[at] = BLANK_CONTENT;
  lines.slice(0, rows).forEach((line, y) => {
    let x = 0;
    for (const cluster of splitClusters(line)) {
      if (x + cluster.width > cols) break;
      words[(y * cols + x) * CELL_WORDS] = cluster.text.codePointAt(0)! | (cluster.width << 22);
      if (cluster.width === 2) words[(y * cols + x + 1) * CELL_WORDS] = 0;
      x += cluster.width;
    }
  });
  const grid = createPaneGrid();
  grid.apply({
    pane: number,
    cols,
    rows,
    full: true,
    cursor: { x: 2, y: Math.min(lines.length, rows - 1), visible: true, shape: 0 },
    modes: { ...DEFAULT_MODES, ...modes },
    historyLength: 0,
    spans: Array.from({ length: rows }, (_, y) => ({
      y,
      x: 0,
      words: words.slice(y * cols * CELL_WORDS, (y + 1) * cols * CELL_WORDS),
      combined: new Map(),
      extras: new Map(),
    })),
  });
  return grid;
}

/** Something in every pane that is shown. */
export function gridsFor(view: WorkspaceView): Map<number, PaneGrid> {
  const grids = new Map<number, PaneGrid>();
  for (const pane of view.panes) {
    if (!pane.inner) continue;
    const lines = [
      `(${pane.agent ?? pane.title} as it drew itself)`,
      "",
      "> write the auth module",
      "  日本語 and 😀 keep their columns",
    ];
    grids.set(pane.number, gridOf(pane.number, pane.inner.cols, pane.inner.rows, lines));
  }
  return grids;
}

let chrome: BlessedChrome | null = null;

export interface Picture {
  readonly lines: readonly string[];
  readonly ansi: string;
  readonly terminal: headless.Terminal;
  readonly cursor: { readonly x: number; readonly y: number } | null;
}

/** Draws the model and parses what went to the terminal. */
export async function picture(
  model: Model,
  grids: ReadonlyMap<number, PaneGrid> = model.view ? gridsFor(model.view) : new Map(),
): Promise<Picture> {
  chrome ??= await loadBlessedChrome();
  const { cols, rows } = model.size;
  const frame = createFrame(cols, rows);
  const cursor = drawScreen({
    frame,
    model,
    theme: createTheme(model.theme),
    glyphs: glyphsFor(model.ascii),
    grids,
    chrome,
  });
  let ansi = "";
  const renderer = createRenderer({
    colours: model.theme === "plain" ? "none" : "truecolor",
    write: (output) => void (ansi += output),
  });
  renderer.paint(frame, cursor ?? undefined);
  const terminal = new headless.Terminal({ cols, rows, allowProposedApi: true, scrollback: 0 });
  terminal.loadAddon(new Unicode11Addon() as never);
  terminal.unicode.activeVersion = "11";
  await new Promise<void>((resolve) => terminal.write(ansi, resolve));
  const lines = Array.from(
    { length: rows },
    (_, y) => terminal.buffer.active.getLine(y)?.translateToString(true) ?? "",
  );
  return { lines, ansi, terminal, cursor };
}

export interface Session {
  model: Model;
  effects: Effect[];
  send(message: MessageInput): void;
}
type MessageInput = Message extends infer M
  ? M extends { readonly atMs: number }
    ? Omit<M, "atMs">
    : never
  : never;

/** A model that messages are given to, and the effects they had. */
export function session(model: Model): Session {
  const held: Session = {
    model,
    effects: [],
    send(message) {
      const [next, effects] = update(held.model, { ...message, atMs: held.model.nowMs } as Message);
      held.model = next;
      held.effects.push(...effects);
    },
  };
  return held;
}

export function withTheme(model: Model, theme: ThemeName): Model {
  return { ...model, theme };
}
