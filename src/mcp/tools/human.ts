// What only the human decides.
import * as z from "zod";
import { AppError } from "../../base/errors.ts";
import { quoted } from "../../domain/session/rules.ts";
import { describeQuestion } from "../describe.ts";
import { defineTool } from "../tool.ts";
import { body, ref } from "./inputs.ts";

export const humanTools = [
  defineTool({
    name: "ask_user",
    title: "Ask the human",
    description:
      "Ask the human a question, with options if there are any. The answer comes to you as a message; get_answer looks it up.",
    input: {
      question: body,
      options: z.array(z.string().min(1).max(200)).max(10).optional(),
      default: z.string().max(200).optional().describe("The answer when nobody answers by the deadline."),
      deadline_minutes: z.number().positive().max(10_080).optional(),
    },
    async run({ connection }, input) {
      const asked = await (await connection()).call("question.ask", {
        question: input.question,
        options: input.options,
        default: input.default,
        deadlineMs:
          input.deadline_minutes === undefined ? undefined : Math.round(input.deadline_minutes * 60_000),
      });
      return `Asked ${asked.id}. Go on with something else: the answer will come to you.`;
    },
  }),
  defineTool({
    name: "get_answer",
    title: "Look up an answer",
    description: "Whether the human has answered a question.",
    input: { question_id: ref },
    readOnly: true,
    async run({ connection }, { question_id }) {
      const questions = await (await connection()).call("question.list", {});
      const found = questions.find((each) => each.id === question_id);
      if (found === undefined)
        throw new AppError("not-found", `no question ${quoted(question_id)}`, {
          hint: "ask_user answers the id of a question.",
        });
      return describeQuestion(found);
    },
  }),
  defineTool({
    name: "withdraw_question",
    title: "Take a question back",
    description: "The human need not answer it any more.",
    input: { question_id: ref },
    async run({ connection }, { question_id }) {
      const question = await (await connection()).call("question.withdraw", { question: question_id });
      return `${question.id} is ${question.state}.`;
    },
  }),
  defineTool({
    name: "escalate",
    title: "Escalate to the human",
    description:
      "Put a message or a task before the human, with the reason. It stays open until the human has dealt with it.",
    input: { about: ref.describe("Id of the message or the task."), reason: body },
    async run({ connection }, input) {
      const question = await (await connection()).call("question.escalate", input);
      return `Escalated ${input.about} as ${question.id}: the human sees it now.`;
    },
  }),
];
