import { AppError } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import { roleWords } from "../../domain/session/roles.ts";
import { DEV_ROLES, ROLES } from "../../domain/session/words.ts";
import { choice, defineCommand, text } from "../command.ts";
import { formatSpan } from "../duration.ts";
import { agentState, agentTable } from "../format.ts";
import { recipient } from "../names.ts";
import { showList } from "../output.ts";

export const agentCommands = [
  defineCommand({
    name: "agent list",
    short: ["agents"],
    summary: "List agents with state, task, locks and unread mail.",
    async run(context) {
      const agents = await context.call("agent.list", {});
      showList(context.output, agents, "No agents.", () =>
        agentTable(context.output, agents, context.world.nowMs()),
      );
    },
  }),
  defineCommand({
    name: "agent explain",
    short: ["explain"],
    summary:
      "Say why an agent is in its state: evidence, rule, near misses, and what a relay would wait for.",
    args: "[pane]",
    async run(context, { args }) {
      const explain = await context.call("agent.explain", { target: args[0] });
      const { output } = context;
      output.show(explain, () =>
        [
          `${inertText(explain.agent ?? explain.paneId)} (${inertText(explain.profile)}) is ${explain.state.name}` +
            `${explain.state.message ? `: ${inertText(explain.state.message)}` : ""}, because of ${inertText(explain.state.because)}`,
          "",
          output.paint("Evidence", "strong"),
          output.table(
            explain.evidence.map((item) => [
              { text: item.valid ? "✓" : "-", tone: item.valid ? "good" : "dim" },
              item.source,
              item.says,
              `${formatSpan(item.ageMs)} old`,
              item.note,
            ]),
          ) || "none",
          `rule: ${inertText(explain.rule ?? "none matched")}`,
          ...explain.nearMisses.map(
            (miss) => `nearly: ${inertText(miss.rule)} (missing: ${inertText(miss.missing)})`,
          ),
          `draft: ${inertText(explain.draft ?? "no composer seen")}`,
          `relay: ${explain.gate.verdict}, ${inertText(explain.gate.reason)}`,
        ].join("\n"),
      );
    },
  }),
  defineCommand({
    name: "agent start",
    summary: "Start an agent in a new pane.",
    args: "<profile> [name]",
    starts: true,
    options: {
      name: text("name", "Its name; default the profile's."),
      role: choice(ROLES, "Its role."),
    },
    async run(context, { args, options }) {
      const name = options.name ?? args[1];
      const result = await context.call("agent.start", {
        profile: args[0] as string,
        name: name === undefined ? undefined : recipient(name, "--name"),
        role: options.role,
      });
      context.output.show(
        result,
        () => `Started ${inertText(result.name)} in pane ${inertText(result.paneId)}`,
      );
    },
  }),
  defineCommand({
    name: "agent set",
    summary: "Change an agent's role or development role.",
    args: "<agent>",
    starts: true,
    options: {
      role: choice(ROLES, "Its role."),
      devRole: choice([...DEV_ROLES, "none"], "Its development role."),
    },
    async run(context, { args, options }) {
      if (options.role === undefined && options.devRole === undefined) {
        throw new AppError("usage", "Nothing to change: give --role or --dev-role");
      }
      const agent = await context.call("agent.set", {
        name: args[0] as string,
        role: options.role,
        devRole: options.devRole === "none" ? null : options.devRole,
      });
      context.output.show(agent, () => `${inertText(agent.name)}: ${roleWords(agent)}`);
    },
  }),
  defineCommand({
    name: "agent remove",
    summary: "Take an agent out that no pane runs and that holds nothing.",
    args: "<agent>",
    starts: true,
    async run(context, { args }) {
      const agent = await context.call("agent.remove", { name: args[0] as string });
      context.output.show(agent, () => `${inertText(agent.name)} is no longer of the project`);
    },
  }),
  defineCommand({
    name: "agent show",
    summary: "Show one agent.",
    args: "<agent>",
    async run(context, { args }) {
      const name = args[0] as string;
      const agents = await context.call("agent.list", {});
      const agent = agents.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
      if (!agent) {
        throw new AppError("not-found", `no agent "${inertText(name, 40)}"`, {
          hint:
            agents.length > 0
              ? `Known: ${agents.map((other) => other.name).join(", ")}.`
              : "There are no agents.",
        });
      }
      const { output } = context;
      const nowMs = context.world.nowMs();
      const ago = (atMs: number) => `${formatSpan(nowMs - atMs)} ago`;
      output.show(agent, () =>
        output.table([
          ["name", { text: agent.name, tone: "strong" }],
          ["profile", agent.profile],
          ["role", roleWords(agent)],
          ["pane", agent.paneId ?? "none"],
          ["state", agentState(agent)],
          ["presence", agent.presence],
          ["task", agent.task ? `${agent.task.id} ${agent.task.title} [${agent.task.status}]` : "-"],
          ["locks", String(agent.locks)],
          ["unread", String(agent.unread)],
          ["waiting", agent.waiting ? `${agent.waiting.count}: ${agent.waiting.reason}` : "-"],
          ["file", agent.file === null ? "-" : `${agent.file.path}, ${ago(agent.file.atMs)}`],
          [
            "says",
            agent.statusText === null ? "-" : `${agent.statusText} (${ago(agent.statusAtMs ?? nowMs)})`,
          ],
          ["session", agent.agentSessionId ?? "-"],
        ]),
      );
    },
  }),
];
