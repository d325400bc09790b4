// What agents want from the human.
import { inertText } from "../../domain/text/inert.ts";
import { readBody } from "../body.ts";
import { defineCommand, duration, flag, list, text } from "../command.ts";
import { formatSpan } from "../duration.ts";
import { showList } from "../output.ts";

const WEEK_MS = 7 * 86_400_000;

export const questionCommands = [
  defineCommand({
    name: "question ask",
    short: ["ask"],
    summary: "Ask the human. The answer comes to you as a message.",
    details:
      'Example: ia-tmux ask --option redis --option memory --default redis --deadline 10m "Which token store?"',
    args: "[words...]",
    starts: true,
    options: {
      option: list("text", "An answer to choose from (repeat)."),
      deadline: duration("After this the default holds.", { minMs: 1_000, maxMs: WEEK_MS }),
      default: text("text", "The answer when nobody answers."),
    },
    async run(context, { args, options }) {
      const question = await readBody(context.world, { words: args, what: "question" });
      const asked = await context.call("question.ask", {
        question,
        options: options.option,
        deadlineMs: options.deadline,
        default: options.default,
      });
      context.output.show(asked, () => `Asked ${inertText(asked.id)}; the answer will come to you`);
    },
  }),
  defineCommand({
    name: "question list",
    short: ["questions"],
    summary: "List questions to the human.",
    options: { open: flag("Only those that wait."), by: text("agent", "Only of this agent.") },
    async run(context, { options }) {
      const questions = await context.call("question.list", { openOnly: options.open, by: options.by });
      const nowMs = context.world.nowMs();
      showList(context.output, questions, "No questions.", () =>
        context.output.table(
          questions.map((question) => [
            question.id,
            question.by,
            `${formatSpan(nowMs - question.atMs)} ago`,
            question.question,
            question.options.join(" | "),
            question.answer === null
              ? { text: question.state, tone: question.state === "open" ? "warn" : "dim" }
              : { text: `→ ${question.answer}`, tone: "good" },
          ]),
        ),
      );
    },
  }),
  defineCommand({
    name: "question answer",
    short: ["answer"],
    summary: "Answer a question of an agent.",
    args: "<question> <words...>",
    starts: true,
    async run(context, { args }) {
      const [id, ...words] = args as [string, ...string[]];
      const answer = words.join(" ");
      const answered = await context.call("question.answer", { question: id, answer });
      context.output.show(answered, () => `Answered ${inertText(answered.id)}`);
    },
  }),
  defineCommand({
    name: "question withdraw",
    summary: "Take a question of yours back.",
    args: "<question>",
    starts: true,
    async run(context, { args }) {
      const question = await context.call("question.withdraw", { question: args[0] as string });
      context.output.show(question, () => `${inertText(question.id)} is ${question.state}`);
    },
  }),
  defineCommand({
    name: "question escalate",
    short: ["escalate"],
    summary: "Put a message or a task before the human.",
    args: "<about> [reason...]",
    starts: true,
    options: { reason: text("text", "Why; or give it as words.") },
    async run(context, { args, options }) {
      const reason = await readBody(context.world, {
        option: options.reason,
        words: args.slice(1),
        what: "reason",
      });
      const question = await context.call("question.escalate", { about: args[0] as string, reason });
      context.output.show(
        question,
        () => `Escalated ${inertText(args[0] as string)} as ${inertText(question.id)}`,
      );
    },
  }),
];
