// The agents: what each is, does, says and has in hand.
import type { AgentView } from "../../protocol/views.ts";
import { clockAge, longAgo, plural, shortAge } from "../format.ts";
import { glyphsFor } from "../glyphs.ts";
import type { Model } from "../model.ts";
import type { StyleName } from "../theme.ts";
import { action, cell, heading, jumpAction, type ListRow, type ListSpec, row, type Run } from "./list-row.ts";

export const AGENTS_LIST: ListSpec = {
  title: "Agents",
  empty: "No agent runs here. `:agent-start claude` starts one.",
  fetch: null,
  detailsBelow: true,
  rows(_value, model) {
    const { agents = [], mode } = model.view ?? {};
    if (agents.length === 0) return [];
    const leads = agents.find((agent) => agent.role === "principal");
    const how = `${mode}${leads ? `, led by ${leads.name}` : ""}:`;
    return [heading("mode", how, agents.length), ...agents.map((agent) => agentRow(agent, model))];
  },
};

const STATE_STYLES: Readonly<Record<AgentView["state"]["name"], StyleName>> = {
  starting: "overlayMuted",
  idle: "overlayGood",
  working: "overlayAccent",
  blocked: "overlayWarn",
  error: "overlayBad",
  exited: "overlayMuted",
  unknown: "overlayMuted",
};
/** Inside columns from which the less urgent cells have room, too. */
const ROOMY = 100;

function agentRow(agent: AgentView, model: Model): ListRow {
  const glyphs = glyphsFor(model.ascii);
  const { state } = agent;
  const mail = [
    ...(agent.waiting ? [`${glyphs.mail}${agent.waiting.count}`] : []),
    ...(agent.unread > 0 ? [`${agent.unread} new`] : []),
  ];
  return row(
    agent.name,
    [
      cell(agent.name, 10, "overlayStrong"),
      { ...cell(agent.role, 9, "overlayMuted"), belowColumns: ROOMY },
      { ...cell(agent.role, 12, "overlayMuted"), fromColumns: ROOMY },
      { ...cell(agent.devRole ?? "", 17, "overlayMuted"), fromColumns: ROOMY },
      cell(agent.presence, 7, agent.presence === "active" ? "overlayGood" : "overlayMuted"),
      isElsewhere(agent)
        ? cell(`  ${stateWord(agent)}`, 11, "overlayMuted")
        : cell(`${glyphs.state[state.name]} ${stateWord(agent)}`, 11, STATE_STYLES[state.name]),
      cell(clockAge(model.nowMs - state.sinceMs), 5, "overlayMuted", "right"),
      { runs: doing(agent, model), width: 0, side: "left" },
      {
        ...cell(agent.locks > 0 ? `${glyphs.lock}${agent.locks}` : "", 4, "overlayMuted"),
        fromColumns: ROOMY,
      },
      cell(mail.join(" "), 9, "overlayAccent", "right"),
    ],
    {
      details: detailsOf(agent, model),
      actions: [
        jumpAction("o", "open pane", agent.paneId),
        action("d", "delegate", { kind: "local", action: { name: "delegate", to: agent.name, text: "" } }),
        action("w", "write", { kind: "local", action: { name: "message", to: agent.name, text: "" } }),
        action(
          "e",
          "explain state",
          { kind: "local", action: { name: "explain", target: agent.name } },
          isElsewhere(agent) ? "No pane shows what it does." : null,
        ),
        action("p", "relay prompt", {
          kind: "fetch-text",
          method: "relay.prompt",
          params: { agent: agent.name },
          title: `What ${agent.name} would get now`,
        }),
        action("r", "role", {
          kind: "local",
          action: { name: "command-prompt", initial: `role ${agent.name} ` },
        }),
      ],
    },
  );
}

/** No pane shows what it does: it runs outside, or not at all. */
function isElsewhere(agent: AgentView): boolean {
  return agent.paneId === null;
}

function stateWord(agent: AgentView): string {
  if (isElsewhere(agent)) return agent.state.name === "exited" ? "not here" : "outside";
  return agent.state.name === "blocked" ? "needs you" : agent.state.name;
}

function stateDetails(agent: AgentView, model: Model): string {
  const { state } = agent;
  const word = stateWord(agent);
  if (word === "outside") return "runs outside the panes: what it does is known by its calls and hooks";
  if (isElsewhere(agent)) return "no pane runs it";
  const why = `because of ${state.because}${state.message ? `: ${state.message}` : ""}`;
  return `${word} for ${shortAge(model.nowMs - state.sinceMs)}, ${why}`;
}

/** What it wants or says, then its task, then its file: the first of them is what one looks for. */
function doing(agent: AgentView, model: Model): Run[] {
  const { task, file, state } = agent;
  const parts: (readonly Run[])[] = [];
  const wants = state.name === "blocked" || state.name === "error" ? state.message : null;
  if (wants !== null) parts.push([{ text: wants, style: "overlay" }]);
  else if (agent.statusText !== null)
    parts.push([
      { text: agent.statusText, style: "overlay" },
      { text: ` (${shortAge(model.nowMs - (agent.statusAtMs ?? model.nowMs))})`, style: "overlayMuted" },
    ]);
  if (task) parts.push([{ text: task.title, style: parts.length === 0 ? "overlay" : "overlayMuted" }]);
  if (file) parts.push([{ text: file.path.slice(file.path.lastIndexOf("/") + 1), style: "overlayMuted" }]);
  const dot: Run = { text: ` ${glyphsFor(model.ascii).dot} `, style: "overlayMuted" };
  return parts.flatMap((runs, at) => (at === 0 ? [...runs] : [dot, ...runs]));
}

function detailsOf(agent: AgentView, model: Model): string[] {
  const { task, file } = agent;
  const ago = (atMs: number) => longAgo(model.nowMs - atMs);
  return [
    `${agent.title}, ${agent.role}${agent.devRole ? `, ${agent.devRole.replaceAll("_", " ")}` : ""}; ${agent.presence}`,
    stateDetails(agent, model),
    agent.statusText === null
      ? "says nothing of what it does"
      : `says: ${agent.statusText} (${ago(agent.statusAtMs ?? model.nowMs)})`,
    task ? `task ${task.id} ${task.title} (${task.status.replaceAll("_", " ")})` : "no task",
    file ? `wrote ${file.path} ${ago(file.atMs)}` : "wrote no file yet",
    agent.waiting
      ? `${agent.waiting.count} on the way to it: ${agent.waiting.reason}`
      : "nothing is on the way to it",
    `${plural(agent.locks, "lock")}, ${plural(agent.unread, "unread message")}`,
    ...(agent.agentSessionId ? [`session ${agent.agentSessionId}`] : []),
  ];
}
