// The line at the bottom: commands with completion and history, and single questions.
import { completeCommandLine, directoryToComplete, parseCommandLine } from "../../domain/commands/parse.ts";
import type { CompletionContext } from "../../domain/commands/command.ts";
import { createEditor, editKey, insertText } from "../editor.ts";
import { toastCall } from "../effects.ts";
import type { PromptLayer } from "../layers.ts";
import type { Model } from "../model.ts";
import { type Change, closeLayer, findLayer, replaceLayer, same } from "./change.ts";
import { runCommand } from "./run-command.ts";

const MAX_HISTORY = 100;
const PRESET_LAYOUTS = ["solo", "pair", "trio", "review", "demo"];

/** Names from the screen that completion may offer. */
export function completionContext(model: Model): CompletionContext {
  const { view } = model;
  return {
    agents: view?.agents.map((agent) => agent.name) ?? [],
    windows: view?.windows.map((window) => String(window.index)) ?? [],
    panes: view?.panes.map((pane) => pane.id) ?? [],
    layouts: PRESET_LAYOUTS,
    locks: [],
    tasks: view?.agents.flatMap((agent) => (agent.task ? [agent.task.id] : [])) ?? [],
    files: model.files?.paths ?? [],
  };
}

/** What Tab would go through for the line as it stands. */
export function promptCompletions(model: Model, layer: PromptLayer) {
  // Who gets the task: one of those that are there.
  if (layer.purpose.kind === "call" && layer.purpose.field === "to") {
    const typed = (layer.completeFrom ?? layer.editor.text).toLowerCase();
    return (model.view?.agents ?? [])
      .filter((agent) => agent.name.toLowerCase().startsWith(typed))
      .map((agent) => ({ line: agent.name, label: agent.name, detail: `${agent.role}, ${agent.presence}` }));
  }
  if (layer.purpose.kind !== "command") return [];
  return completeCommandLine(layer.completeFrom ?? layer.editor.text, completionContext(model));
}

/** The line with the candidate at this place of `promptCompletions` in it. */
export function withCandidate(model: Model, layer: PromptLayer, candidate: number): PromptLayer {
  const candidates = promptCompletions(model, layer);
  const editor = createEditor(candidates[candidate]?.line ?? layer.editor.text, false);
  // One candidate is the answer: the next Tab completes what follows.
  if (candidates.length === 1) return { ...layer, error: null, editor, candidate: -1, completeFrom: null };
  const completeFrom = layer.completeFrom ?? layer.editor.text;
  return { ...layer, error: null, editor, candidate, completeFrom };
}

/** The directory whose files the line goes on with; null when it is another word's turn. */
function directoryOf({ purpose, editor }: PromptLayer): string | null {
  return purpose.kind === "command" ? directoryToComplete(editor.text) : null;
}

/** Goes on with the Tab that asked for the files, if its line still stands there. */
export function filesListed(
  model: Model,
  layerId: number,
  directory: string,
  paths: readonly string[],
): Change {
  const told = { ...model, files: { directory, paths } };
  const layer = findLayer(told, "prompt", layerId);
  return layer !== null && directoryOf(layer) === directory
    ? promptKey(told, layer, "Tab", null)
    : same(told);
}

export function promptKey(model: Model, layer: PromptLayer, notation: string, typed: string | null): Change {
  const change = (next: Partial<PromptLayer>) =>
    same(replaceLayer(model, { ...layer, error: null, ...next }));
  switch (notation) {
    case "Escape":
    case "C-c":
    case "C-g":
      return same(closeLayer(model, layer.id));
    case "Enter":
      return submit(model, layer);
    case "Tab":
    case "S-Tab": {
      const directory = layer.candidate < 0 ? directoryOf(layer) : null;
      if (directory !== null && model.files?.directory !== directory) {
        const cwd = model.view?.project.root ?? "";
        return [model, [{ type: "list-files", layerId: layer.id, directory, cwd }]];
      }
      const candidates = promptCompletions(model, layer);
      if (candidates.length === 0) return same(model);
      const step = notation === "Tab" ? 1 : -1;
      const candidate =
        (layer.candidate + step + candidates.length + (layer.candidate < 0 && step < 0 ? 1 : 0)) %
        candidates.length;
      return same(replaceLayer(model, withCandidate(model, layer, candidate)));
    }
    case "Up":
    case "C-p":
    case "Down":
    case "C-n": {
      if (layer.purpose.kind !== "command") return same(model);
      const step = notation === "Up" || notation === "C-p" ? 1 : -1;
      const historyAt = Math.max(-1, Math.min(layer.historyAt + step, model.commandHistory.length - 1));
      const draft = layer.historyAt < 0 ? layer.editor.text : layer.draft;
      return change({
        historyAt,
        draft,
        editor: createEditor(model.commandHistory[historyAt] ?? draft, false),
        candidate: -1,
        completeFrom: null,
      });
    }
    case "BSpace":
      if (layer.editor.text === "" && layer.purpose.kind === "command")
        return same(closeLayer(model, layer.id));
      break;
    default:
  }
  const editor = editKey(layer.editor, notation, typed);
  return editor ? change({ editor, candidate: -1, completeFrom: null }) : same(model);
}

export function promptPaste(model: Model, layer: PromptLayer, text: string): Change {
  return same(
    replaceLayer(model, {
      ...layer,
      editor: insertText(layer.editor, text),
      candidate: -1,
      completeFrom: null,
      error: null,
    }),
  );
}

function submit(model: Model, layer: PromptLayer): Change {
  const text = layer.editor.text.trim();
  const closed = closeLayer(model, layer.id);
  const { purpose } = layer;
  switch (purpose.kind) {
    case "command": {
      if (text === "") return same(closed);
      const parsed = parseCommandLine(text);
      if (!parsed.ok) {
        const error =
          parsed.error.hint === "" ? parsed.error.message : `${parsed.error.message} ${parsed.error.hint}`;
        return same(replaceLayer(model, { ...layer, error }));
      }
      const history = [text, ...model.commandHistory.filter((line) => line !== text)].slice(0, MAX_HISTORY);
      return runCommand({ ...closed, commandHistory: history }, parsed.command);
    }
    case "rename-window": {
      if (text === "") return same(replaceLayer(model, { ...layer, error: "A window needs a name." }));
      const window = model.view?.windows.find((each) => each.id === purpose.windowId);
      return window
        ? [closed, [toastCall("window.rename", { target: String(window.index), name: text.slice(0, 64) })]]
        : same(closed);
    }
    case "lock-path":
      return text === ""
        ? same(closed)
        : [closed, [toastCall("lock.acquire", { path: text }, `Locked ${text}`)]];
    case "call": {
      if (text === "" && !purpose.allowEmpty)
        return same(replaceLayer(model, { ...layer, error: "Write something, or esc to leave it." }));
      const params = text === "" ? purpose.params : { ...purpose.params, [purpose.field]: text };
      const list = closed.layers.findLast((each) => each.kind === "list");
      const reply = list
        ? ({ kind: "list-action", layerId: list.id } as const)
        : ({ kind: "toast" } as const);
      return [closed, [{ type: "call", method: purpose.method, params, reply }]];
    }
  }
}
