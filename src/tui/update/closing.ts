// Closing panes and windows, and starting programs again: asks first when something would be lost.
import { type Effect, toastCall } from "../effects.ts";
import {
  agentOfPane,
  currentPanes,
  currentWindow,
  focusedPane,
  isEnded,
  type Model,
  paneLabel,
} from "../model.ts";
import { type Change, openLayer, same } from "./change.ts";

/** Asks before the effects are done; no is the default. `loss`: what would be gone. */
export function confirm(model: Model, question: string, loss: string, effects: readonly Effect[]): Model {
  return openLayer(model, (id) => ({ kind: "confirm", id, question, loss, effects }));
}

/** Asks first when an agent works in the pane or anything else still runs; a dead pane closes at once. */
export function killPane(model: Model): Change {
  const pane = focusedPane(model);
  if (!pane) return same(model);
  const agent = agentOfPane(model, pane);
  const undo = agent ? undefined : `Closed; ${model.prefixKey} u brings it back for ten seconds.`;
  const effect = toastCall("pane.kill", { target: pane.id, force: true }, undo);
  if (isEnded(pane)) return [model, [effect]];
  const loss = !agent
    ? "The program in it ends."
    : agent.state.name === "working"
      ? `${agent.name} is working${agent.task ? ` on ${agent.task.id} ${agent.task.title}` : ""}; what it is doing is lost.`
      : `${agent.name} ends; its session can be resumed later.`;
  const locks =
    agent && agent.locks > 0
      ? ` Its ${agent.locks === 1 ? "lock is" : `${agent.locks} locks are`} released.`
      : "";
  return same(confirm(model, `Close pane ${pane.index} (${paneLabel(pane)})?`, loss + locks, [effect]));
}

/** Closes every pane of the window but the focused one. */
export function killOthers(model: Model): Change {
  const others = currentPanes(model).filter((pane) => !pane.focused);
  const effects = others.map((pane) => toastCall("pane.kill", { target: pane.id, force: true }));
  const running = others.filter((pane) => !isEnded(pane));
  if (running.length === 0) return [model, effects];
  const names = running.map((pane) => paneLabel(pane)).join(", ");
  const question = `Close the other ${others.length === 1 ? "pane" : `${others.length} panes`} of this window?`;
  return same(confirm(model, question, `These end: ${names}.`, effects));
}

/** What still runs is ended only after a yes. */
export function respawn(model: Model, kill: boolean): Change {
  const pane = focusedPane(model);
  if (!pane) return same(model);
  const effect = toastCall("pane.respawn", kill ? { target: pane.id, kill } : { target: pane.id });
  if (!kill || isEnded(pane)) return [model, [effect]];
  return same(
    confirm(model, `End ${paneLabel(pane)} and start it again?`, "What it is doing is lost.", [effect]),
  );
}

/** Closes the window that is shown, with all its panes. */
export function killWindow(model: Model): Change {
  const window = currentWindow(model);
  if (!window) return same(model);
  const running = currentPanes(model).filter((pane) => !isEnded(pane));
  const effect = toastCall("window.kill", { target: String(window.index), force: true });
  if (running.length === 0) return [model, [effect]];
  const names = running.map((pane) => paneLabel(pane)).join(", ");
  return same(
    confirm(model, `Close window ${window.index}: ${window.name}?`, `These end: ${names}.`, [effect]),
  );
}
