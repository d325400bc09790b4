// Who is there.
import * as z from "zod";
import { AppError } from "../../base/errors.ts";
import { sameName } from "../../domain/session/actor.ts";
import { namesOf } from "../../domain/session/roster.ts";
import { quoted } from "../../domain/session/rules.ts";
import { frameText, quoteLine } from "../../domain/text/frame.ts";
import { describeAgent, describeIdentity, orNone } from "../describe.ts";
import { defineTool, readerOf } from "../tool.ts";
import { agent } from "./inputs.ts";

export const agentTools = [
  defineTool({
    name: "register_agent",
    title: "Register",
    description:
      "Say what you are working on. You are already known by your pane: call it once at the start, with one line for the status board.",
    input: {
      description: z.string().max(500).optional(),
      name: z.string().max(32).optional().describe("Outside the panes: the name you want for this session."),
      role: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe("Outside the panes: delegate, collaborator, a development role, or your own words."),
    },
    async run({ connection }, { description, name, role }) {
      const server = await connection();
      const isOutside = server.hello.identity.paneId === null;
      if (isOutside && (name !== undefined || role !== undefined))
        await server.call("agent.register", { name: name ?? (await readerOf(server)), role });
      if (description) await server.call("status.set", { text: description });
      const kept = !isOutside && role !== undefined ? " In a pane the human gives names and roles." : "";
      return `You are ${describeIdentity(await server.call("server.whoami", {}))}.${kept}`;
    },
  }),
  defineTool({
    name: "whoami",
    title: "Who am I",
    description: "Your name in this project and how it was resolved.",
    input: {},
    readOnly: true,
    async run({ connection }) {
      return describeIdentity(await (await connection()).call("server.whoami", {}));
    },
  }),
  defineTool({
    name: "catch_up",
    title: "Catch up",
    description:
      "The project in a few lines: your role, your tasks, locks, unread mail, what others do, decisions.",
    input: {},
    readOnly: true,
    async run({ connection }) {
      const { text } = await (await connection()).call("summary.compact", {});
      return frameText(text, "ia-tmux", "state");
    },
  }),
  defineTool({
    name: "list_agents",
    title: "List agents",
    description: "The agents of this project: role, state, task, locks, unread mail, status line.",
    input: {},
    readOnly: true,
    async run({ connection, nowMs }) {
      const agents = await (await connection()).call("agent.list", {});
      return orNone(
        agents.map((each) => describeAgent(each, nowMs())),
        "No agents.",
      );
    },
  }),
  defineTool({
    name: "get_agent",
    title: "Show an agent",
    description: "One agent: role, state, task, locks, unread mail, status line.",
    input: { name: agent },
    readOnly: true,
    async run({ connection, nowMs }, { name }) {
      const agents = await (await connection()).call("agent.list", {});
      const found = agents.find((each) => sameName(each.name, name));
      if (found === undefined)
        throw new AppError("not-found", `no agent ${quoted(name)}`, { hint: namesOf(agents) });
      return describeAgent(found, nowMs());
    },
  }),
  defineTool({
    name: "set_status",
    title: "Set my status",
    description: "One line on the status board: what you are doing.",
    input: { status: z.string().min(1).max(500) },
    async run({ connection }, { status }) {
      await (await connection()).call("status.set", { text: status });
      return `Status: ${status}`;
    },
  }),
  defineTool({
    name: "get_statuses",
    title: "Status board",
    description: "What each agent says it is doing, with its state; and what is to be done in the project.",
    input: {},
    readOnly: true,
    async run({ connection, nowMs }) {
      const summary = await (await connection()).call("summary.show", {});
      return [
        `${quoteLine(summary.project.name)}: ${summary.mode}, led by ${summary.principal}`,
        ...summary.agents.map((each) => describeAgent(each, nowMs())),
        ...(summary.actionItems.length > 0
          ? ["", "To do:", ...summary.actionItems.map((item) => `- ${quoteLine(item)}`)]
          : []),
      ].join("\n");
    },
  }),
];
