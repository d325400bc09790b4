// Small steps that many updates share.
import type { BindingContext } from "../../domain/keys/bindings.ts";
import type { Level } from "../../protocol/views.ts";
import type { Effect } from "../effects.ts";
import type { Layer } from "../layers.ts";
import { currentPanes, currentWindow, focusedPane, isEnded, type Model } from "../model.ts";

/** The new model, and what is to be done. */
export type Change = readonly [Model, readonly Effect[]];

const TOAST_MS = { info: 4_000, good: 4_000, warn: 6_000, bad: 8_000 } as const;
const MAX_TOASTS = 3;
const MAX_MESSAGES = 200;

export function same(model: Model): Change {
  return [model, []];
}

/** Says something in the corner. Toasts of one subject replace each other; the oldest of too many goes. */
export function toast(model: Model, level: Level, text: string, subject: string | null = null): Model {
  if (text === "") return model;
  const entry = { level, text, untilMs: model.nowMs + TOAST_MS[level], subject };
  const others = model.toasts.filter(
    (each) => each.text !== text && (subject === null || each.subject !== subject),
  );
  return {
    ...model,
    toasts: [...others, entry].slice(-MAX_TOASTS),
    messages: [...model.messages, { atMs: model.nowMs, level, text }].slice(-MAX_MESSAGES),
  };
}

/** Puts a layer on top. The function gets the layer's id. */
export function openLayer(model: Model, create: (id: number) => Layer): Model {
  return {
    ...model,
    nextLayerId: model.nextLayerId + 1,
    layers: [...model.layers, create(model.nextLayerId)],
    drag: null,
  };
}

export function closeLayer(model: Model, id: number): Model {
  return { ...model, layers: model.layers.filter((layer) => layer.id !== id) };
}

export function replaceLayer(model: Model, layer: Layer): Model {
  return { ...model, layers: model.layers.map((each) => (each.id === layer.id ? layer : each)) };
}

export function findLayer<K extends Layer["kind"]>(
  model: Model,
  kind: K,
  id: number,
): Extract<Layer, { kind: K }> | null {
  const layer = model.layers.find((each) => each.id === id && each.kind === kind);
  return (layer as Extract<Layer, { kind: K }> | undefined) ?? null;
}

export function bindingContext(model: Model): BindingContext {
  const panes = currentPanes(model);
  const window = currentWindow(model);
  const focused = focusedPane(model);
  const windows = model.view?.windows ?? [];
  const exists = (id: string | null) =>
    id !== null && (model.view?.panes.some((pane) => pane.id === id) ?? false);
  return {
    connected: model.link.kind === "up" && model.view !== null,
    readOnly: model.readOnly,
    paneCount: panes.length,
    windowCount: windows.length,
    zoomed: window?.zoomed ?? false,
    hasLastPane: exists(model.lastPaneId) && model.lastPaneId !== focused?.id,
    hasLastWindow: windows.some((each) => each.last || (each.id === model.lastWindowId && !each.current)),
    windowIndexes: windows.map((each) => each.index),
    focusedDead: focused !== null && isEnded(focused),
    hasFocus: focused !== null,
    focusedAgent: focused?.agent ?? null,
    agentCount: model.view?.agents.length ?? 0,
    hasMark: exists(model.markedPaneId),
    markIsHere: model.markedPaneId !== null && model.markedPaneId === focused?.id,
  };
}
