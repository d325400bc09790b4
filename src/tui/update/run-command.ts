// Carries a command out, whether a key, a line at the prompt or a click asked for it.
import type { Command, LocalAction } from "../../domain/commands/command.ts";
import { disabledReason, withPrefix } from "../../domain/keys/bindings.ts";
import { parseKey } from "../../domain/keys/key.ts";
import { inertText } from "../../domain/text/inert.ts";
import { endCoach } from "../coach.ts";
import { selectedText } from "../copy/copy-text.ts";
import { MAX_COPIED_ROWS, selectedRows } from "../copy/needs.ts";
import { createEditor } from "../editor.ts";
import { type Effect, toastCall } from "../effects.ts";
import {
  copyLayerOf,
  currentPanes,
  currentWindow,
  focusedPane,
  isEnded,
  paneNamed,
  type Model,
} from "../model.ts";
import { fillIn } from "../fill-in.ts";
import { bindingContext, type Change, openLayer, same, toast } from "./change.ts";
import { confirm, killOthers, killPane, killWindow, respawn } from "./closing.ts";
import { openCopy } from "./copy-layer.ts";
import { openDelegate } from "./delegate-layer.ts";
import { openFind } from "./find-layer.ts";
import { stepFind } from "./find-steps.ts";
import { openList } from "./open-list.ts";

/** What a call says when it has succeeded and the screen does not show it by itself. */
const DONE: Readonly<Record<string, string | ((params: Readonly<Record<string, unknown>>) => string)>> = {
  "task.delegate": "Delegated",
  "task.create": "On the board",
  "task.assign": "Assigned",
  "task.claim": "Yours now",
  "message.send": "Sent",
  "message.reply": "Replied",
  "message.directive": "Directed",
  "lock.acquire": ({ path, resource }) => `Locked ${inertText(String(path ?? resource))}`,
  "lock.release": ({ path, resource }) => `Released ${inertText(String(path ?? resource))}`,
  "task.update": "Task updated",
  "decision.record": "Decision recorded",
  "spec.subscribe": "You will be told of new versions",
  "spec.unsubscribe": "No more is said of it",
  "question.answer": "Answered",
  "activity.add": "Noted",
  "archive.run": "What was long over is in the archive",
  "layout.save": ({ name }) => `Layout saved; \`:layout ${inertText(String(name))}\` opens it`,
  "session.set": "Mode changed",
  "pane.reopen": "Back again",
  "pane.clear-history": "What was printed above is gone, on disk as well",
};

/** Does the command, or says why it cannot be done now. */
export function runCommand(model: Model, command: Command): Change {
  const reason = disabledReason(command, bindingContext(model));
  if (reason !== null) return same(toast(model, "warn", withPrefix(reason, model.prefixKey), "reason"));
  if (command.kind === "call") {
    const done = DONE[command.method];
    const words = typeof done === "function" ? done(command.params) : done;
    return [model, [toastCall(command.method, command.params, words)]];
  }
  return runLocal(model, command.action);
}

const DISPLAY_PANES_MS = 4_000;
/** What `:display-message` says without words of its own. */
const WHERE_ONE_IS = "#S, window #I #W, pane #P (#D): #T";

function runLocal(model: Model, action: LocalAction): Change {
  const focused = focusedPane(model);
  switch (action.name) {
    case "open-list":
      return openList(model, action.list);
    case "delegate":
    case "message":
      return same(openDelegate(model, action.name, action.to, action.text || markedText(model), null));
    case "help":
      return same(
        openLayer(model, (id) => ({
          kind: "help",
          id,
          filter: createEditor("", false),
          filtering: false,
          scroll: 0,
        })),
      );
    case "command-prompt":
      return same(openPrompt(model, ":", { kind: "command" }, action.initial));
    case "rename-window": {
      const window = currentWindow(model);
      if (!window) return same(model);
      return same(
        openPrompt(
          model,
          `rename ${window.index}:`,
          { kind: "rename-window", windowId: window.id },
          window.name,
        ),
      );
    }
    case "lock":
      return same(openPrompt(model, "lock which path?", { kind: "lock-path" }, ""));
    case "detach": {
      // Who has come to the last hint needs none of them again.
      const [left, effects] = model.coach === "leave" ? endCoach(model) : same(model);
      const line = "[detached; `ia-tmux` brings it back]";
      return [left, [...effects, { type: "exit", code: 0, line, detach: true }]];
    }
    case "copy-mode":
      return openCopy(model, action.search ? "search" : action.pageUp ? "page-up" : "none");
    case "paste-buffer":
      return [
        model,
        [
          {
            type: "call",
            method: "buffer.show",
            params: action.buffer === null ? {} : { name: action.buffer },
            reply: { kind: "buffer-text", to: "panes" },
          },
        ],
      ];
    case "find":
      return openFind(model, action.pattern, action.regex);
    case "find-step":
      return stepFind(model, action.step);
    case "copy-keys":
      return same(
        toast({ ...model, copyKeys: action.style }, "info", `Copy mode has ${action.style}'s keys.`),
      );
    case "display-panes":
      return same(
        openLayer(model, (id) => ({ kind: "display-panes", id, untilMs: model.nowMs + DISPLAY_PANES_MS })),
      );
    case "focus-next":
      return focusStep(model, 1);
    case "focus-last":
      return [model, [toastCall("pane.focus", { target: model.lastPaneId ?? "" })]];
    case "window-step": {
      const windows = model.view?.windows ?? [];
      const at = windows.findIndex((window) => window.current);
      const next = windows[(at + action.step + windows.length) % windows.length];
      return next ? selectWindow(model, next.index) : same(model);
    }
    case "window-last": {
      const last = model.view?.windows.find((window) => window.last || window.id === model.lastWindowId);
      return last ? selectWindow(model, last.index) : same(model);
    }
    case "swap-step": {
      const panes = currentPanes(model);
      const at = panes.findIndex((pane) => pane.focused);
      const other = panes[(at + action.step + panes.length) % panes.length];
      return focused && other
        ? [model, [toastCall("pane.swap", { target: focused.id, with: other.id })]]
        : same(model);
    }
    case "mark-pane": {
      const pane = action.target === null ? focused : paneNamed(model, action.target);
      if (!pane) return same(toast(model, "warn", `There is no pane ${action.target ?? "here"}.`, "reason"));
      if (model.markedPaneId === pane.id)
        return same(toast({ ...model, markedPaneId: null }, "info", "The mark is gone."));
      return same(
        toast(
          { ...model, markedPaneId: pane.id },
          "info",
          `Marked. ${model.prefixKey} j brings it to where you are, \`:swap-pane\` exchanges.`,
        ),
      );
    }
    case "join-marked": {
      const window = currentWindow(model);
      if (!model.markedPaneId || !window) return same(model);
      return [
        { ...model, markedPaneId: null },
        [
          toastCall("pane.join", {
            target: model.markedPaneId,
            into: focused?.id ?? String(window.index),
            direction: action.direction,
          }),
        ],
      ];
    }
    case "swap-marked":
      return [
        { ...model, markedPaneId: null },
        [toastCall("pane.swap", { target: focused?.id, with: model.markedPaneId ?? "" })],
      ];
    case "kill-pane":
      return killPane(model);
    case "kill-window":
      return killWindow(model);
    case "respawn":
      return respawn(model, action.kill);
    case "install-retry":
      return respawn(model, false);
    case "kill-others":
      return killOthers(model);
    case "say":
      return same(toast(model, "info", fillIn(action.text || WHERE_ONE_IS, model)));
    case "send-prefix": {
      const key = parseKey(model.prefixKey);
      if (!focused || !key) return same(model);
      return [
        model,
        [
          {
            type: "key",
            paneNumbers: typingTargets(model),
            event: { ...key, type: "key", action: "press", raw: new Uint8Array(0) },
          },
        ],
      ];
    }
    case "redraw":
      return [model, [{ type: "redraw" }]];
    case "publish-spec": {
      const cwd = model.view?.project.root ?? "";
      return [model, [{ type: "publish-spec", name: action.spec, path: action.path, cwd }]];
    }
    case "explain": {
      const target = action.target || focused?.id || "";
      return [
        model,
        [{ type: "call", method: "agent.explain", params: { target }, reply: { kind: "explain" } }],
      ];
    }
    case "summary": {
      const reply = { kind: "show", title: "Summary", as: "summary" } as const;
      return [model, [{ type: "call", method: "summary.show", params: {}, reply }]];
    }
    case "stop-server": {
      const count = model.view?.panes.length ?? 0;
      return same(
        confirm(
          model,
          "End the server and everything in it?",
          `${count} running programs end. What is stored stays.`,
          [{ type: "call", method: "server.stop", params: { endPanes: true }, reply: { kind: "toast" } }],
        ),
      );
    }
  }
}

/** What is selected in the focused pane while one looks back there. */
function markedText(model: Model): string {
  const layer = copyLayerOf(model, focusedPane(model)?.id ?? "");
  if (!layer?.copy.selection || selectedRows(layer.copy) > MAX_COPIED_ROWS) return "";
  return selectedText(layer.copy).trim();
}

export function openPrompt(
  model: Model,
  label: string,
  purpose: Extract<Model["layers"][number], { kind: "prompt" }>["purpose"],
  text: string,
): Model {
  // Files may have come and gone since the last one.
  return openLayer({ ...model, files: null }, (id) => ({
    kind: "prompt",
    id,
    label,
    purpose,
    editor: createEditor(text, false),
    candidate: -1,
    completeFrom: null,
    historyAt: -1,
    draft: "",
    error: null,
  }));
}

/** Panes that typing goes to: the focused one, or all of the window while it is synchronized. */
export function typingTargets(model: Model): readonly number[] {
  const focused = focusedPane(model);
  if (!focused) return [];
  if (!currentWindow(model)?.synchronized) return isEnded(focused) ? [] : [focused.number];
  return currentPanes(model)
    .filter((pane) => !isEnded(pane))
    .map((pane) => pane.number);
}

export function pasteInto(model: Model, text: string): Effect {
  return { type: "paste", paneNumbers: typingTargets(model), bytes: new TextEncoder().encode(text) };
}

/** Goes to the pane, wherever it is, and closes what lies over it. */
export function jumpToPane(model: Model, paneId: string): Change {
  return [
    { ...model, layers: model.layers.filter((layer) => layer.kind === "copy") },
    [toastCall("pane.focus", { target: paneId })],
  ];
}

function selectWindow(model: Model, index: number): Change {
  return [model, [toastCall("window.select", { target: String(index) })]];
}

function focusStep(model: Model, step: 1 | -1): Change {
  const panes = currentPanes(model);
  const at = panes.findIndex((pane) => pane.focused);
  const next = panes[(at + step + panes.length) % panes.length];
  return next ? [model, [toastCall("pane.focus", { target: next.id })]] : same(model);
}
