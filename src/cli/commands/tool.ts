// Commands about the program itself, and the other front ends.
import { choice, defineCommand, duration, text } from "../command.ts";
import { initOptions } from "./session.ts";

export const toolCommands = [
  defineCommand({
    name: "init",
    summary: "Write .ia-tmux/ into the project; with options, set up who works in it and how.",
    details:
      "Example: ia-tmux init --mode review --principal claude --agents claude,kimi,codex\nWithout options it may run as often as one likes.",
    options: initOptions,
    async run(context, { options }) {
      const { initProject } = await import("../init.ts");
      return initProject(context, options);
    },
  }),
  defineCommand({
    name: "doctor",
    summary: "Check agents, hooks, sockets and terminal; says how to mend what is not right.",
    async run(context) {
      const { doctor } = await import("../doctor/doctor.ts");
      return doctor(context);
    },
  }),
  defineCommand({
    name: "mcp",
    summary: "Serve the tools to an agent over stdio (Model Context Protocol).",
    async run(context) {
      const { serveMcp } = await import("../../mcp/main.ts");
      await serveMcp(context.world);
    },
  }),
  defineCommand({
    name: "hook",
    summary: "Hand a hook's JSON on stdin to the server: hook <kind> <event>.",
    details: "Ends 2 when an edit of a locked path is refused, 0 in every other case.",
    args: "[words...]",
    async run(context, { args }) {
      const { runHook } = await import("../run-hook.ts");
      return runHook(args, context.world);
    },
  }),
  hooksCommand("install", "Put ia-tmux's hooks into the settings of an agent that runs outside the panes."),
  hooksCommand("status", "Say which agents' settings hold ia-tmux's hooks."),
  hooksCommand("remove", "Take out exactly what install put in."),
  defineCommand({
    name: "console",
    summary: "A line prompt with live feed, for terminals where the full screen is too much.",
    details:
      "Commands: send, reply, directive, lock, unlock, task, decision, answer, status, agents, locks, tasks, msgs, needs, help, quit; and what else the workspace's C-b : takes for working together.",
    starts: true,
    options: {
      interval: duration("Print what happens at most so often (default: at once).", {
        minMs: 250,
        maxMs: 600_000,
      }),
      name: text("name", "What the prompt calls you (operator)."),
    },
    async run(context, { options }) {
      const { runConsole } = await import("../console/console.ts");
      return runConsole(context, options);
    },
  }),
  defineCommand({
    name: "schema",
    summary: "Print JSON Schemas: of the requests, of records, and of the files you write.",
    args: "[name]",
    async run(context, { args }) {
      const { schemaNamed, schemaNames } = await import("../schema.ts");
      if (args[0] === undefined) {
        const names = schemaNames();
        context.output.show(names, () => names.join("\n"));
      } else {
        const schema = schemaNamed(args[0]);
        context.output.show(schema, () => JSON.stringify(schema, null, 2));
      }
    },
  }),
  defineCommand({
    name: "completion",
    summary: "Print a completion script for bash, zsh or fish.",
    args: "<shell>",
    async run(context, { args }) {
      const { completionScript } = await import("../completion/scripts.ts");
      const script = completionScript(args[0] as string);
      if (context.output.json) context.output.show({ script }, () => "");
      else context.output.text(script);
    },
  }),
  defineCommand({
    name: "complete",
    summary: "What can stand at the end of a half-written command line: for the completion scripts.",
    args: "[words...]",
    hidden: true,
    async run(context, { args }) {
      const { completionLines } = await import("../completion/offers.ts");
      const found = await completionLines(context, args);
      if (context.output.json) context.output.show(found, () => "");
      else if (found.length > 0) context.output.raw(found.join("\n"));
    },
  }),
];

function hooksCommand(verb: "install" | "status" | "remove", summary: string) {
  return defineCommand({
    name: `hooks ${verb}`,
    summary,
    options: {
      agent: choice(["claude", "codex", "kimi"], "Only for this one (default claude)."),
      target: text("dir", "The project (default: the one you are in)."),
    },
    async run(context, { options }) {
      const { changeHooks } = await import("../hooks/change-hooks.ts");
      return changeHooks(context, verb, options);
    },
  });
}
