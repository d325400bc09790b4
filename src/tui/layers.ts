// What can lie over the panes, as values: lists, dialogs, questions, looking back.
import type { ListName } from "../domain/commands/command.ts";
import type { Priority } from "../domain/task/task.ts";
import type { CopyState } from "./copy/copy-state.ts";
import type { Editor } from "./editor.ts";
import type { Effect } from "./effects.ts";

export type Layer =
  | DelegateLayer
  | ListLayer
  | TextLayer
  | HelpLayer
  | PromptLayer
  | ConfirmLayer
  | CopyLayer
  | TrustLayer
  | RestoreLayer
  | FindLayer
  | { readonly kind: "display-panes"; readonly id: number; readonly untilMs: number };

export type DelegateField = "text" | "to" | "priority" | "files" | "accept";

export interface DelegateLayer {
  readonly kind: "delegate";
  readonly id: number;
  readonly purpose: "delegate" | "message";
  readonly to: string;
  readonly text: Editor;
  readonly files: Editor;
  readonly accept: Editor;
  readonly priority: Priority;
  readonly field: DelegateField;
  readonly sending: boolean;
  readonly error: string | null;
  readonly replyTo: string | null;
}

export interface ListLayer {
  readonly kind: "list";
  readonly id: number;
  readonly list: ListName;
  readonly data: ListData;
  readonly fetchedAtMs: number;
  readonly stale: boolean;
  readonly selectedId: string | null;
  readonly filter: Editor;
  readonly filtering: boolean;
  /** The selected row's details are open. */
  readonly open: boolean;
  readonly scroll: number;
  readonly showKeys: boolean;
  /** What stands in panes that are not on the screen, by their ids: for the preview of a row. */
  readonly previews: ReadonlyMap<string, readonly string[]>;
}

export type ListData =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly value: unknown }
  | { readonly state: "failed"; readonly message: string };

export interface TextLayer {
  readonly kind: "text";
  readonly id: number;
  readonly title: string;
  readonly text: string;
  readonly scroll: number;
}

export interface HelpLayer {
  readonly kind: "help";
  readonly id: number;
  readonly filter: Editor;
  readonly filtering: boolean;
  readonly scroll: number;
}

/** What a line at the bottom is asked for. */
export type PromptPurpose =
  | { readonly kind: "command" }
  | { readonly kind: "rename-window"; readonly windowId: string }
  | { readonly kind: "lock-path" }
  /** The typed text goes into `params[field]` of a call. */
  | {
      readonly kind: "call";
      readonly method: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly field: string;
      readonly allowEmpty: boolean;
    };

export interface PromptLayer {
  readonly kind: "prompt";
  readonly id: number;
  readonly label: string;
  readonly purpose: PromptPurpose;
  readonly editor: Editor;
  /** Candidate that Tab chose last; -1 none. */
  readonly candidate: number;
  /** The line that the candidates belong to. */
  readonly completeFrom: string | null;
  readonly historyAt: number;
  /** What was typed before one went into the history. */
  readonly draft: string;
  readonly error: string | null;
}

export interface ConfirmLayer {
  readonly kind: "confirm";
  readonly id: number;
  readonly question: string;
  /** What is lost by saying yes. */
  readonly loss: string;
  readonly effects: readonly Effect[];
}

export interface CopyLayer {
  readonly kind: "copy";
  readonly id: number;
  readonly copy: CopyState;
}

export interface FindLayer {
  readonly kind: "find";
  readonly id: number;
  readonly editor: Editor;
  readonly regex: boolean;
  readonly isTyping: boolean;
  readonly selected: number;
}

export interface TrustLayer {
  readonly kind: "trust";
  readonly id: number;
  readonly sha256: string;
  readonly scroll: number;
}

/** Asks whether the programs of an earlier run come back. */
export interface RestoreLayer {
  readonly kind: "restore";
  readonly id: number;
  readonly scroll: number;
}
