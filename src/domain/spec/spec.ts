import * as z from "zod";
import { recordShape } from "../record.ts";
import { MAX_SPEC_BYTES } from "./words.ts";

/**
 * Letters, digits, dot, dash, underscore; slashes make folders. It is a key, never a path: `..` is refused all the
 * same, so that no later exporter can be led astray.
 */
export const SPEC_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
export { MAX_SPEC_BYTES };

/** One published version of a spec. Versions of a name count from 1 and are never changed. */
export const SpecSchema = z.object({
  ...recordShape,
  name: z.string().min(1).max(100).regex(SPEC_NAME_PATTERN),
  version: z.number().int().positive(),
  content: z.string(),
});
export type Spec = z.infer<typeof SpecSchema>;

/** Somebody who is told of new versions of a spec. */
export const SubscriptionSchema = z.object({ ...recordShape, agent: z.string(), name: z.string() });
export type Subscription = z.infer<typeof SubscriptionSchema>;
