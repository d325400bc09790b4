// Keys for what lies over the panes: each layer has its own, and those that only show something have theirs here.
import type { RestoreAnswer } from "../../domain/pane/workspace.ts";
import { createEditor, editKey } from "../editor.ts";
import { toastCall } from "../effects.ts";
import type { HelpLayer, Layer, RestoreLayer } from "../layers.ts";
import { currentPanes, type Model } from "../model.ts";
import { type Change, closeLayer, replaceLayer, same } from "./change.ts";
import { confirm } from "./closing.ts";
import { copyLayerKey } from "./copy-layer.ts";
import { delegateKey } from "./delegate-layer.ts";
import { findKey } from "./find-layer.ts";
import { listKey } from "./list-layer.ts";
import { promptKey } from "./prompt-layer.ts";
import { runCommand } from "./run-command.ts";
import { scrollLayer, scrollStep } from "./scroll.ts";

/** `notation` as bindings write it; `typed` is the text of the key, or null for one that writes nothing. */
export function layerKey(model: Model, layer: Layer, notation: string, typed: string | null): Change {
  switch (layer.kind) {
    case "delegate":
      return delegateKey(model, layer, notation, typed);
    case "list":
      return listKey(model, layer, notation, typed);
    case "prompt":
      return promptKey(model, layer, notation, typed);
    case "help":
      return helpKey(model, layer, notation, typed);
    case "text": {
      const step = scrollStep(notation);
      if (step !== null) return scrollLayer(model, layer, step);
      return leavesLook(notation) ? same(closeLayer(model, layer.id)) : same(model);
    }
    case "confirm":
      if (notation === "y" || notation === "Y") return [closeLayer(model, layer.id), layer.effects];
      // No is the default: Enter, Escape and n all leave things as they are.
      return notation === "n" ||
        notation === "N" ||
        notation === "Enter" ||
        notation === "q" ||
        leavesLook(notation)
        ? same(closeLayer(model, layer.id))
        : same(model);
    case "trust": {
      const step = scrollStep(notation);
      if (step !== null) return scrollLayer(model, layer, step);
      if (notation !== "y" && notation !== "n" && notation !== "Escape") return same(model);
      return [
        closeLayer(model, layer.id),
        [
          toastCall(
            "trust.answer",
            { sha256: layer.sha256, trust: notation === "y" },
            notation === "y" ? "Trusted; it starts now." : "Not trusted; nothing of it runs.",
          ),
        ],
      ];
    }
    case "restore":
      return restoreKey(model, layer, notation);
    case "display-panes": {
      const closed = closeLayer(model, layer.id);
      const pane = currentPanes(model).find((each) => String(each.index) === notation);
      return pane ? [closed, [toastCall("pane.focus", { target: pane.id })]] : same(closed);
    }
    case "copy":
      return copyLayerKey(model, layer, notation, typed);
    case "find":
      return findKey(model, layer, notation, typed);
  }
}

/** It may come while somebody types: what closes panes asks again. */
function restoreKey(model: Model, layer: RestoreLayer, notation: string): Change {
  const step = scrollStep(notation);
  if (step !== null) return scrollLayer(model, layer, step);
  const answer = (how: RestoreAnswer) => toastCall("restore.answer", { how });
  if (notation === "Enter" || notation === "y") return [closeLayer(model, layer.id), [answer("all")]];
  if (leavesLook(notation)) return [closeLayer(model, layer.id), [answer("later")]];
  if (notation !== "n") return same(model);
  const loss = "Agents keep their conversations, but nothing here goes on with them; what was printed goes.";
  return same(confirm(model, "Close all that ran here before, and begin afresh?", loss, [answer("fresh")]));
}

function helpKey(model: Model, layer: HelpLayer, notation: string, typed: string | null): Change {
  if (layer.filtering) {
    if (notation === "Enter") return same(replaceLayer(model, { ...layer, filtering: false }));
    if (notation === "Escape" || notation === "C-c")
      return same(replaceLayer(model, { ...layer, filtering: false, filter: createEditor("", false) }));
    const filter = editKey(layer.filter, notation, typed);
    return same(filter ? replaceLayer(model, { ...layer, filter, scroll: 0 }) : model);
  }
  if (notation === "/") return same(replaceLayer(model, { ...layer, filtering: true }));
  const step = scrollStep(notation);
  if (step !== null) return scrollLayer(model, layer, step);
  if (notation === ":")
    return runCommand(closeLayer(model, layer.id), {
      kind: "local",
      action: { name: "command-prompt", initial: "" },
    });
  if (notation === "Escape" && layer.filter.text !== "")
    return same(replaceLayer(model, { ...layer, filter: createEditor("", false) }));
  return leavesLook(notation) || notation === "?" ? same(closeLayer(model, layer.id)) : same(model);
}

function leavesLook(notation: string): boolean {
  return notation === "Escape" || notation === "q" || notation === "C-c";
}
