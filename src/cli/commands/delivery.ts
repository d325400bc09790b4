import { statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { AppError } from "../../base/errors.ts";
import { templatePrompt } from "../../domain/relay/template-prompt.ts";
import { inertText } from "../../domain/text/inert.ts";
import { findProjectRoot } from "../../node/project-root.ts";
import { defineCommand, flag, required, text } from "../command.ts";
import { deliveryTable, endOfNeed } from "../format.ts";
import { inertLines, showList } from "../output.ts";
import { recipient } from "../names.ts";
import { formatClock } from "../duration.ts";

const LIVE = new Set(["queued", "writing", "written", "unconfirmed"]);

export const deliveryCommands = [
  defineCommand({
    name: "relay",
    summary: "Print the prompt that an agent would get now.",
    args: "[agent]",
    options: { agent: text("agent", "Which agent.", { short: "a" }) },
    async run(context, { args, options }) {
      const agent = recipient(options.agent ?? args[0] ?? "", "--agent");
      const result = await context.call("relay.prompt", { agent });
      if (context.output.json) context.output.show(result, () => "");
      else context.output.text(result.text);
    },
  }),
  defineCommand({
    name: "relay template",
    short: ["update-template"],
    summary: "Print a prompt that has an agent bring the context file up to date.",
    details: "To deliver it: ia-tmux update-template --agent kimi | ia-tmux send --to kimi",
    options: {
      agent: required(text("agent", "Who is to do it.", { short: "a" })),
      templatePath: text("path", "The file (default .ia-tmux/context.md).", { short: "p" }),
      focus: text("text", "What to look at above all.", { short: "f" }),
    },
    run(context, { options }) {
      const agent = recipient(options.agent, "--agent");
      const prompt = templatePrompt(
        agent,
        templateFile(context.world.cwd, options.templatePath),
        options.focus ?? null,
      );
      if (context.output.json) context.output.show({ agent, text: prompt }, () => "");
      else context.output.text(prompt);
      return Promise.resolve();
    },
  }),
  defineCommand({
    name: "delivery list",
    short: ["deliveries"],
    summary: "List relays and notices on their way, with what each waits for.",
    options: { agent: text("agent", "Only to this agent."), live: flag("Leave out what is over.") },
    async run(context, { options }) {
      const all = await context.call("delivery.list", { agent: options.agent });
      const deliveries = options.live ? all.filter((delivery) => LIVE.has(delivery.state)) : all;
      showList(context.output, deliveries, "No deliveries.", () =>
        deliveryTable(context.output, deliveries, context.world.nowMs()),
      );
    },
  }),
  defineCommand({
    name: "delivery show",
    summary: "Show one delivery: its text and everything that happened to it.",
    args: "<delivery>",
    async run(context, { args }) {
      const delivery = await context.call("delivery.show", { delivery: args[0] as string });
      const { output } = context;
      output.show(delivery, () =>
        [
          output.table([
            ["id", delivery.id],
            ["kind", delivery.kind],
            ["from", delivery.from],
            ["to", delivery.to],
            ["state", delivery.state],
            ["channel", delivery.channel ?? "-"],
            ["reason", delivery.reason],
            ["task", delivery.taskId ?? "-"],
          ]),
          "",
          output.table(delivery.history.map((step) => [formatClock(step.atMs), step.state, step.why])),
          "",
          inertLines(delivery.body),
        ].join("\n"),
      );
    },
  }),
  change("retry", "Send a delivery once more: it may arrive twice."),
  change("drop", "Give a delivery up."),
  defineCommand({
    name: "needs list",
    short: ["needs"],
    summary:
      "List what needs you: dialogs, questions, escalations, stuck relays, conflicts, full inboxes, dead panes.",
    async run(context) {
      const needs = await context.call("needs.list", {});
      const nowMs = context.world.nowMs();
      showList(context.output, needs, "Nothing needs you.", () =>
        context.output.table(
          needs.map((need) => [
            need.id,
            { text: need.kind, tone: "warn" },
            need.agent ?? "-",
            need.text,
            endOfNeed(need, nowMs) || (need.about ?? ""),
            need.actions.map((action) => `${action.action} (${action.label})`).join(" · "),
          ]),
        ),
      );
    },
  }),
  defineCommand({
    name: "needs answer",
    summary: "Settle something that needs you by one of the actions that `needs` lists.",
    details:
      'Examples: ia-tmux needs answer question:ask-7f31 answer "redis, please"\n          ia-tmux needs answer delivery:dlv-a3f2 retry',
    args: "<need> <action> [words...]",
    starts: true,
    options: { text: text("text", "What the action needs, such as the answer.") },
    async run(context, { args, options }) {
      const result = await context.call("needs.answer", {
        need: args[0] as string,
        action: args[1] as string,
        text: options.text ?? (args.length > 2 ? args.slice(2).join(" ") : undefined),
      });
      context.output.show(result, () => "Done.");
    },
  }),
  defineCommand({
    name: "trust",
    summary: "Allow (or refuse) the commands of a project file, by the hash that the question shows.",
    args: "<sha256>",
    starts: true,
    options: { no: flag("Refuse.") },
    async run(context, { args, options }) {
      const result = await context.call("trust.answer", { sha256: args[0] as string, trust: !options.no });
      context.output.show(result, () => (options.no ? "Refused." : "Trusted."));
    },
  }),
];

/** The file that the prompt names, from the directory it is printed in. */
function templateFile(cwd: string, given: string | undefined): string {
  const path =
    given === undefined ? join(findProjectRoot(cwd), ".ia-tmux", "context.md") : resolve(cwd, given);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return relative(cwd, path);
  throw new AppError("no-input", `${inertText(relative(cwd, path))}: no such file`, {
    hint: given === undefined ? "Make it with: ia-tmux init" : "Name a file with --template-path.",
  });
}

function change(verb: "retry" | "drop", summary: string) {
  return defineCommand({
    name: `delivery ${verb}`,
    summary,
    args: "<delivery>",
    starts: true,
    async run(context, { args }) {
      const delivery = await context.call(`delivery.${verb}`, { delivery: args[0] as string });
      context.output.show(
        delivery,
        () => `${inertText(delivery.id)} is ${delivery.state}: ${inertText(delivery.reason)}`,
      );
    },
  });
}
