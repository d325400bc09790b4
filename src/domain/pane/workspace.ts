import * as z from "zod";
import { SessionSchema } from "../mux/model.ts";

/** The workspace as it is remembered: there is one record, with this id. */
export const WORKSPACE_ID = "workspace";
export const WorkspaceSchema = z.object({
  id: z.literal(WORKSPACE_ID),
  mux: SessionSchema,
  /** The layout that was opened first; null when none was. */
  layout: z.string().nullable(),
  /** Last size of a client: what a headless start and a restart use. */
  cols: z.number().int().positive(),
  rows: z.number().int().positive(),
});
export type Workspace = z.infer<typeof WorkspaceSchema>;

/** Rows of a client that are not panes: the status line. */
export const STATUS_ROWS = 1;
export const DEFAULT_SIZE = { cols: 120, rows: 40 } as const;

/** What a human says of the programs that ran before the machine was started again. */
export const RESTORE_ANSWERS = ["all", "fresh", "later"] as const;
export type RestoreAnswer = (typeof RESTORE_ANSWERS)[number];
