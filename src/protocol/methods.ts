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
/** What a caller passes: fields with defaults may be left out. */
export type Params<M extends MethodName> = z.input<(typeof METHODS)[M]>;
/** What a handler gets. */
export type ParsedParams<M extends MethodName> = z.output<(typeof METHODS)[M]>;
