// Pictures of the workspace without a terminal: what a client would show now, as SVG.
import { AppError } from "../base/errors.ts";
import type { Connection } from "../client/connection.ts";
import { DEFAULT_BINDINGS, DEFAULT_PREFIX } from "../domain/keys/bindings.ts";
import { decodeGridFrame } from "../protocol/grid.ts";
import type { PaneView, WorkspaceView } from "../protocol/views.ts";
import { createFrame } from "./compositor/frame.ts";
import { createPaneGrid, type PaneGrid } from "./compositor/pane-grid.ts";
import { DARK_SVG, frameToSvg, LIGHT_SVG } from "./compositor/svg.ts";
import { glyphsFor, wantsAscii } from "./glyphs.ts";
import { createModel } from "./model.ts";
import { createTheme, themeNameFor, type ThemeName } from "./theme.ts";
import { takeSettings } from "./update/settings.ts";
import { drawScreen } from "./view/draw.ts";

export interface SnapshotOptions {
  readonly connection: Connection;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: number;
}

/** A pane may be in the middle of a frame, or have nothing to send: then it is drawn as far as it came. */
const GRIDS_TIMEOUT_MS = 2_000;

/**
 * The whole screen: panes, borders, status line. Attaches read-only and at the workspace's own size, so that nobody
 * else's screen changes.
 * @throws AppError not-found when nothing is open
 */
export async function workspaceSvg(options: SnapshotOptions): Promise<string> {
  const { connection, env, nowMs } = options;
  const size = sizeOf(await connection.call("pane.list", {}));
  const grids = new Map<number, PaneGrid>();
  let look = () => {};
  connection.onGrid((sequence, bytes) => {
    const decoded = decodeGridFrame(bytes);
    if (decoded.ok) {
      const { pane } = decoded.value;
      const grid = grids.get(pane) ?? createPaneGrid();
      grids.set(pane, grid);
      grid.apply(decoded.value);
    }
    connection.ackGrid(sequence);
    look();
  });
  const attached = await connection.call("client.attach", { ...size, readOnly: true });
  let { view } = attached;
  // Programs may start, and panes open and close, until the picture is complete.
  connection.onNotice((notice) => {
    if (notice.notice !== "view") return;
    view = notice.view;
    look();
  });
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, GRIDS_TIMEOUT_MS);
    look = () => {
      if (!hasAllGrids(view, grids)) return;
      clearTimeout(timer);
      resolve();
    };
    look();
  });
  await connection.call("client.detach", {});

  const theme = themeNameFor(env);
  const frame = createFrame(size.cols, size.rows);
  const plain = createModel({
    size,
    readOnly: false,
    theme,
    themeFixed: theme === "plain" || env["IA_TMUX_THEME"] !== undefined,
    ascii: wantsAscii(env),
    nowMs,
    offsetMinutes: -new Date(nowMs).getTimezoneOffset(),
    prefixKey: DEFAULT_PREFIX,
    bindings: DEFAULT_BINDINGS,
  });
  const [model] = takeSettings(plain, attached.settings);
  const cursor = drawScreen({
    frame,
    model: { ...model, toasts: [], view },
    theme: createTheme(model.theme),
    glyphs: glyphsFor(model.ascii),
    grids,
    chrome: null,
  });
  return frameToSvg(frame, paletteFor(model.theme), cursor);
}

/** One pane's screen. @throws AppError not-found, failed when nothing was started in it */
export async function paneSvg(options: SnapshotOptions & { readonly target?: string }): Promise<string> {
  const { connection, env, target } = options;
  const { paneId, cols, rows, cursor } = await connection.call("pane.capture", { target });
  if (rows === 0) throw new AppError("failed", `Nothing was started in pane ${paneId}.`);
  const answer = await connection.call("pane.rows", { paneId, from: null, count: rows });
  const decoded = decodeGridFrame(Uint8Array.from(Buffer.from(answer.frame, "base64")));
  if (!decoded.ok) throw new AppError("failed", `The rows of pane ${paneId} could not be read.`);
  const grid = createPaneGrid();
  grid.apply(decoded.value);
  const frame = createFrame(cols, rows);
  frame.blitPane(grid, 0, 0, { x: 0, y: 0, width: cols, height: rows });
  return frameToSvg(frame, paletteFor(themeNameFor(env)), { ...cursor, shape: 0 });
}

function sizeOf(panes: readonly PaneView[]): { cols: number; rows: number } {
  const shown = panes.flatMap((pane) => (pane.outer ? [pane.outer] : []));
  if (shown.length === 0) {
    throw new AppError("not-found", "Nothing is open in this project.", {
      hint: "Open something: `ia-tmux up --headless`.",
    });
  }
  return {
    cols: Math.max(...shown.map((outer) => outer.x + outer.cols)),
    // The status line stands below the panes.
    rows: Math.max(...shown.map((outer) => outer.y + outer.rows)) + 1,
  };
}

function hasAllGrids(view: WorkspaceView, grids: ReadonlyMap<number, PaneGrid>): boolean {
  return view.panes.every(
    (pane) => pane.inner === null || pane.message !== null || grids.get(pane.number)?.isComplete === true,
  );
}

function paletteFor(theme: ThemeName) {
  return theme === "light" ? LIGHT_SVG : DARK_SVG;
}
