// blessed as a layout engine for lists and long texts: it wraps, scrolls and selects into its own memory, and the cells
// are copied into our frame. It never sees a terminal: no input, no output, no signal handlers.
//
// blessed's cells hold a 9-bit colour and one UTF-16 unit. Both are only carried through: the colour is an index into a
// table of our styles, and what is more than one plain unit travels as a private-use character and is put back after.
import { EventEmitter } from "node:events";
import type { Widgets } from "blessed";
import type { Frame } from "./compositor/frame.ts";
import type { Style } from "./compositor/style.ts";
import { splitClusters } from "../protocol/width.ts";
import type { Rect } from "../protocol/views.ts";

/** A line of a widget: runs of text with a style each. */
export type StyledLine = readonly { readonly text: string; readonly style: Style }[];

export interface BlessedChrome {
  /** A list with one selected row that is always in view. `key` keeps its scroll position between frames. */
  list(
    frame: Frame,
    rect: Rect,
    options: {
      key: string;
      rows: readonly StyledLine[];
      selected: number;
      selectedStyle: Style;
      style: Style;
    },
  ): void;
  /** Wrapped text from line `scroll`; returns how far one can scroll. */
  text(
    frame: Frame,
    rect: Rect,
    options: { key: string; lines: readonly StyledLine[]; scroll: number; style: Style; barStyle: Style },
  ): { maxScroll: number };
}

/** The first palette index that blessed passes through untouched. */
const FIRST_STYLE = 16;
const SELECTED_BACK = 1;
const BAR_BACK = 2;
const FIRST_PRIVATE = 0xe000;
const LAST_PRIVATE = 0xf8ff;
/** The right half of a character of two columns. */
const SECOND_HALF = "\uf8ff";
const DEFAULT_COLOUR = 0x1ff;
/** Widgets kept for their scroll position; the oldest goes. */
const MAX_WIDGETS = 24;

/** Loads blessed, which takes its time: never before the first picture is on the screen. */
export async function loadBlessedChrome(): Promise<BlessedChrome> {
  const { default: blessed } = await import("blessed");
  return createChrome(blessed);
}

type Blessed = typeof import("blessed");
interface OffScreen extends Widgets.Screen {
  lines: [number, string][][];
  alloc(): void;
  draw(): void;
}

function createChrome(blessed: Blessed): BlessedChrome {
  // Its signal and exit handlers would race ours for the terminal.
  Object.assign((blessed as unknown as { Screen: object }).Screen, { _bound: true });
  const size = { cols: 1, rows: 1 };
  const screen = blessed.screen({
    program: fakeProgram(size),
    autoPadding: false,
    fullUnicode: false,
  } as never) as OffScreen;
  screen.draw = () => {};
  const widgets = new Map<string, Widgets.BlessedElement>();

  const use = <W extends Widgets.BlessedElement>(key: string, rect: Rect, create: () => W): W => {
    if (size.cols !== rect.cols || size.rows !== rect.rows) {
      size.cols = rect.cols;
      size.rows = rect.rows;
      screen.alloc();
    }
    let widget = widgets.get(key) as W | undefined;
    if (!widget) {
      widget = create();
      widgets.set(key, widget);
      const oldest = widgets.keys().next().value as string;
      if (widgets.size > MAX_WIDGETS) {
        widgets.get(oldest)?.detach();
        widgets.delete(oldest);
      }
    }
    for (const [name, other] of widgets) {
      if (name === key) other.show();
      else other.hide();
    }
    widget.width = rect.cols;
    widget.height = rect.rows;
    return widget;
  };

  const copy = (
    frame: Frame,
    rect: Rect,
    packing: Packing,
    base: Style,
    backgrounds: ReadonlyMap<number, Style>,
  ) => {
    screen.render();
    for (let y = 0; y < rect.rows; y++) {
      const line = screen.lines[y];
      if (!line) continue;
      for (let x = 0; x < rect.cols; x++) {
        const cell = line[x];
        if (!cell || cell[1] === SECOND_HALF) continue;
        const front = packing.styles[((cell[0] >> 9) & DEFAULT_COLOUR) - FIRST_STYLE] ?? base;
        const back = backgrounds.get(cell[0] & DEFAULT_COLOUR);
        const style = back
          ? { ...front, bg: back.bg, inverse: back.inverse ?? front.inverse, bold: front.bold ?? back.bold }
          : front;
        frame.text(rect.x + x, rect.y + y, packing.unpack(cell[1]), style);
      }
    }
  };

  return {
    list(frame, rect, options) {
      if (rect.cols < 1 || rect.rows < 1) return;
      const packing = createPacking();
      const items = options.rows.map((row) => packing.pack(row, rect.cols));
      const widget = use(`list ${options.key}`, rect, () =>
        blessed.list({
          parent: screen,
          left: 0,
          top: 0,
          items: [],
          tags: false,
          style: { selected: { bg: SELECTED_BACK } } as never,
        }),
      );
      widget.setItems(items as never);
      widget.select(Math.max(0, Math.min(options.selected, items.length - 1)));
      copy(frame, rect, packing, options.style, new Map([[SELECTED_BACK, options.selectedStyle]]));
    },
    text(frame, rect, options) {
      if (rect.cols < 1 || rect.rows < 1) return { maxScroll: 0 };
      const packing = createPacking();
      const content = options.lines.map((line) => packing.pack(line, null)).join("\n");
      const widget = use(`text ${options.key}`, rect, () =>
        blessed.box({
          parent: screen,
          left: 0,
          top: 0,
          tags: false,
          wrap: true,
          scrollable: true,
          alwaysScroll: false,
          scrollbar: { ch: " ", style: { bg: BAR_BACK } } as never,
        }),
      );
      widget.setContent(content);
      screen.render();
      const height = widget.getScrollHeight();
      const maxScroll = Math.max(0, height - rect.rows);
      widget.resetScroll();
      // blessed moves a cursor line; the view follows when that leaves it.
      const target = Math.min(options.scroll, maxScroll);
      if (target > 0) widget.setScroll(target + rect.rows - 1);
      copy(frame, rect, packing, options.style, new Map([[BAR_BACK, options.barStyle]]));
      return { maxScroll };
    },
  };
}

interface Packing {
  readonly styles: Style[];
  /** A line as blessed reads it; padded to `columns` when given, so that a selected row is marked to its end. */
  pack(line: StyledLine, columns: number | null): string;
  unpack(character: string): string;
}

function createPacking(): Packing {
  const styles: Style[] = [];
  const indexes = new Map<Style, number>();
  const clusters: string[] = [];
  const codes = new Map<string, string>();

  const indexOf = (style: Style): number => {
    let index = indexes.get(style);
    if (index === undefined) {
      index = Math.min(styles.length, 255 - FIRST_STYLE);
      styles[index] = style;
      indexes.set(style, index);
    }
    return index + FIRST_STYLE;
  };

  const codeOf = (cluster: string): string => {
    if (cluster.length === 1 && isPlain(cluster.charCodeAt(0))) return cluster;
    let code = codes.get(cluster);
    if (code === undefined) {
      if (FIRST_PRIVATE + clusters.length >= LAST_PRIVATE) return "?";
      code = String.fromCharCode(FIRST_PRIVATE + clusters.length);
      clusters.push(cluster);
      codes.set(cluster, code);
    }
    return code;
  };

  return {
    styles,
    pack(line, columns) {
      let packed = "";
      let used = 0;
      // A line that holds nothing but colours would be dropped.
      const runs = line.some((run) => run.text !== "") ? line : [{ text: " ", style: line[0]?.style ?? {} }];
      for (const run of runs) {
        packed += `\x1b[38;5;${indexOf(run.style)}m`;
        for (const cluster of splitClusters(run.text)) {
          if (columns !== null && used + cluster.width > columns) break;
          packed += codeOf(cluster.text) + (cluster.width === 2 ? SECOND_HALF : "");
          used += cluster.width;
        }
      }
      return packed + (columns === null ? "" : " ".repeat(Math.max(0, columns - used))) + "\x1b[39m";
    },
    unpack(character) {
      const code = character.charCodeAt(0);
      return code >= FIRST_PRIVATE && code < LAST_PRIVATE
        ? (clusters[code - FIRST_PRIVATE] ?? "?")
        : character;
    },
  };
}

/** One unit, one column, in blessed's eyes as well as in ours. */
function isPlain(code: number): boolean {
  return (
    (code >= 0x20 && code < 0x7f) ||
    (code >= 0xa0 && code < 0x300 && code !== 0xad) ||
    (code >= 0x2500 && code < 0x2580)
  );
}

/** The part of blessed's Program that a screen without a terminal touches. */
function fakeProgram(size: { cols: number; rows: number }) {
  const program = new EventEmitter() as EventEmitter & Record<string, unknown>;
  const nothing = () => {};
  const tput = { unicode: true, numbers: {}, strings: {}, bools: {}, features: { unicode: true } };
  Object.assign(program, {
    tput,
    options: {},
    isAlt: true,
    type: "program",
    setupTput: nothing,
    clear: nothing,
    flush: nothing,
    destroy: nothing,
    key: nothing,
    unkey: nothing,
    enableMouse: nothing,
    hideCursor: nothing,
    showCursor: nothing,
    put: new Proxy({}, { get: () => nothing }),
  });
  Object.defineProperties(program, { cols: { get: () => size.cols }, rows: { get: () => size.rows } });
  return program;
}
