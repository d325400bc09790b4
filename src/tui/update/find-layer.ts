// Search through all panes: a line for the pattern, the hits with what stands round them, and the way to each.
import type { ResultOf } from "../../protocol/results.ts";
import { createEditor, editKey, insertText } from "../editor.ts";
import type { FoundPlace } from "../effects.ts";
import { toastCall } from "../effects.ts";
import type { FindLayer } from "../layers.ts";
import { focusedPane, type Model } from "../model.ts";
import { type Change, closeLayer, openLayer, replaceLayer, same, toast } from "./change.ts";
import { openCopy } from "./copy-layer.ts";
import { beginFind, showHit, stopFind } from "./find-steps.ts";

const PAGE = 10;

/** With a pattern the search begins at once; without one the hits of the last search are shown. */
export function openFind(model: Model, pattern: string, regex: boolean): Change {
  const last = model.find;
  const opened = openLayer(model, (id) => ({
    kind: "find",
    id,
    editor: createEditor(pattern || (last?.pattern ?? ""), false),
    regex: pattern === "" ? (last?.regex ?? false) : regex,
    isTyping: pattern === "" && (last === null || last.hits.length === 0),
    selected: Math.max(0, last?.current ?? 0),
  }));
  return pattern === "" ? same(opened) : beginFind(opened, pattern, regex);
}

export function findKey(model: Model, layer: FindLayer, notation: string, typed: string | null): Change {
  return layer.isTyping ? typingKey(model, layer, notation, typed) : hitsKey(model, layer, notation);
}

export function findPaste(model: Model, layer: FindLayer, text: string): Change {
  return same(replaceLayer(model, { ...layer, isTyping: true, editor: insertText(layer.editor, text) }));
}

function typingKey(model: Model, layer: FindLayer, notation: string, typed: string | null): Change {
  const hasHits = (model.find?.hits.length ?? 0) > 0;
  switch (notation) {
    case "Enter": {
      if (layer.editor.text === "") return same(model);
      const searching = replaceLayer(model, { ...layer, isTyping: false, selected: 0 });
      return beginFind(searching, layer.editor.text, layer.regex);
    }
    case "Escape":
    case "C-c":
    case "C-g":
      return hasHits && model.find?.pattern === layer.editor.text
        ? same(replaceLayer(model, { ...layer, isTyping: false }))
        : same(closeLayer(model, layer.id));
    case "M-r":
    case "C-r":
    case "C-t":
      return same(replaceLayer(model, { ...layer, regex: !layer.regex }));
    case "Down":
    case "C-n":
    case "Tab":
      return same(hasHits ? replaceLayer(model, { ...layer, isTyping: false }) : model);
    default: {
      const editor = editKey(layer.editor, notation, typed);
      return same(editor ? replaceLayer(model, { ...layer, editor }) : model);
    }
  }
}

function hitsKey(model: Model, layer: FindLayer, notation: string): Change {
  const count = model.find?.hits.length ?? 0;
  const select = (index: number) =>
    same(replaceLayer(model, { ...layer, selected: Math.max(0, Math.min(index, count - 1)) }));
  switch (notation) {
    case "j":
    case "n":
    case "Down":
    case "C-n":
      return select(layer.selected + 1);
    case "k":
    case "N":
    case "p":
    case "Up":
    case "C-p":
      return select(layer.selected - 1);
    case "PageDown":
    case "C-d":
    case "Space":
      return select(layer.selected + PAGE);
    case "PageUp":
    case "C-u":
      return select(layer.selected - PAGE);
    case "g":
    case "Home":
      return select(0);
    case "G":
    case "End":
      return select(count - 1);
    case "Enter":
    case "l":
    case "Right": {
      if (count === 0) return same(model);
      return showHit(closeLayer(model, layer.id), layer.selected);
    }
    case "/":
    case "i":
      return same(replaceLayer(model, { ...layer, isTyping: true }));
    case "c":
    case "C-c":
      if (model.find?.isOver === false) return stopFind(model);
      return notation === "C-c" ? same(closeLayer(model, layer.id)) : same(model);
    case "Escape":
    case "q":
      return leaveFind(model, layer);
    default:
      return same(
        toast(model, "info", `${notation} does nothing here; enter goes there, / searches anew.`, "reason"),
      );
  }
}

/** Who leaves does not wait for the rest. */
export function leaveFind(model: Model, layer: FindLayer): Change {
  const [stopped, effects] = stopFind(model);
  return [closeLayer(stopped, layer.id), effects];
}

/** The server says where the hit can be looked at: goes to that pane first. */
export function findShown(model: Model, place: ResultOf<"search.show">): Change {
  if (!model.view?.panes.some((pane) => pane.id === place.paneId))
    return same(toast(model, "warn", "The pane of this hit is gone.", "reason"));
  // Of what is looked back in for this search only one stays: who walks through hits leaves no trail of panes behind.
  const open = model.layers.filter(
    (layer) =>
      layer.kind === "find" ||
      (layer.kind === "copy" && (layer.copy.isFromFind || layer.copy.paneId === place.paneId)),
  );
  const closed = open.reduce((held, layer) => closeLayer(held, layer.id), model);
  const left = open.flatMap((layer) =>
    layer.kind === "copy" && layer.copy.paneId !== place.paneId
      ? [toastCall("client.mode", { paneId: layer.copy.paneId, copyMode: false })]
      : [],
  );
  if (focusedPane(model)?.id === place.paneId) {
    const [next, effects] = findFocused(closed, place);
    return [next, [...left, ...effects]];
  }
  return [
    closed,
    [
      ...left,
      {
        type: "call",
        method: "pane.focus",
        params: { target: place.paneId },
        reply: { kind: "find-focused", place },
      },
    ],
  ];
}

/** The pane has the focus: looks back in it at the hit. */
export function findFocused(model: Model, place: FoundPlace): Change {
  const pane = focusedPane(model);
  if (pane?.id !== place.paneId || !pane.inner)
    return same(toast(model, "warn", "The pane of this hit is not on the screen.", "reason"));
  const { row, col, length, snapshot } = place;
  const [next, effects] = openCopy(model, { kind: "hit", row, col, length }, { snapshot, isFromFind: true });
  const at = (model.find?.current ?? 0) + 1;
  const where = snapshot === null ? "" : ", as it was then";
  return [
    toast(next, "info", `${at} of ${model.find?.hits.length ?? 0} hits${where}; n and N go on.`, "find"),
    effects,
  ];
}
