// Presses the approving key in the dialog of an agent that asks nobody but the human, when the call is ours.
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { Detection } from "../../domain/agent/detect.ts";
import type { HookCall, HookEvent, HookTool } from "../../domain/hook/call.ts";
import { isOwnCall, OWN_CALL_APPROVAL } from "../../domain/hook/own-command.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

/** The dialog follows the hook within some 50 ms. After this it is the human's. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 100;
/** After these another dialog may stand there, or none. */
const MOVES_DIALOGS: ReadonlySet<HookEvent> = new Set([
  "permission-requested",
  "permission-resolved",
  "stopped",
  "stop-failed",
  "interrupted",
  "session-ended",
]);

export interface OwnCallApprovalDeps {
  readonly clock: Pick<Clock, "after">;
  readonly log: Logger;
  /** Reads the screen at this very moment. */
  readonly look: (pane: PaneRuntime) => Detection | null;
  readonly press: (pane: PaneRuntime, key: string) => void;
}

export type OwnCallApproval = ReturnType<typeof createOwnCallApproval>;

export function createOwnCallApproval(deps: OwnCallApprovalDeps) {
  /** By pane: the way to call the waiting off. At most one, because one dialog is open at a time. */
  const waiting = new Map<string, () => void>();

  function forget(paneId: string): void {
    waiting.get(paneId)?.();
    waiting.delete(paneId);
  }

  function watch(pane: PaneRuntime, tool: HookTool, option: { key: string; option: string }, leftMs: number) {
    const detection = deps.look(pane);
    if (detection !== null && showsOwnCall(detection, tool, option)) {
      waiting.delete(pane.id);
      deps.log.info("own-call.approved", { paneId: pane.id, tool: tool.name });
      deps.press(pane, option.key);
      return;
    }
    if (leftMs <= 0) {
      waiting.delete(pane.id);
      return;
    }
    waiting.set(
      pane.id,
      deps.clock.after(LOOK_EVERY_MS, () => watch(pane, tool, option, leftMs - LOOK_EVERY_MS)),
    );
  }

  return {
    /**
     * A hook call of this pane's agent. A dialog for a call of ours is answered once the screen shows it; any other
     * dialog, also one beside ours, leaves all of them to the human.
     */
    heard(pane: PaneRuntime, call: HookCall): void {
      const approval = OWN_CALL_APPROVAL[call.kind];
      if (approval.by !== "key" || !MOVES_DIALOGS.has(call.event)) return;
      const wasWaiting = waiting.has(pane.id);
      forget(pane.id);
      if (call.event !== "permission-requested" || call.tool === null || wasWaiting) return;
      if (isOwnCall(call.tool)) watch(pane, call.tool, approval, PATIENCE_MS);
    },
  };
}

/** The very dialog for this call: the option stands there by its name, and the text begins with the call. */
function showsOwnCall(
  detection: Detection,
  tool: HookTool,
  wanted: { readonly key: string; readonly option: string },
): boolean {
  const { state, blockedOn, options, message } = detection;
  if (state !== "blocked" || blockedOn !== "permission" || message === null) return false;
  if (!options.some((option) => option.key === wanted.key && option.label === wanted.option)) return false;
  if (tool.command === null) return message.includes(tool.name);
  // A long command goes on in the next row; what stands in the first must be its beginning.
  const shown = message.replace(/^\$ /u, "").trimEnd();
  return /^ia-tmux \S/u.test(shown) && tool.command.trimStart().startsWith(shown);
}
