import * as z from "zod";
import type { EventView, Level, SettingsView, WorkspaceView } from "./views.ts";

/** A request: one JSON line. `id` is chosen by the client and comes back with the reply. */
export const RequestSchema = z.object({
  id: z.union([z.number().int(), z.string().max(64)]),
  method: z.string().max(64),
  params: z.unknown().optional(),
});
export type Request = z.infer<typeof RequestSchema>;

export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type Reply =
  | { readonly id: number | string | null; readonly ok: true; readonly result: unknown }
  | { readonly id: number | string | null; readonly ok: false; readonly error: WireError };

/** What the server says unasked. `view` replaces the one before; `event` must arrive in order; `toast` may be dropped. */
export type Notice =
  | { readonly notice: "view"; readonly view: WorkspaceView }
  | { readonly notice: "event"; readonly event: EventView }
  | { readonly notice: "toast"; readonly level: Level; readonly text: string; readonly paneId: string | null }
  /** Bytes the outer terminal should get (bell, desktop notification), already reduced to what is harmless. */
  | {
      readonly notice: "alert";
      readonly kind: "bell" | "needs-you";
      readonly text: string;
      readonly paneId: string | null;
    }
  /** The settings file was read again. */
  | ({ readonly notice: "settings" } & SettingsView)
  /** Somebody at the command line asks this screen to do what the line at its prompt would. */
  | { readonly notice: "command"; readonly line: string }
  /** `comesBack`: another server follows at once. */
  | { readonly notice: "closing"; readonly reason: string; readonly comesBack: boolean };
