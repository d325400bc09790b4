// The log of who did what.
import * as z from "zod";
import { activityLine, orNone } from "../describe.ts";
import { defineTool } from "../tool.ts";
import { agent } from "./inputs.ts";

export const activityTools = [
  defineTool({
    name: "list_activity",
    title: "Who did what",
    description:
      "The latest entries of the activity log, oldest first: tasks, messages, locks, edits, decisions, notes.",
    input: {
      actor: agent.optional().describe("Only what this agent did."),
      kind: z.string().max(64).optional().describe("Only this kind, such as lock.denied or note."),
      about: z.string().max(4_096).optional().describe("Only what names this task, message or path."),
      limit: z.number().int().min(1).max(200).optional().describe("Default 30."),
    },
    readOnly: true,
    async run({ connection, nowMs }, { actor, kind, about, limit = 30 }) {
      const entries = await (await connection()).call("activity.list", { actor, kind, ref: about, limit });
      return orNone(
        entries.map((entry) => activityLine(entry, nowMs())),
        "Nothing happened yet.",
      );
    },
  }),
  defineTool({
    name: "log_activity",
    title: "Note in the log",
    description: "Write a line into the activity log, for everybody and for later.",
    input: {
      text: z.string().min(1).max(2_000),
      path: z.string().max(4_096).optional().describe("The path it is about."),
    },
    async run({ connection }, { text, path }) {
      const entry = await (await connection()).call("activity.add", { text, path });
      return `Logged ${entry.id}.`;
    },
  }),
];
