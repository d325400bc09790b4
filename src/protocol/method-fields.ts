// Parameters that many requests share.
import * as z from "zod";

export const text = z.string();
export const id = z.string().min(1).max(64);
/** The caller's own word for a call: made again with the same content it answers what the first one made. */
export const key = z.string().min(1).max(64);
/** A pane, as the head of methods.ts describes it. */
export const target = z.string().max(128).optional();
export const nothing = z.object({});
