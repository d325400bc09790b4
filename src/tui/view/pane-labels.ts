// What stands in a pane's border: who it is, what it does, what waits for it and why.
import { type AgentView, type PaneView } from "../../protocol/views.ts";
import type { Style } from "../compositor/style.ts";
import { clockAge, plural, shortAge } from "../format.ts";
import { agentOfPane, currentWindow, type Model } from "../model.ts";
import type { Drawing, Segment } from "./context.ts";

/** The name in the top border: index, agent and role, or the program's title. */
export function paneName(model: Model, pane: PaneView, dot: string): string {
  const agent = agentOfPane(model, pane);
  if (agent) return `${pane.index} ${agent.name} ${dot} ${agent.role}`;
  const title = pane.title.trim();
  return title === "" || title === pane.profile ? `${pane.index} ${pane.profile}` : `${pane.index} ${title}`;
}

/** The state in the top border. Its glyph and word say it without colour. */
export function paneState(drawing: Drawing, pane: PaneView): Segment[] {
  const { model, theme, glyphs } = drawing;
  if (pane.dead) {
    const how =
      pane.dead.signal > 0 ? `killed by signal ${pane.dead.signal}` : `exited ${pane.dead.exitCode}`;
    return [
      {
        text: `${glyphs.exited} ${how}`,
        style: pane.dead.exitCode === 0 && pane.dead.signal === 0 ? theme.muted : theme.bad,
      },
    ];
  }
  const agent = agentOfPane(model, pane);
  if (!agent) return [];
  const { text, style } = agentStateLabel(drawing, agent);
  return [{ text, style }];
}

export function agentStateLabel(drawing: Drawing, agent: AgentView): { text: string; style: Style } {
  const { model, theme, glyphs } = drawing;
  const { state } = agent;
  const glyph = glyphs.state[state.name];
  const ageMs = model.nowMs - state.sinceMs;
  const words = state.message ? `: ${state.message}` : "";
  switch (state.name) {
    case "starting":
      return { text: `${glyph} starting`, style: theme.muted };
    case "idle":
      return {
        text: ageMs < 60_000 ? `${glyph} idle` : `${glyph} idle ${shortAge(ageMs)}`,
        style: theme.good,
      };
    case "working":
      return { text: `${glyph} working ${clockAge(ageMs)}`, style: theme.working };
    case "blocked":
      return { text: `${glyph} needs you${words}`, style: theme.warn };
    case "error":
      return { text: `${glyph} error${words}`, style: theme.bad };
    case "exited":
      return { text: `${glyph} exited`, style: theme.muted };
    case "unknown":
      return { text: `${glyph} unknown`, style: theme.muted };
  }
}

/** State and what waits in one short line, where a pane has no lower border; a passing notice comes before both. */
export function paneBrief(drawing: Drawing, pane: PaneView): Segment[] {
  if (pane.notice) return [{ text: pane.notice.text, style: levelStyle(drawing, pane.notice.level) }];
  const waiting = agentOfPane(drawing.model, pane)?.waiting;
  const state = paneState(drawing, pane);
  if (!waiting) return state;
  return [
    { text: `${drawing.glyphs.mail}${waiting.count} ${waiting.reason}  `, style: drawing.theme.accent },
    ...state,
  ];
}

/** Left side of the bottom border: a passing notice, else the task. */
export function paneTask(drawing: Drawing, pane: PaneView): Segment[] {
  const { model, theme } = drawing;
  if (pane.notice) return [{ text: pane.notice.text, style: levelStyle(drawing, pane.notice.level) }];
  const agent = agentOfPane(model, pane);
  if (agent?.task) {
    return [
      { text: `${agent.task.id} `, style: theme.muted },
      { text: agent.task.title, style: theme.text },
    ];
  }
  if (agent?.statusText) return [{ text: agent.statusText, style: theme.muted }];
  return [];
}

/** Right side of the bottom border: what waits and why, unread mail, locks. */
export function paneMarks(drawing: Drawing, pane: PaneView): Segment[] {
  const { model, theme, glyphs } = drawing;
  const agent = agentOfPane(model, pane);
  if (!agent) return [];
  const parts: Segment[] = [];
  if (agent.waiting)
    parts.push({
      text: `${glyphs.mail} ${agent.waiting.count} held: ${agent.waiting.reason}`,
      style: theme.accent,
    });
  else if (agent.unread > 0)
    parts.push({ text: `${glyphs.mail} ${agent.unread} unread`, style: theme.muted });
  if (agent.locks > 0) parts.push({ text: plural(agent.locks, "lock"), style: theme.muted });
  return parts.flatMap((part, index) => (index === 0 ? [part] : [{ text: `  `, style: theme.border }, part]));
}

/** Signs in front of the name: typing goes to all panes, this one is marked. */
export function paneFlags(drawing: Drawing, pane: PaneView, columns: number): Segment[] {
  const { model, theme, glyphs } = drawing;
  const window = currentWindow(model);
  const flags: Segment[] = [];
  if (window?.synchronized)
    flags.push({ text: columns < 48 ? " ALL " : " ALL PANES ", style: theme.badgeWarn });
  if (window?.zoomed && pane.focused) flags.push({ text: " ZOOM ", style: theme.badge });
  if (model.markedPaneId === pane.id) flags.push({ text: ` ${glyphs.mark} marked `, style: theme.warn });
  return flags;
}

export function levelStyle(drawing: Drawing, level: "info" | "good" | "warn" | "bad"): Style {
  const { theme } = drawing;
  return { info: theme.accent, good: theme.good, warn: theme.warn, bad: theme.bad }[level];
}
