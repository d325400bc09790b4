import { AppError } from "../../base/errors.ts";
import type { MethodName, Params } from "../../protocol/methods.ts";
import { inertText } from "../../domain/text/inert.ts";
import { readBody } from "../body.ts";
import { defineCommand, flag, integer } from "../command.ts";
import { safeJson } from "../output.ts";

export const debugCommands = [
  defineCommand({
    name: "debug dump",
    summary: "Print the server's whole state as JSON (no prompts, keys or tokens).",
    async run(context) {
      const dump = await context.call("server.dump", {});
      context.output.show(dump, () => safeJson(dump, 2));
    },
  }),
  defineCommand({
    name: "debug rpc",
    summary: "Send one request to the server, or log all of them with on|off.",
    details: 'Example: ia-tmux debug rpc pane.capture \'{"target":"kimi"}\'',
    args: "<method> [params]",
    async run(context, { args }) {
      const [method, params] = args as [string, string | undefined];
      if (method === "on" || method === "off") {
        const result = await context.call("debug.rpc", { on: method === "on" });
        context.output.show(result, () => `Logging of requests is ${method}.`);
        return;
      }
      const text =
        params === "-" ? await readBody(context.world, { words: ["-"], what: "request" }) : (params ?? "{}");
      // The server checks both: this command is for whatever it takes.
      const result = await context.call(method as MethodName, parseJson(text) as Params<MethodName>);
      context.output.show(result, () => safeJson(result, 2));
    },
  }),
  defineCommand({
    name: "debug record",
    summary: "Keep a pane's raw output in a file from now on, or stop with --off.",
    args: "[pane]",
    options: { off: flag("Stop.") },
    async run(context, { args, options }) {
      const result = await context.call("debug.record", { target: args[0], on: !options.off });
      context.output.show(result, () => safeJson(result, 2));
    },
  }),
  defineCommand({
    name: "debug replay",
    summary: "Show the screen that a recorded raw output ends with.",
    args: "<file>",
    options: {
      cols: integer("number", "Width (default 120).", { min: 1, max: 2_000 }),
      rows: integer("number", "Height (default 40).", { min: 1, max: 1_000 }),
    },
    async run(context, { args, options }) {
      const { replay } = await import("../replay.ts");
      const lines = await replay(
        args[0] as string,
        context.world.cwd,
        options.cols ?? 120,
        options.rows ?? 40,
      );
      context.output.show({ lines }, () => lines.map((line) => inertText(line, 4_000)).join("\n"));
    },
  }),
];

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new AppError("bad-data", `The parameters are not JSON: ${(thrown as Error).message}`);
  }
}
