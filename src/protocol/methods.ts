import type * as z from "zod";
import { COORDINATION_METHODS } from "./coordination-methods.ts";
import { WORKSPACE_METHODS } from "./workspace-methods.ts";

/**
 * Every request a client can make: its name (noun.verb) and its parameters. Results are the views of views.ts and the
 * records of src/domain. A pane `target` is `%3`, a number in the current window, `window.pane`, an agent's name or
 * empty for the focused pane.
 */
export const METHODS = { ...WORKSPACE_METHODS, ...COORDINATION_METHODS } as const;

export type MethodName = keyof typeof METHODS;

const made = new Map<MethodName, z.ZodType>();

/** The schema of a request's parameters. It is made when it is first asked for: a start needs three of more than a hundred. */
export function paramsSchema(method: MethodName): z.ZodType {
  const known = made.get(method);
  if (known) return known;
  const schema: z.ZodType = METHODS[method]();
  made.set(method, schema);
  return schema;
}

/** What a caller passes: fields with defaults may be left out. */
export type Params<M extends MethodName> = z.input<ReturnType<(typeof METHODS)[M]>>;
/** What a handler gets. */
export type ParsedParams<M extends MethodName> = z.output<ReturnType<(typeof METHODS)[M]>>;
