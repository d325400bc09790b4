import { AppError } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import { formatSpan } from "../duration.ts";
import { inertLines, type Output, showList } from "../output.ts";
import type { SummaryView } from "../../protocol/views.ts";
import type { OwnIdentity } from "../../protocol/results.ts";
import { roleWords } from "../../domain/session/roles.ts";
import { MODES } from "../../domain/session/words.ts";
import { choice, defineCommand, flag, required, text, type CommandContext } from "../command.ts";
import { agentTable } from "../format.ts";
import { recipient } from "../names.ts";

export const initOptions = {
  project: text("name", "The project's name.", { short: "p" }),
  principal: text("agent", "Who leads (default claude)."),
  agents: text("names", "Who takes part, with commas between (default claude,kimi)."),
  mode: choice(MODES, "Who may delegate to whom, and what is reviewed."),
  force: flag("Set up again what is set up; tasks and messages stay."),
};

export const sessionCommands = [
  defineCommand({
    name: "status",
    summary: "Show agents, tasks and what waits; with words, set your own status line.",
    args: "[words...]",
    options: { compact: flag("In a few lines, as `summary compact`.") },
    async run(context, { args, options }) {
      if (options.compact) {
        await showCompact(context);
        return;
      }
      const words = args.join(" ").trim();
      if (words !== "") {
        const result = await context.call("status.set", { text: words });
        context.output.show(result, () => `Status: ${inertText(words)}`);
        return;
      }
      const summary = await context.call("summary.show", {});
      context.output.show(summary, () => statusText(context.output, summary, context.world.nowMs()));
    },
  }),
  defineCommand({
    name: "summary",
    summary: "Show everything at a glance, with what is to be done.",
    async run(context) {
      const summary = await context.call("summary.show", {});
      context.output.show(summary, () =>
        [
          statusText(context.output, summary, context.world.nowMs()),
          "",
          context.output.paint("To do", "strong"),
          ...(summary.actionItems.length > 0
            ? summary.actionItems.map((item) => `- ${inertText(item)}`)
            : ["All caught up."]),
        ].join("\n"),
      );
    },
  }),
  defineCommand({
    name: "whoami",
    summary: "Say who you are here, and why.",
    async run(context) {
      const identity = await context.call("server.whoami", {});
      context.output.show(
        identity,
        () =>
          `${inertText(identity.name)} (${rolesOf(identity)}), by ${identity.how}${identity.paneId ? `, pane ${identity.paneId}` : ""}`,
      );
    },
  }),
  defineCommand({
    name: "summary board",
    short: ["board"],
    summary: "Show each agent's role, task, file in hand, unread mail and what it says it does.",
    async run(context) {
      const rows = await context.call("summary.board", {});
      const ago = (ms: number) => `${formatSpan(ms)} ago`;
      showList(context.output, rows, "No agents.", () =>
        context.output.table(
          rows.map((row) => [
            { text: row.agent, tone: "strong" },
            roleWords(row),
            row.presence,
            row.task ?? "-",
            row.file === null ? "-" : `${row.file.path}, ${ago(row.file.ageMs)}`,
            `${row.unread} unread`,
            row.status === null ? "" : `${row.status.text} (${ago(row.status.ageMs)})`,
          ]),
          ["agent", "role", "presence", "task", "file", "inbox", "says"],
        ),
      );
    },
  }),
  defineCommand({
    name: "summary compact",
    summary: "The state of the project in a few lines, as an agent gets it when its session starts.",
    options: { agent: text("agent", "For this agent (operator).", { short: "a" }) },
    run: (context, { options }) => showCompact(context, options.agent),
  }),
  defineCommand({
    name: "agent register",
    short: ["register"],
    summary: "Outside the panes: take a name and a role for this session.",
    starts: true,
    options: {
      name: required(text("agent", "The name.")),
      role: text("role", "delegate, collaborator, a development role, or what you do in your own words."),
    },
    async run(context, { options }) {
      const agent = await context.call("agent.register", {
        name: recipient(options.name, "--name"),
        role: options.role,
      });
      context.output.show(agent, () => `Registered agent ${inertText(agent.name)} (${roleWords(agent)})`);
    },
  }),
  defineCommand({
    name: "heartbeat",
    summary: "Outside the panes: say that you are still there. Every other command does so too.",
    hidden: true,
    async run(context) {
      const identity = await context.call("server.whoami", {});
      context.output.show(identity, () => `Heartbeat: ${inertText(identity.name)}`);
    },
  }),
  defineCommand({
    name: "session show",
    short: ["session"],
    summary: "Show project, mode and principal.",
    async run(context) {
      const session = await context.call("session.show", {});
      context.output.show(session, () =>
        context.output.table([
          ["project", session.project],
          ["mode", session.mode],
          ["principal", session.principal],
        ]),
      );
    },
  }),
  defineCommand({
    name: "session init",
    summary: "Set up who works in the project and how (default: claude leads, kimi helps).",
    details: "A second time only with --force; tasks and messages stay.",
    options: initOptions,
    async run(context, { options }) {
      const { initSession } = await import("../init.ts");
      return initSession(context, options);
    },
  }),
  defineCommand({
    name: "session set",
    summary: "Change mode, principal or the project's name.",
    starts: true,
    options: {
      mode: choice(MODES, "Who may delegate to whom, and what is reviewed."),
      principal: text("agent", "Who leads."),
      project: text("name", "The project's name."),
    },
    async run(context, { options }) {
      if (Object.values(options).every((value) => value === undefined)) {
        throw new AppError("usage", "Nothing to change: give --mode, --principal or --project");
      }
      const session = await context.call("session.set", {
        ...options,
        principal: options.principal && recipient(options.principal, "--principal"),
      });
      context.output.show(
        session,
        () => `${inertText(session.project)}: ${session.mode}, led by ${inertText(session.principal)}`,
      );
    },
  }),
];

function rolesOf({ kind, role, devRole }: OwnIdentity): string {
  return role === null ? kind : `${kind}, ${roleWords({ role, devRole })}`;
}

async function showCompact(context: CommandContext, agent?: string): Promise<void> {
  const result = await context.call("summary.compact", { agent });
  context.output.show(result, () => inertLines(result.text));
}

function statusText(output: Output, summary: SummaryView, nowMs: number): string {
  const tasks = Object.entries(summary.tasks)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`);
  return [
    `${output.paint(inertText(summary.project.name), "strong")} (${inertText(summary.mode)}, led by ${inertText(summary.principal)})`,
    agentTable(output, summary.agents, nowMs) || "No agents.",
    `tasks: ${tasks.length > 0 ? tasks.join(", ") : "none"}   waiting deliveries: ${summary.deliveriesWaiting}   locks: ${summary.locks}`,
  ].join("\n");
}
