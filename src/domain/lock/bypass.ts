import * as z from "zod";
import { ActorSchema, recordShape } from "../record.ts";
import type { Verdict } from "./write-evidence.ts";

const how = z.string();

/** Who wrote, with what says so: a verdict that somebody is told of. */
export const WriterSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("agent"), agent: ActorSchema, how, seen: z.boolean() }),
  z.object({ kind: z.literal("several"), agents: z.array(ActorSchema).readonly(), how }),
  z.object({ kind: z.literal("pane"), paneId: z.string(), how }),
  z.object({ kind: z.literal("unknown"), how }),
]) satisfies z.ZodType<Exclude<Verdict, { readonly kind: "allowed" }>>;

/** A write round the locks that no human has looked at yet. */
export const BypassSchema = z.object({
  ...recordShape,
  holder: ActorSchema,
  /** The first of them. */
  paths: z.array(z.string()),
  count: z.number().int(),
  writer: WriterSchema,
});
export type Bypass = z.infer<typeof BypassSchema>;
