// How a pane's program is started: the launch adapters know the agents, this knows the project's paths.
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Profile } from "../domain/agent/profile.ts";
import type { PaneRecord } from "../domain/pane/pane.ts";
import type { Agent } from "../domain/session/session.ts";
import { inertText } from "../domain/text/inert.ts";
import { entryPath } from "../node/entry-paths.ts";
import type { ProjectPaths } from "../node/runtime-dir.ts";
import { type Resumption, resumptionOf } from "./launch/conversation.ts";
import { sessionInUnanswered } from "./launch/hook-spool.ts";
import { prepareLaunch } from "./launch/prepare-launch.ts";
import { shimDir } from "./launch/shim.ts";
import type { NotPrepared, PreparedProgram } from "./services/pane-contract.ts";
import { followsItsProgram } from "./services/pane-directories.ts";
import type { SessionService } from "./services/session-service.ts";

const NEW: Resumption = { kind: "new" };

export interface ProgramDeps {
  readonly paths: ProjectPaths;
  readonly hookSocket: string;
  readonly lockSnapshot: string;
  readonly userEnv: Readonly<Record<string, string | undefined>>;
  readonly shell: () => string;
  /** What is known of an agent's session. */
  readonly sessionOf: (agent: string) => AgentSession;
  /** Null: it begins a new one and will name it. */
  readonly sessionKnown: (agent: string, sessionId: string | null) => Promise<void>;
}

export interface AgentSession {
  /** The one that the agent had; null when it named none. */
  readonly id: string | null;
  /** The agent has worked in it. */
  readonly hasWorked: boolean;
  /** Another agent that runs the same session now. */
  readonly sharedWith: string | null;
}

export function agentSession(
  roster: Pick<SessionService, "find" | "all">,
  isRunning: (agent: string) => boolean,
  name: string,
): AgentSession {
  const agent = roster.find(name);
  if (!agent) return { id: null, hasWorked: false, sharedWith: null };
  const { agentSessionId: id, hasWorked } = agent;
  const shares = (other: Agent) => other.name !== agent.name && other.agentSessionId === id;
  const sharing =
    id === null ? undefined : roster.all().find((other) => shares(other) && isRunning(other.name));
  return { id, hasWorked, sharedWith: sharing?.name ?? null };
}

export function createPrograms(deps: ProgramDeps) {
  return async function prepare(
    pane: PaneRecord,
    profile: Profile,
    token: string,
    byHand: boolean,
  ): Promise<PreparedProgram | NotPrepared> {
    const { paths } = deps;
    const cwd = isDirectory(pane.cwd) ? pane.cwd : followsItsShell(pane, profile) ? parentOf(pane.cwd) : null;
    if (cwd === null) {
      return refused(`${inertText(pane.cwd, 200)} is not a directory. Press r to try again.`);
    }
    const paneDir = paneDirOf(paths, pane.id);
    const resumption = pane.agent === null ? NEW : resumptionIn(pane.agent, pane, profile, paneDir, byHand);
    if (resumption.kind === "lost") {
      const fresh = `Enter starts ${pane.agent} with a fresh conversation, x closes the pane.`;
      return { message: `${inertText(resumption.why, 300)}\n${fresh}`, startsFresh: true };
    }
    const launch = prepareLaunch({
      profile: { ...profile, command: profile.command.map(fill) },
      command: pane.command,
      paneId: pane.id,
      agentName: pane.agent,
      token,
      resumeSessionId: resumption.kind === "resume" ? resumption.sessionId : null,
      projectRoot: paths.root,
      paneDir,
      hookSocket: deps.hookSocket,
      lockSnapshot: deps.lockSnapshot,
      binDir: shimDir(
        [join(paths.stateDir, "bin"), join(paths.runtimeDir, "bin")],
        process.execPath,
        entryPath("main"),
      ),
      node: process.execPath,
      mainScript: entryPath("main"),
      userEnv: deps.userEnv,
    });
    if ("message" in launch) return refused(launch.message);
    if (pane.agent !== null && (launch.sessionId !== null || pane.startsFresh))
      await deps.sessionKnown(pane.agent, launch.sessionId);
    return {
      file: launch.file,
      args: launch.args,
      env: { ...launch.env, ...pane.env },
      cwd,
      resumes: resumption.kind === "resume" && resumption.goesOn,
      note: cwd === pane.cwd ? null : `${inertText(pane.cwd, 200)} is gone: this is ${inertText(cwd, 200)}`,
    };
  };

  function resumptionIn(
    agent: string,
    pane: PaneRecord,
    profile: Profile,
    paneDir: string,
    byHand: boolean,
  ): Resumption {
    if (pane.startsFresh) return NEW;
    const { id, hasWorked, sharedWith } = deps.sessionOf(agent);
    const told = sessionInUnanswered(paneDir, profile.kind);
    return resumptionOf({
      agent,
      profile,
      sessionId: id ?? told,
      hasWorked: hasWorked || told !== null,
      sharedWith,
      byHand,
      userEnv: deps.userEnv,
    });
  }

  /** The words in braces that a built-in profile may use in its command. */
  function fill(word: string): string {
    return word
      .replaceAll("{node}", process.execPath)
      .replaceAll("{demoAgent}", entryPath("demo-agent"))
      .replaceAll("{shell}", deps.shell());
  }
}

function refused(message: string): NotPrepared {
  return { message, startsFresh: false };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A shell whose directory was removed since it ran there; one that never ran has been given a wrong one. */
function followsItsShell(record: PaneRecord, profile: Profile): boolean {
  return record.logName !== "" && followsItsProgram({ record, profile });
}

/** The nearest directory above that is still there. */
function parentOf(path: string): string {
  const parent = dirname(path);
  return isDirectory(parent) || parent === path ? parent : parentOf(parent);
}

/** The pane's own generated files: settings, hook script, what its hooks could not tell. */
export function paneDirOf(paths: ProjectPaths, paneId: string): string {
  return join(paths.panesDir, paneId.replace("%", "pane-"));
}
