// Pictures without a terminal, over a connection that answers as the server would.
import { expect, test } from "vitest";
import type { Connection } from "../../src/client/connection.ts";
import { BLANK_CONTENT, CELL_WORDS, DEFAULT_MODES } from "../../src/protocol/cells.ts";
import type { Notice } from "../../src/protocol/envelope.ts";
import { encodeGridFrame } from "../../src/protocol/grid.ts";
import type { PaneView, WorkspaceView } from "../../src/protocol/views.ts";
import { workspaceSvg } from "../../src/tui/snapshot.ts";
import { NOW_MS, settingsView, trioView } from "./support/views.ts";

interface Scripted {
  readonly connection: Connection;
  readonly calls: { readonly method: string; readonly params: unknown }[];
  readonly acks: number[];
}

/** `later`: what the view becomes while the picture is being made. */
function scripted(view: WorkspaceView, later: WorkspaceView = view): Scripted {
  const calls: Scripted["calls"] = [];
  const acks: number[] = [];
  let onGrid: (sequence: number, frame: Uint8Array) => void = () => {};
  let onNotice: (notice: Notice) => void = () => {};
  const call = async (method: string, params: unknown) => {
    calls.push({ method, params });
    if (method === "pane.list") return view.panes;
    if (method === "client.attach") {
      setImmediate(() => {
        if (later !== view) onNotice({ notice: "view", view: later });
        for (const pane of later.panes) if (pane.inner) onGrid(pane.number, fullFrame(pane));
      });
      return { clientId: "c1", view, settings: settingsView(), coach: false };
    }
    return {};
  };
  const connection = {
    call,
    onGrid: (listener: typeof onGrid) => void (onGrid = listener),
    onNotice: (listener: typeof onNotice) => void (onNotice = listener),
    ackGrid: (sequence: number) => void acks.push(sequence),
  };
  return { connection: connection as unknown as Connection, calls, acks };
}

/** A screen whose first row says which pane it is. */
function fullFrame(pane: PaneView): Uint8Array {
  const { cols, rows } = pane.inner!;
  const words = new Uint32Array(cols * CELL_WORDS);
  for (let at = 0; at < words.length; at += CELL_WORDS) words[at] = BLANK_CONTENT;
  [...`screen-${pane.number}`].forEach((character, x) => {
    words[x * CELL_WORDS] = character.charCodeAt(0) | (1 << 22);
  });
  return encodeGridFrame({
    pane: pane.number,
    cols,
    rows,
    full: true,
    cursor: { x: 0, y: 0, visible: true, shape: 0 },
    modes: DEFAULT_MODES,
    historyLength: 0,
    spans: [{ y: 0, x: 0, words, combined: new Map(), extras: new Map() }],
  });
}

test("the picture holds every pane's cells, and nobody's screen changes by it", async () => {
  const view = trioView(100, 30);
  const { connection, calls, acks } = scripted(view);
  const svg = await workspaceSvg({ connection, env: {}, nowMs: NOW_MS });
  for (const pane of view.panes) if (pane.inner) expect(svg).toContain(`screen-${pane.number}`);
  expect(calls).toEqual([
    { method: "pane.list", params: {} },
    { method: "client.attach", params: { cols: 100, rows: 30, readOnly: true } },
    { method: "client.detach", params: {} },
  ]);
  expect(acks).toHaveLength(view.panes.filter((pane) => pane.inner).length);
});

test("what changes while the picture is being made is in it", async () => {
  const view = trioView(100, 30);
  const starting = view.panes.map((pane) => (pane.number === 1 ? { ...pane, message: "starting" } : pane));
  const { connection } = scripted({ ...view, panes: starting }, view);
  const svg = await workspaceSvg({ connection, env: {}, nowMs: NOW_MS });
  for (const pane of view.panes) if (pane.inner) expect(svg).toContain(`screen-${pane.number}`);
  expect(svg).not.toContain("starting");
});

test("IA_TMUX_THEME chooses the colours of the page", async () => {
  const view = trioView(100, 30);
  const light = await workspaceSvg({ ...scripted(view), env: { IA_TMUX_THEME: "light" }, nowMs: NOW_MS });
  expect(light).toContain('rx="8" fill="#ffffff"');
});

test("a project where nothing is open says so instead of opening something", async () => {
  const { connection, calls } = scripted({ ...trioView(100, 30), panes: [] });
  await expect(workspaceSvg({ connection, env: {}, nowMs: NOW_MS })).rejects.toMatchObject({
    code: "not-found",
  });
  expect(calls.map(({ method }) => method)).toEqual(["pane.list"]);
});
