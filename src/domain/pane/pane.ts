import * as z from "zod";
import { recordShape } from "../record.ts";

/** A pane as it is remembered: enough to find its program again after a server restart, and to start it again. */
export const PaneRecordSchema = z.object({
  ...recordShape,
  /** What grid and input frames carry; never used twice in a project. */
  number: z.number().int().positive(),
  profile: z.string(),
  agent: z.string().nullable(),
  /** Set when a command was given instead of a profile's own. */
  command: z.array(z.string()).nullable(),
  name: z.string().nullable(),
  /** The human gave it; it stands before whatever the program calls itself. */
  title: z.string().nullable().default(null),
  /** Where its program is started: a shell's last directory, else where it was first started. */
  cwd: z.string(),
  /** Variables that a trusted layout gave it. */
  env: z.record(z.string(), z.string()).default({}),
  /** Its agent takes the next task from the board when its program starts. */
  autoClaim: z.boolean().default(false),
  /** SHA-256 of the token that the pane's programs hold. */
  tokenHash: z.string(),
  /** Stem of the raw log's files on disk; empty before the first start. */
  logName: z.string().default(""),
  /** Why nothing runs in it, as a line for the pane. Null while a program runs or has run. */
  message: z.string().nullable(),
  /** The conversation of its agent is lost and its human was told: the next start begins a new one. */
  startsFresh: z.boolean().default(false),
});
export type PaneRecord = z.infer<typeof PaneRecordSchema>;
