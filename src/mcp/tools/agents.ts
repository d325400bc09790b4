// Who is there.
import * as z from "zod";
import { AppError } from "../../base/errors.ts";
import { sameName } from "../../domain/session/actor.ts";
import { namesOf } from "../../domain/session/roster.ts";
import { quoted } from "../../domain/session/rules.ts";
import { ROLES } from "../../domain/session/session.ts";
import { frameText, quoteLine } from "../../domain/text/frame.ts";
import { describeAgent, orNone } from "../describe.ts";
import { defineTool } from "../tool.ts";
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
      role: z.enum(ROLES).optional(),
    },
    async run({ connection }, { description, name, role }) {
      const server = await connection();
      if (name !== undefined && server.hello.identity.paneId === null)
        await server.call("agent.register", { name, role });
      else if (role !== undefined) await server.call("agent.set", { name: server.hello.identity.name, role });
      if (description) await server.call("status.set", { text: description });
      const identity = await server.call("server.whoami", {});
      return `You are ${identity.name} (${identity.kind}, by ${identity.how}).`;
    },
  }),
  defineTool({
    name: "whoami",
    title: "Who am I",
    description: "Your name in this project and how it was resolved.",
    input: {},
    readOnly: true,
    async run({ connection }) {
      const identity = await (await connection()).call("server.whoami", {});
      return `${identity.name} (${identity.kind}, by ${identity.how}${identity.paneId ? `, pane ${identity.paneId}` : ""})`;
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
