// What the server says unasked.
import { parseCommandLine } from "../../domain/commands/parse.ts";
import type { Notice } from "../../protocol/envelope.ts";
import type { EventView, WorkspaceView } from "../../protocol/views.ts";
import type { Effect } from "../effects.ts";
import { glyphsFor } from "../glyphs.ts";
import { currentWindow, focusedPane, type Model } from "../model.ts";
import { type Change, openLayer, same, toast } from "./change.ts";
import { takeSettings } from "./settings.ts";
import { resizeCopy } from "./copy-layer.ts";
import { fetchList } from "./open-list.ts";
import { runCommand } from "./run-command.ts";

/** A list over the panes is fetched anew at most this often, however much happens. */
const REFETCH_MS = 300;

export function notice(model: Model, said: Notice): Change {
  switch (said.notice) {
    case "view":
      return takeView(model, said.view);
    case "event":
      return takeEvent(model, said.event);
    case "toast":
      return same(toast(model, said.level, said.text));
    case "alert": {
      if (said.kind === "bell") return [model, [{ type: "bell" }]];
      const looking = model.terminalFocused && said.paneId !== null && said.paneId === focusedPane(model)?.id;
      const effects: Effect[] = model.terminalFocused
        ? []
        : [{ type: "bell" }, { type: "notify", text: said.text }];
      return [looking ? model : toast(model, "warn", said.text, `needs ${said.paneId ?? ""}`), effects];
    }
    case "settings": {
      const [next, effects] = takeSettings(model, said);
      return [
        said.problem === null ? toast(next, "good", "Settings read.", "settings") : next,
        [...effects, { type: "redraw" }],
      ];
    }
    case "command": {
      const parsed = parseCommandLine(said.line);
      if (parsed.ok) return runCommand(model, parsed.command);
      return same(toast(model, "warn", `${parsed.error.message} ${parsed.error.hint}`.trim(), "reason"));
    }
    case "closing":
      // The connection ends next, and the next server is waited for.
      if (said.comesBack)
        return same(toast(model, "info", "The server restarts; your programs go on.", "link"));
      return [model, [{ type: "exit", code: 0, line: `[ia-tmux: ${said.reason}]`, detach: false }]];
  }
}

/** Replaces the view, and keeps what only this client knows: where one was, and which layers still make sense. */
export function takeView(model: Model, view: WorkspaceView): Change {
  const before = focusedPane(model);
  const windowBefore = currentWindow(model);
  const after = view.panes.find((pane) => pane.focused) ?? null;
  const windowAfter = view.windows.find((window) => window.current) ?? null;
  const effects: Effect[] = [];
  let next: Model = { ...model, view, link: { kind: "up" } };
  if (before && after && before.id !== after.id) {
    next = { ...next, lastPaneId: before.id };
    effects.push(
      { type: "focus", paneNumber: before.number, focused: false },
      { type: "focus", paneNumber: after.number, focused: model.terminalFocused },
    );
  }
  if (windowBefore && windowAfter && windowBefore.id !== windowAfter.id)
    next = { ...next, lastWindowId: windowBefore.id };
  if (next.markedPaneId !== null && !view.panes.some((pane) => pane.id === next.markedPaneId))
    next = { ...next, markedPaneId: null };
  next = { ...next, layers: next.layers.filter((layer) => keepsSense(layer, view)) };
  const { trust } = view;
  // A watcher is told of the question once: a dialog that it may not answer would only be in its way.
  if (trust && model.readOnly && trust.sha256 !== model.view?.trust?.sha256)
    next = toast(next, "info", `read-only: who works here is asked to trust ${trust.path}`);
  if (trust && !model.readOnly && !next.layers.some((layer) => layer.kind === "trust")) {
    next = openLayer(next, (id) => ({ kind: "trust", id, sha256: trust.sha256, scroll: 0 }));
  }
  if (view.restore && !model.readOnly && !next.layers.some((layer) => layer.kind === "restore"))
    next = openLayer(next, (id) => ({ kind: "restore", id, scroll: 0 }));
  for (const layer of model.layers) {
    if (layer.kind === "copy" && !next.layers.includes(layer)) {
      effects.push({
        type: "call",
        method: "client.mode",
        params: { paneId: layer.copy.paneId, copyMode: false },
        reply: { kind: "nothing" },
      });
    }
  }
  for (const layer of next.layers) {
    if (layer.kind !== "copy") continue;
    const pane = view.panes.find((each) => each.id === layer.copy.paneId);
    if (!pane) continue;
    const [resized, more] = resizeCopy(next, layer, pane);
    next = resized;
    effects.push(...more);
  }
  return [next, effects];
}

function keepsSense(layer: Model["layers"][number], view: WorkspaceView): boolean {
  if (layer.kind === "trust") return view.trust?.sha256 === layer.sha256;
  if (layer.kind === "restore") return view.restore !== null;
  if (layer.kind !== "copy") return true;
  // Looking back in a pane goes on while another one has the focus, also in another window.
  return view.panes.some((each) => each.id === layer.copy.paneId);
}

function takeEvent(model: Model, event: EventView): Change {
  const followed = event.kind === "delivery.changed" ? follow(model, event) : model;
  const layers = followed.layers.map((layer) => (layer.kind === "list" ? { ...layer, stale: true } : layer));
  return refetchStale({ ...followed, layers });
}

/** Fetches lists whose contents may have changed, not too often. */
export function refetchStale(model: Model): Change {
  const effects: Effect[] = [];
  const layers = model.layers.map((layer) => {
    if (
      layer.kind !== "list" ||
      !layer.stale ||
      layer.data.state === "loading" ||
      model.nowMs - layer.fetchedAtMs < REFETCH_MS
    )
      return layer;
    effects.push(...fetchList(layer.list, layer.id));
    return { ...layer, stale: false, fetchedAtMs: model.nowMs };
  });
  return effects.length > 0 ? [{ ...model, layers }, effects] : same(model);
}

const FINAL = new Set(["confirmed", "unconfirmed", "failed", "cancelled"]);

/** Moves the receipt of something sent from here on. */
function follow(model: Model, event: EventView): Model {
  const entry = model.followed.find((each) => each.deliveryId === event["deliveryId"]);
  if (!entry) return model;
  const state = String(event["state"]);
  const reason = typeof event["reason"] === "string" && event["reason"] !== "" ? `: ${event["reason"]}` : "";
  const level =
    state === "confirmed" ? "good" : state === "unconfirmed" || state === "failed" ? "bad" : "info";
  const { mail, becomes } = glyphsFor(model.ascii);
  const task = typeof event["taskId"] === "string" ? `${event["taskId"]} ` : "";
  const text = `${mail} ${task}${becomes} ${entry.to}: ${state}${state === "confirmed" || state === "written" ? "" : reason}`;
  const followed = FINAL.has(state) ? model.followed.filter((each) => each !== entry) : model.followed;
  return toast({ ...model, followed }, level, text, `delivery ${entry.deliveryId}`);
}
