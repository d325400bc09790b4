// Everything the screen shows, as one value. Grids of panes are not in it: they change too often and are drawn from.
import type { Binding } from "../domain/keys/bindings.ts";
import type { InputEvent, MouseEvent } from "../domain/keys/events.ts";
import type { SearchHit } from "../protocol/results.ts";
import type { ClientSettings, Level, PaneView, WorkspaceView } from "../protocol/views.ts";
import type { CoachStep } from "./coach.ts";
import type { KeyStyle } from "./copy/copy-state.ts";
import type { CopyLayer, Layer } from "./layers.ts";
import type { ThemeName } from "./theme.ts";

export interface Model {
  readonly size: { readonly cols: number; readonly rows: number };
  /** The cell of the workspace at the screen's top left: not the first when the terminal is the smaller one. */
  readonly viewport: { readonly x: number; readonly y: number };
  /** Null until the server has answered `client.attach`. */
  readonly view: WorkspaceView | null;
  readonly nowMs: number;
  /** Minutes east of UTC, for the clock. */
  readonly offsetMinutes: number;
  readonly readOnly: boolean;
  readonly link: Link;
  readonly theme: ThemeName;
  /** Set when the user chose the theme: the terminal's answer about its background is then of no interest. */
  readonly themeFixed: boolean;
  /** What the settings say, and what fits the terminal's background. */
  readonly wantedTheme: ClientSettings["theme"];
  readonly backgroundTheme: ThemeName;
  /** What the terminal has said of its colours, as `#rrggbb`: programs in panes that ask are told the same. */
  readonly terminalColours: {
    readonly foreground?: string;
    readonly background?: string;
    readonly cursor?: string;
  };
  readonly ascii: boolean;
  /** The terminal can show no other characters, whatever the settings say. */
  readonly asciiTerminal: boolean;
  readonly hasStatusLine: boolean;
  /** What the ends of the status line say; null: the project, the time. */
  readonly statusLeft: string | null;
  readonly statusRight: string | null;
  readonly prefixKey: string;
  readonly bindings: readonly Binding[];
  readonly prefix: PrefixState;
  /** What lies over the panes; the last one gets the keys. */
  readonly layers: readonly Layer[];
  readonly toasts: readonly Toast[];
  /** What was said, newest last, at most 200. */
  readonly messages: readonly { readonly atMs: number; readonly level: Level; readonly text: string }[];
  /** Whose keys copy mode has, what the settings say of it, and what the environment says. */
  readonly copyKeys: KeyStyle;
  readonly wantedCopyKeys: ClientSettings["modeKeys"];
  readonly environmentCopyKeys: KeyStyle;
  /** The last search through all panes; its hits stay to be walked through. */
  readonly find: FindState | null;
  /** Presses of the mouse at one place shortly after each other. */
  readonly clicks: Clicks | null;
  readonly commandHistory: readonly string[];
  /** What Tab was told to lie in a directory of the project. */
  readonly files: { readonly directory: string; readonly paths: readonly string[] } | null;
  readonly markedPaneId: string | null;
  readonly lastPaneId: string | null;
  readonly lastWindowId: string | null;
  readonly drag: Drag | null;
  /** Keys and pastes for a copy layer that waits for rows or hits: they wait with it. */
  readonly held: { readonly layerId: number; readonly events: readonly InputEvent[] } | null;
  /** Whether a human looks at the terminal, as far as it says. */
  readonly terminalFocused: boolean;
  /** Deliveries whose receipts are followed in a toast: delivery id → whom it goes to. */
  readonly followed: readonly {
    readonly deliveryId: string;
    readonly to: string;
    readonly untilMs: number;
  }[];
  /** Rises with every layer opened, so that a late answer meets only the layer that asked. */
  readonly nextLayerId: number;
  /** Step of the hints of the first run; null while they are not wanted. */
  readonly coach: CoachStep | null;
  /** No hints, and no captions of the demo. */
  readonly coachDismissed: boolean;
}

export type Link =
  | { readonly kind: "up" }
  | { readonly kind: "lost"; readonly sinceMs: number; readonly attempt: number; readonly reason: string };

export type PrefixState =
  | { readonly kind: "off" }
  | { readonly kind: "armed" }
  /** A repeating binding was used: its like work without the prefix until then. */
  | { readonly kind: "repeat"; readonly untilMs: number };

export interface Toast {
  readonly level: Level;
  readonly text: string;
  readonly untilMs: number;
  /** Toasts of one subject replace each other. */
  readonly subject: string | null;
}

export type Drag =
  /** The border right of a pane, or below it: the column or row asked for last, and how far beside it the pointer holds it. */
  | {
      readonly kind: "border";
      readonly paneId: string;
      readonly axis: "x" | "y";
      readonly at: number;
      readonly grip: number;
    }
  /** From a cell of a pane's window; `moved` once it has left it. */
  | {
      readonly kind: "select";
      readonly paneId: string;
      readonly from: { readonly x: number; readonly y: number };
      readonly unit: "characters" | "word" | "line";
      readonly moved: boolean;
      /** The pointer is held above or below the pane, which scrolls on meanwhile. */
      readonly beyond: { readonly event: MouseEvent; readonly againAtMs: number } | null;
    };

export interface Clicks {
  readonly x: number;
  readonly y: number;
  readonly atMs: number;
  readonly count: number;
}

/** A search through everything that panes show, have shown and have printed. */
export interface FindState {
  /** Null once the server was told to stop. */
  readonly searchId: string | null;
  readonly pattern: string;
  readonly regex: boolean;
  readonly hits: readonly SearchHit[];
  /** The hit that one looks at; -1 before the first. */
  readonly current: number;
  readonly isOver: boolean;
  readonly isCut: boolean;
  readonly problem: string | null;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface ModelOptions {
  readonly size: { readonly cols: number; readonly rows: number };
  readonly copyKeys?: KeyStyle;
  readonly readOnly: boolean;
  readonly theme: ThemeName;
  readonly themeFixed: boolean;
  readonly ascii: boolean;
  readonly nowMs: number;
  readonly offsetMinutes: number;
  readonly prefixKey: string;
  readonly bindings: readonly Binding[];
}

export function createModel(options: ModelOptions): Model {
  return {
    ...options,
    viewport: { x: 0, y: 0 },
    view: null,
    wantedTheme: "auto",
    backgroundTheme: options.theme,
    terminalColours: {},
    asciiTerminal: options.ascii,
    hasStatusLine: true,
    statusLeft: null,
    statusRight: null,
    link: { kind: "up" },
    prefix: { kind: "off" },
    layers: [],
    toasts: [],
    messages: [],
    copyKeys: options.copyKeys ?? "vi",
    wantedCopyKeys: "auto",
    environmentCopyKeys: options.copyKeys ?? "vi",
    find: null,
    clicks: null,
    commandHistory: [],
    files: null,
    markedPaneId: null,
    lastPaneId: null,
    lastWindowId: null,
    drag: null,
    held: null,
    terminalFocused: true,
    followed: [],
    nextLayerId: 1,
    coach: null,
    coachDismissed: false,
  };
}

export function focusedPane(model: Model): PaneView | null {
  return model.view?.panes.find((pane) => pane.focused) ?? null;
}

/** Nothing runs in it: it ended, or it never started and says why. */
export function isEnded(pane: PaneView): boolean {
  return pane.dead !== null || (pane.message !== null && pane.message !== "starting" && pane.pid === null);
}

/** How a question or a list calls a pane. */
export function paneLabel(pane: PaneView): string {
  return pane.agent ?? (pane.title.trim() || pane.profile);
}

/** As the server reads a target: `%3`, a number in the current window, an agent's name, a title. */
export function paneNamed(model: Model, target: string): PaneView | null {
  const name = target.toLowerCase();
  const panes = model.view?.panes ?? [];
  return (
    panes.find((pane) => pane.id === target) ??
    currentPanes(model).find((pane) => String(pane.index) === target) ??
    panes.find((pane) => pane.agent?.toLowerCase() === name) ??
    panes.find((pane) => pane.title.toLowerCase() === name) ??
    null
  );
}

export function currentWindow(model: Model) {
  return model.view?.windows.find((window) => window.current) ?? null;
}

/** Panes of the current window in the order of their numbers. */
export function currentPanes(model: Model): readonly PaneView[] {
  const window = currentWindow(model);
  if (!model.view || !window) return [];
  return model.view.panes.filter((pane) => pane.windowId === window.id).toSorted((a, b) => a.index - b.index);
}

export function agentOfPane(model: Model, pane: PaneView | null) {
  if (!pane?.agent) return null;
  return model.view?.agents.find((agent) => agent.name === pane.agent) ?? null;
}

/** What gets the keys, if it is not the pane. Looking back in a pane gets them while that pane has the focus. */
export function topLayer(model: Model): Layer | null {
  const focusedId = focusedPane(model)?.id;
  return model.layers.findLast((layer) => layer.kind !== "copy" || layer.copy.paneId === focusedId) ?? null;
}

/** The layer that looks back in the pane, whether it has the focus or not. */
export function copyLayerOf(model: Model, paneId: string): CopyLayer | null {
  const layer = model.layers.find((each) => each.kind === "copy" && each.copy.paneId === paneId);
  return layer?.kind === "copy" ? layer : null;
}
