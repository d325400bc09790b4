import { OPERATOR } from "../record.ts";
import { sameName } from "../session/actor.ts";

/** A stretch of time in which a tool of an agent ran, as the agent's hooks told. */
export interface ToolSpan {
  readonly agent: string;
  readonly use: "edit" | "shell" | "mcp";
  /** The agent's own name of the tool. */
  readonly tool: string;
  readonly command: string | null;
  /** Of an edit: the paths, as locks name them. */
  readonly paths: readonly string[];
  readonly fromBootMs: number;
  /** Null: it is running. */
  readonly toBootMs: number | null;
}

/** A process of a pane that had the file open for writing when the kernel was asked. */
export interface OpenWriter {
  readonly paneId: string;
  /** The agent of the pane; null for a shell or a command of the human's. */
  readonly agent: string | null;
  readonly program: string;
}

/** A change of a locked path, and all that is known about it. */
export interface Sighting {
  readonly path: string;
  readonly atBootMs: number;
  /** Who holds the lock. */
  readonly holder: string;
  /** Whether the holder's own writes would have been heard of: false for the operator and for agents without hooks. */
  readonly holderIsHeard: boolean;
  readonly spans: readonly ToolSpan[];
  readonly openBy: readonly OpenWriter[];
}

/** Whose write it was, with what says so. `allowed`: nobody is told. */
export type Verdict =
  | { readonly kind: "allowed"; readonly how: string }
  /** `seen`: it was at the very file. Otherwise only that it could have been, and nobody else. */
  | { readonly kind: "agent"; readonly agent: string; readonly how: string; readonly seen: boolean }
  /** One of them, and nothing says which. */
  | { readonly kind: "several"; readonly agents: readonly string[]; readonly how: string }
  /** A process of a pane that no agent runs in. */
  | { readonly kind: "pane"; readonly paneId: string; readonly how: string }
  | { readonly kind: "unknown"; readonly how: string };

/** How late a change is heard of when nothing else happens. */
const AT_ONCE_MS = 50;
/** A change is heard of a little after it was made, and so is a tool's end. */
const LATE_MS = 300;
/** What the holder's own tools set off (a formatter behind an edit) counts as the holder's for so long. */
const HOLDER_AFTERMATH_MS = 3_000;
const MAX_COMMAND = 60;

/**
 * Who wrote a locked path. The first rule that applies decides; none guesses: what only might have been is told as
 * that, and where the holder itself cannot be told from others, only evidence about this very file speaks against them.
 */
export function judgeWrite(seen: Sighting): Verdict {
  const isHolder = (name: string | null) => sameName(seen.holder, name ?? OPERATOR);
  if (seen.openBy.some((writer) => isHolder(writer.agent)))
    return { kind: "allowed", how: "a program of the holder's had it open" };

  const near = (graceMs: number) => (span: ToolSpan) =>
    span.fromBootMs <= seen.atBootMs && (span.toBootMs ?? seen.atBootMs) + graceMs >= seen.atBootMs;
  const holders = seen.spans.filter((span) => isHolder(span.agent)).filter(near(HOLDER_AFTERMATH_MS));
  const others = seen.spans.filter((span) => !isHolder(span.agent)).filter(near(LATE_MS));
  if (holders.some((span) => span.use === "edit" && span.paths.includes(seen.path)))
    return { kind: "allowed", how: "the holder edited it" };

  const [open] = seen.openBy;
  if (open !== undefined) {
    const how = `${open.program} had the file open for writing`;
    return open.agent === null
      ? { kind: "pane", paneId: open.paneId, how }
      : { kind: "agent", agent: open.agent, how: `in its pane ${how}`, seen: true };
  }
  const editor = others.find((span) => span.use === "edit" && span.paths.includes(seen.path));
  if (editor !== undefined)
    return { kind: "agent", agent: editor.agent, how: `its ${editor.tool} tool named the file`, seen: true };

  // Edits of other files say nothing about this one.
  const ownCommands = holders.filter((span) => span.use !== "edit");
  if (ownCommands.some(near(AT_ONCE_MS))) return { kind: "allowed", how: "the holder's own command ran" };
  const commands = others.filter((span) => span.use !== "edit");
  // What runs says more than what had just ended, of whomever.
  const inAction = commands.filter(near(0));
  const running = inAction.length > 0 || ownCommands.some(near(LATE_MS)) ? inAction : commands;
  const naming = agentsOf(running.filter((span) => names(span, seen.path)));
  if (naming.length === 1) return ofOne(naming[0]!, running, seen.path);
  if (!seen.holderIsHeard) return { kind: "allowed", how: "it may have been the holder, who has no hooks" };
  const agents = agentsOf(running);
  if (agents.length === 1) return ofOne(agents[0]!, running, seen.path);
  if (agents.length > 1) return { kind: "several", agents, how: "their commands ran then" };
  if (ownCommands.length > 0) return { kind: "allowed", how: "the holder's own command had just ended" };
  return { kind: "unknown", how: "no agent's tool ran then" };
}

/** Equal for writes that one report tells of. */
export function writerKey(verdict: Verdict): string {
  switch (verdict.kind) {
    case "agent":
      return `agent ${verdict.agent.toLowerCase()}`;
    case "several":
      return `agents ${verdict.agents.map((name) => name.toLowerCase()).join(" ")}`;
    case "pane":
      return `pane ${verdict.paneId}`;
    default:
      return verdict.kind;
  }
}

/** The agents that are told that they wrote, or may have written. */
export function accused(verdict: Verdict): readonly string[] {
  if (verdict.kind === "agent") return [verdict.agent];
  return verdict.kind === "several" ? verdict.agents : [];
}

function ofOne(agent: string, running: readonly ToolSpan[], path: string): Verdict {
  const own = running.filter((span) => sameName(span.agent, agent));
  const span = own.find((one) => names(one, path)) ?? own.at(-1);
  if (span === undefined || span.command === null)
    return { kind: "agent", agent, how: `its tool ${span?.tool ?? ""} ran then`, seen: false };
  const command = span.command.trim().replace(/\s+/g, " ");
  const shown = command.length > MAX_COMMAND ? `${command.slice(0, MAX_COMMAND - 1)}…` : command;
  const named = names(span, path) ? "its command names the file" : "its shell ran then";
  return { kind: "agent", agent, how: `${named}: ${shown}`, seen: false };
}

function agentsOf(spans: readonly ToolSpan[]): readonly string[] {
  const found = new Map(spans.map((span) => [span.agent.toLowerCase(), span.agent]));
  return [...found.values()].toSorted();
}

/** Whether the command speaks of the file: by its whole path, or by its name as a word. */
function names(span: ToolSpan, path: string): boolean {
  if (span.command === null) return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name !== "" && span.command.split(/[\s'"`=:;()<>|&/]+/).includes(name);
}
