// What `update` wants done. Only run-effects.ts does anything.
import type { KeyEvent, MouseEvent } from "../domain/keys/events.ts";
import type { Link } from "./copy/links.ts";
import type { PaneArea } from "../domain/keys/encode.ts";

/** Where a hit is looked at: on a pane's live screen, or on one that shows what it had printed. */
export interface FoundPlace {
  readonly paneId: string;
  readonly row: number;
  readonly col: number;
  readonly length: number;
  readonly snapshot: string | null;
}

/** Who gets the answer of a call. */
export type ReplyTo =
  /** Success says nothing, or `done`; failure becomes a toast. */
  | { readonly kind: "toast"; readonly done?: string }
  | { readonly kind: "list"; readonly layerId: number }
  /** Fetches the list again when the call has succeeded. */
  | { readonly kind: "list-action"; readonly layerId: number; readonly done?: string }
  | { readonly kind: "delegate"; readonly layerId: number }
  /** The lines of a pane for the preview of a list's row. */
  | { readonly kind: "preview"; readonly layerId: number; readonly paneId: string }
  | { readonly kind: "explain" }
  /** The answer is shown: a text, or a record in words. */
  | { readonly kind: "show"; readonly title: string; readonly as: "text" | "task" | "message" | "summary" }
  | { readonly kind: "copy-rows"; readonly layerId: number }
  | { readonly kind: "copy-older"; readonly layerId: number }
  | { readonly kind: "copy-search"; readonly layerId: number; readonly serial: number }
  | { readonly kind: "copy-search-older"; readonly layerId: number; readonly serial: number }
  | { readonly kind: "find-opened"; readonly pattern: string }
  | { readonly kind: "find-read"; readonly searchId: string }
  | { readonly kind: "find-shown" }
  | { readonly kind: "find-focused"; readonly place: FoundPlace }
  /** The text of a paste buffer goes to where typing goes, or to the clipboard. */
  | { readonly kind: "buffer-text"; readonly to: "panes" | "clipboard" }
  /** The newest buffer was made longer. */
  | { readonly kind: "appended" }
  /** What lies in the directory: for the Tab that asked. */
  | { readonly kind: "files"; readonly layerId: number; readonly directory: string }
  | { readonly kind: "nothing" };

export interface CallEffect {
  readonly type: "call";
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly reply: ReplyTo;
}

export type Effect =
  | CallEffect
  /** A key for panes, encoded as each program asked for. */
  | { readonly type: "key"; readonly paneNumbers: readonly number[]; readonly event: KeyEvent }
  /** Plain characters, as they are. */
  | { readonly type: "text"; readonly paneNumbers: readonly number[]; readonly bytes: Uint8Array }
  | { readonly type: "paste"; readonly paneNumbers: readonly number[]; readonly bytes: Uint8Array }
  /** A mouse event for the pane's program; one that it does not want comes back as an `unwanted-mouse` message. */
  | {
      readonly type: "mouse";
      readonly paneId: string;
      readonly paneNumber: number;
      readonly event: MouseEvent;
      readonly area: PaneArea;
    }
  /** Ctrl and a click: what stands there is opened, or the event goes on to the program. */
  | {
      readonly type: "click-link";
      readonly paneId: string;
      readonly paneNumber: number;
      readonly event: MouseEvent;
      readonly area: PaneArea;
      readonly cwd: string;
    }
  /** A human asked for it: the address in a browser, the file in the editor in a pane of its own. */
  | { readonly type: "open-link"; readonly link: Link; readonly cwd: string }
  /** Goes where the key's press went. */
  | { readonly type: "key-release"; readonly event: KeyEvent }
  /** The terminal says that its colours are others now. */
  | { readonly type: "ask-colours" }
  | { readonly type: "focus"; readonly paneNumber: number; readonly focused: boolean }
  /** Opens $EDITOR with the text; the answer comes as an `edited` message. */
  | { readonly type: "editor"; readonly text: string; readonly layerId: number }
  /** Reads the file, relative to `cwd`, and publishes it. */
  | { readonly type: "publish-spec"; readonly name: string; readonly path: string; readonly cwd: string }
  /** Lists a directory of the project, for the prompt with that id. */
  | {
      readonly type: "list-files";
      readonly layerId: number;
      readonly directory: string;
      readonly cwd: string;
    }
  /** OSC 52, after a human's key only. */
  | { readonly type: "clipboard"; readonly text: string }
  /** Whether the terminal reports its mouse to us. */
  | { readonly type: "mouse-reports"; readonly on: boolean }
  | { readonly type: "bell" }
  /** A desktop notification, for a human who looks elsewhere. */
  | { readonly type: "notify"; readonly text: string }
  | { readonly type: "redraw" }
  | { readonly type: "exit"; readonly code: number; readonly line: string; readonly detach: boolean };

export function toastCall(
  method: string,
  params: Readonly<Record<string, unknown>>,
  done?: string,
): CallEffect {
  return { type: "call", method, params, reply: { kind: "toast", done } };
}
