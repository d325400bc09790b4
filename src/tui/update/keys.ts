// Where a key goes: the prefix, the layer on top, or the pane.
import { commandOf } from "../../domain/keys/bindings.ts";
import type { InputEvent, KeyEvent, ReplyEvent } from "../../domain/keys/events.ts";
import { formatKey } from "../../domain/keys/key.ts";
import { captionOf, endCoach } from "../coach.ts";
import { insertText } from "../editor.ts";
import type { Effect } from "../effects.ts";
import type { Layer } from "../layers.ts";
import { focusedPane, isEnded, type Model, topLayer } from "../model.ts";
import { colourReply, themeNameForBackground } from "../theme.ts";
import { type Change, replaceLayer, same, toast } from "./change.ts";
import { copyLayerPaste } from "./copy-layer.ts";
import { delegatePaste } from "./delegate-layer.ts";
import { findPaste } from "./find-layer.ts";
import { layerKey } from "./layer-keys.ts";
import { mouse } from "./mouse.ts";
import { promptPaste } from "./prompt-layer.ts";
import { runCommand, typingTargets } from "./run-command.ts";
import { themeOf } from "./settings.ts";
import { refuseWatcher } from "./watching.ts";

const REPEAT_MS = 500;

export function input(model: Model, event: InputEvent): Change {
  switch (event.type) {
    case "key":
      return key(model, event);
    case "paste":
      return paste(model, event.bytes);
    case "mouse":
      return mouse(model, event);
    case "focus": {
      const focused = focusedPane(model);
      const effects: Effect[] = [
        {
          type: "call",
          method: "client.focus",
          params: { focused: event.focused },
          reply: { kind: "nothing" },
        },
      ];
      if (focused) effects.push({ type: "focus", paneNumber: focused.number, focused: event.focused });
      return [{ ...model, terminalFocused: event.focused }, effects];
    }
    case "reply":
      return reply(model, event);
    case "unknown":
      return same(model);
  }
}

/** What the terminal says of itself: its colours, or that they are others now. */
function reply(model: Model, event: ReplyEvent): Change {
  if (event.kind === "csi" && /^\?997;[12]n$/.test(event.data)) return [model, [{ type: "ask-colours" }]];
  const colour = event.kind === "osc" ? colourReply(event.data) : null;
  if (colour === null) return same(model);
  const colours = { ...model.terminalColours, [colour.name]: colour.hex };
  const told = model.link.kind === "up" ? tellColours(colours) : [];
  const known: Model = { ...model, terminalColours: colours };
  const theme = colour.name === "background" && !model.themeFixed ? themeNameForBackground(event.data) : null;
  if (theme === null) return [known, told];
  const themed: Model = { ...known, backgroundTheme: theme };
  return [{ ...themed, theme: themeOf(themed) }, told];
}

/** Panes that ask for colours are told the terminal's own. */
export function tellColours(colours: Model["terminalColours"]): Effect[] {
  if (Object.keys(colours).length === 0) return [];
  return [{ type: "call", method: "client.colours", params: colours, reply: { kind: "nothing" } }];
}

function key(model: Model, event: KeyEvent): Change {
  if (event.action === "release") return [model, [{ type: "key-release", event }]];
  const notation = formatKey(event);
  const typed = event.text !== undefined && !event.ctrl && !event.alt ? event.text : null;
  const layer = topLayer(model);
  const repeating = model.prefix.kind === "repeat" && model.nowMs <= model.prefix.untilMs;
  if (
    model.prefix.kind === "armed" ||
    (repeating && model.bindings.some((binding) => binding.repeats && binding.key === notation))
  ) {
    return bound({ ...model, prefix: { kind: "off" } }, notation);
  }
  const base: Model = model.prefix.kind === "off" ? model : { ...model, prefix: { kind: "off" } };
  if (notation === base.prefixKey && takesPrefix(layer)) return same({ ...base, prefix: { kind: "armed" } });
  // Escape pressed twice in a moment comes as one key with Meta.
  if (layer) return layerKey(base, layer, notation === "M-Escape" ? "Escape" : notation, typed);
  return paneKey(base, event, notation);
}

/** Fields for text keep the prefix key for themselves: there it moves the cursor. */
function takesPrefix(layer: Layer | null): boolean {
  return (
    layer === null ||
    layer.kind === "list" ||
    layer.kind === "help" ||
    layer.kind === "text" ||
    (layer.kind === "copy" && !layer.copy.prompt) ||
    (layer.kind === "find" && !layer.isTyping) ||
    layer.kind === "display-panes"
  );
}

function bound(model: Model, notation: string): Change {
  const binding =
    model.bindings.find((each) => each.key === notation) ??
    (notation === model.prefixKey
      ? model.bindings.find((each) => each.command === "send-prefix")
      : undefined);
  if (!binding) {
    if (notation === "Escape") return same(model);
    return same(
      toast(
        model,
        "info",
        `${model.prefixKey} ${notation} is not bound; ${model.prefixKey} ? shows the keys.`,
        "reason",
      ),
    );
  }
  // One that opens something else closes what was a mere look.
  const cleared =
    model.layers.at(-1)?.kind === "display-panes" || model.layers.at(-1)?.kind === "help"
      ? { ...model, layers: model.layers.slice(0, -1) }
      : model;
  const [next, effects] = runCommand(cleared, commandOf(binding));
  if (!binding.repeats) return [next, effects];
  return [{ ...next, prefix: { kind: "repeat", untilMs: model.nowMs + REPEAT_MS } }, effects];
}

/** Straight to the program, unless there is none. */
function paneKey(model: Model, event: KeyEvent, notation: string): Change {
  const focused = focusedPane(model);
  if (model.link.kind !== "up")
    return same(toast(model, "warn", "The server is gone; keys go nowhere until it is back.", "reason"));
  if (!focused) return same(model);
  const endsHints = notation === "Escape" && captionOf(model) !== null;
  if (isEnded(focused)) {
    if (endsHints) return endCoach(model);
    if (notation === "r" || notation === "Enter")
      return runCommand(model, { kind: "local", action: { name: "respawn", kill: false } });
    if (notation === "x") return runCommand(model, { kind: "local", action: { name: "kill-pane" } });
    return same(
      toast(
        model,
        "info",
        "The program in this pane has ended: r starts it again, x closes the pane.",
        "reason",
      ),
    );
  }
  if (model.readOnly) return refuseWatcher(model);
  if (endsHints) {
    const [next, effects] = endCoach(model);
    return [next, [...effects, { type: "key", paneNumbers: typingTargets(model), event }]];
  }
  return [model, [{ type: "key", paneNumbers: typingTargets(model), event }]];
}

/** A paste goes whole to where typing goes; nothing in it is ever taken for a key. */
function paste(model: Model, bytes: Uint8Array): Change {
  const layer = topLayer(model);
  const text = () => new TextDecoder().decode(bytes);
  if (layer?.kind === "delegate") return delegatePaste(model, layer, text());
  if (layer?.kind === "prompt") return promptPaste(model, layer, text());
  if (layer?.kind === "list" && layer.filtering)
    return same(replaceLayer(model, { ...layer, filter: insertText(layer.filter, text()) }));
  if (layer?.kind === "help" && layer.filtering)
    return same(replaceLayer(model, { ...layer, filter: insertText(layer.filter, text()) }));
  if (layer?.kind === "copy" && layer.copy.prompt) return copyLayerPaste(model, layer, text());
  if (layer?.kind === "find") return findPaste(model, layer, text());
  if (layer) return same(toast(model, "info", "There is no text field here to paste into.", "reason"));
  if (model.readOnly) return refuseWatcher(model);
  const paneNumbers = typingTargets(model);
  return paneNumbers.length === 0 ? same(model) : [model, [{ type: "paste", paneNumbers, bytes }]];
}
