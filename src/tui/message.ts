// What can happen to the screen. Everything that changes the model comes as one of these.
import type { InputEvent, MouseEvent } from "../domain/keys/events.ts";
import type { Notice } from "../protocol/envelope.ts";
import type { SettingsView, WorkspaceView } from "../protocol/views.ts";
import type { ReplyTo } from "./effects.ts";

export type Message = { readonly atMs: number } & (
  | { readonly type: "input"; readonly event: InputEvent }
  | { readonly type: "notice"; readonly notice: Notice }
  | {
      readonly type: "attached";
      readonly view: WorkspaceView;
      readonly settings: SettingsView;
      /** Whether the hints of the first run are wanted. */
      readonly coach: boolean;
    }
  | { readonly type: "resized"; readonly cols: number; readonly rows: number }
  /** Time has passed: toasts end, ages grow. */
  | { readonly type: "tick" }
  | { readonly type: "answered"; readonly reply: ReplyTo; readonly result: unknown }
  | { readonly type: "refused"; readonly reply: ReplyTo; readonly message: string; readonly hint: string }
  | { readonly type: "lost"; readonly reason: string }
  | { readonly type: "reconnecting"; readonly attempt: number }
  /** The user's editor was closed; null when it failed, with the reason. */
  | {
      readonly type: "edited";
      readonly layerId: number;
      readonly text: string | null;
      readonly problem: string;
    }
  | { readonly type: "unwanted-mouse"; readonly paneId: string; readonly event: MouseEvent }
);

/** The message without its time, which the program adds. */
export type MessageBody = Message extends infer M
  ? M extends { readonly atMs: number }
    ? Omit<M, "atMs">
    : never
  : never;
