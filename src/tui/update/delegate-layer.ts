// The dialog that gives a task or a message to an agent.
import type { AgentView } from "../../protocol/views.ts";
import { PRIORITIES } from "../../domain/task/words.ts";
import { createEditor, editKey, insertText } from "../editor.ts";
import type { DelegateField, DelegateLayer } from "../layers.ts";
import { agentOfPane, currentPanes, focusedPane, type Model } from "../model.ts";
import { type Change, openLayer, closeLayer, replaceLayer, same, toast } from "./change.ts";

/**
 * Opens the dialog; with no agent named it takes one of the window that is looked at before others, an idle one before one
 * that works, and not the one in focus. A text of several lines is what was marked: the cursor stands on an empty line
 * above it, for the words about it.
 */
export function openDelegate(
  model: Model,
  purpose: DelegateLayer["purpose"],
  to: string | null,
  text: string,
  replyTo: string | null,
): Model {
  const here = agentOfPane(model, focusedPane(model));
  const others = (model.view?.agents ?? []).filter((agent) => agent.name !== here?.name);
  const near = new Set(currentPanes(model).map((pane) => pane.id));
  const inSight = others.filter(({ paneId, state }) => near.has(paneId ?? "") && state.name !== "exited");
  const isIdle = ({ state }: AgentView) => state.name === "idle";
  const first = inSight.find(isIdle) ?? inSight[0] ?? others.find(isIdle) ?? others[0] ?? here;
  const chosen = to ?? first?.name ?? (purpose === "message" ? "all" : "");
  return openLayer(model, (id) => ({
    kind: "delegate",
    id,
    purpose,
    to: chosen,
    text: text.includes("\n") ? { ...createEditor(`\n\n${text}`), cursor: 0 } : createEditor(text),
    files: createEditor("", false),
    accept: createEditor("", false),
    priority: "medium",
    field: "text",
    sending: false,
    error: null,
    replyTo,
  }));
}

/** Whom the dialog offers: the agents, and everybody for a message. */
export function recipients(model: Model, layer: DelegateLayer): readonly string[] {
  const names = (model.view?.agents ?? []).map((agent) => agent.name);
  const offered = layer.purpose === "message" ? [...names, "all", "operator"] : names;
  return offered.includes(layer.to) || layer.to === "" ? offered : [layer.to, ...offered];
}

/** "Goes now …" or what it will wait for, from the agent's state as it is. */
export function outlook(
  agent: AgentView | null,
  to: string,
): { readonly goesNow: boolean; readonly text: string } {
  if (!agent)
    return to === "all"
      ? { goesNow: true, text: "Goes to every agent, to each when it is safe." }
      : { goesNow: false, text: "Nobody is chosen." };
  if (agent.paneId === null) return { goesNow: false, text: `Waits: ${agent.name} runs in no pane.` };
  if (agent.waiting)
    return { goesNow: false, text: `Waits behind ${agent.waiting.count}: ${agent.waiting.reason}.` };
  switch (agent.state.name) {
    case "idle":
      if (agent.hasDraft)
        return { goesNow: false, text: `Waits: your draft is in the composer of ${agent.name}.` };
      return { goesNow: true, text: `Goes now: ${agent.name} is idle.` };
    case "working":
      return { goesNow: false, text: `Waits: ${agent.name} is working; it goes when that is done.` };
    case "blocked":
      return {
        goesNow: false,
        text: `Waits: ${agent.name} needs you first${agent.state.message ? ` (${agent.state.message})` : ""}.`,
      };
    case "starting":
      return { goesNow: false, text: `Waits: ${agent.name} is starting.` };
    case "error":
      return { goesNow: false, text: `Waits: ${agent.name} shows an error.` };
    case "exited":
      return { goesNow: false, text: `Waits: ${agent.name} has ended; C-b R starts it again.` };
    case "unknown":
      return { goesNow: false, text: `Waits: what ${agent.name} does is not certain; C-b e says why.` };
  }
}

const DELEGATE_FIELDS: readonly DelegateField[] = ["text", "to", "priority", "files", "accept"];
const MESSAGE_FIELDS: readonly DelegateField[] = ["text", "to", "priority"];

export function delegateKey(
  model: Model,
  layer: DelegateLayer,
  notation: string,
  typed: string | null,
): Change {
  const change = (next: Partial<DelegateLayer>) =>
    same(replaceLayer(model, { ...layer, error: null, ...next }));
  const fields = layer.purpose === "delegate" ? DELEGATE_FIELDS : MESSAGE_FIELDS;
  switch (notation) {
    case "Escape":
      return same(closeLayer(model, layer.id));
    case "C-c":
      // Once empties a draft, twice leaves.
      return layer.text.text === "" ? same(closeLayer(model, layer.id)) : change({ text: createEditor() });
    case "Enter":
      return send(model, layer);
    case "C-e":
      if (layer.field === "text")
        return [model, [{ type: "editor", text: layer.text.text, layerId: layer.id }]];
      break;
    case "M-Enter":
    case "S-Enter":
    case "C-j":
    case "C-Enter":
      return change({ text: insertText(layer.text, "\n"), field: "text" });
    case "Tab":
    case "S-Tab": {
      const step = notation === "Tab" ? 1 : -1;
      const at = fields.indexOf(layer.field);
      return change({ field: fields[(at + step + fields.length) % fields.length] });
    }
    default:
  }
  const isBackwards = notation === "Left" || notation === "Up";
  const isMove = isBackwards || notation === "Right" || notation === "Down";
  if (
    isMove &&
    (layer.field === "to" ||
      (layer.field === "text" && layer.text.text === "" && notation !== "Up" && notation !== "Down"))
  ) {
    return change({ to: cycle(recipients(model, layer), layer.to, isBackwards ? -1 : 1) });
  }
  if (layer.field === "priority") {
    if (isMove) return change({ priority: cycle(PRIORITIES, layer.priority, isBackwards ? -1 : 1) });
    const named = PRIORITIES.find((priority) => typed !== null && priority.startsWith(typed.toLowerCase()));
    return named ? change({ priority: named }) : same(model);
  }
  if (layer.field === "to") {
    const named = recipients(model, layer).find(
      (name) => typed !== null && name.toLowerCase().startsWith(typed.toLowerCase()),
    );
    return named ? change({ to: named }) : same(model);
  }
  const editor = editKey(layer[layer.field], notation, typed);
  return editor ? change({ [layer.field]: editor }) : same(model);
}

export function delegatePaste(model: Model, layer: DelegateLayer, text: string): Change {
  const field = layer.field === "files" || layer.field === "accept" ? layer.field : "text";
  return same(replaceLayer(model, { ...layer, field, [field]: insertText(layer[field], text), error: null }));
}

function send(model: Model, layer: DelegateLayer): Change {
  if (layer.sending) return same(model);
  const text = layer.text.text.trim();
  if (layer.to === "")
    return same(
      replaceLayer(model, { ...layer, error: "Choose an agent first (tab, then left and right)." }),
    );
  if (text === "")
    return same(
      replaceLayer(model, {
        ...layer,
        error: layer.purpose === "delegate" ? "Say what is to be done." : "Say something.",
      }),
    );
  if (model.link.kind !== "up")
    return same(toast(model, "warn", "The server is gone; the text stays here until it is back.", "reason"));
  const reply = { kind: "delegate", layerId: layer.id } as const;
  const sending = replaceLayer(model, { ...layer, sending: true, error: null });
  if (layer.purpose === "message") {
    const params = {
      to: layer.to,
      body: layer.text.text,
      priority: layer.priority,
      replyTo: layer.replyTo ?? undefined,
    };
    return [sending, [{ type: "call", method: "message.send", params, reply }]];
  }
  const list = (source: string) =>
    source
      .split(/[,;]/)
      .map((item) => item.trim())
      .filter((item) => item !== "");
  const files = list(layer.files.text);
  const params = {
    to: layer.to,
    text: layer.text.text,
    priority: layer.priority,
    files,
    lock: files.length > 0,
    acceptanceCriteria: list(layer.accept.text),
  };
  return [sending, [{ type: "call", method: "task.delegate", params, reply }]];
}

function cycle<T>(items: readonly T[], current: T, step: 1 | -1): T {
  const at = items.indexOf(current);
  return items[(at + step + items.length) % items.length] ?? current;
}
