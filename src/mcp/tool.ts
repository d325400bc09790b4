import * as z from "zod";
import { AppError, messageOf } from "../base/errors.ts";
import type { Connection } from "../client/connection.ts";

/** What a tool has: the connection of the session, opened by the first tool that needs it. */
export interface ToolContext {
  connection(): Promise<Connection>;
  nowMs(): number;
}

export interface ToolResult {
  readonly content: { readonly type: "text"; readonly text: string }[];
  readonly isError?: boolean;
  [key: string]: unknown;
}

export interface McpTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly readOnly: boolean;
  run(context: ToolContext, input: unknown): Promise<string>;
}

/** A tool whose input has already been checked against its schema when `run` gets it. */
export function defineTool<S extends z.ZodRawShape>(tool: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: S;
  readonly readOnly?: boolean;
  run(context: ToolContext, input: z.output<z.ZodObject<S>>): Promise<string>;
}): McpTool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    input: z.object(tool.input),
    readOnly: tool.readOnly ?? false,
    run: (context, input) => tool.run(context, input as z.output<z.ZodObject<S>>),
  };
}

/** The name the caller has now: an agent outside the panes may have taken another since the connection was opened. */
export async function readerOf(server: Connection): Promise<string> {
  return (await server.call("server.whoami", {})).name;
}

/** Runs a tool; what fails becomes a tool error that says what to do, so that the model can. */
export async function callTool(tool: McpTool, context: ToolContext, input: unknown): Promise<ToolResult> {
  try {
    return { content: [{ type: "text", text: await tool.run(context, input) }] };
  } catch (thrown) {
    const hint = thrown instanceof AppError && thrown.hint ? `\nhint: ${thrown.hint}` : "";
    return { content: [{ type: "text", text: `${messageOf(thrown)}${hint}` }], isError: true };
  }
}
