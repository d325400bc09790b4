// How a pane's program is started: the launch adapters know the agents, this knows the project's paths.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Profile } from "../domain/agent/profile.ts";
import type { PaneRecord } from "../domain/pane/pane.ts";
import { inertText } from "../domain/text/inert.ts";
import { entryPath } from "../node/entry-paths.ts";
import type { ProjectPaths } from "../node/runtime-dir.ts";
import { sessionInUnanswered } from "./launch/hook-spool.ts";
import { prepareLaunch } from "./launch/prepare-launch.ts";
import { shimDir } from "./launch/shim.ts";
import type { PreparedProgram } from "./services/pane-contract.ts";

export interface ProgramDeps {
  readonly paths: ProjectPaths;
  readonly hookSocket: string;
  readonly lockSnapshot: string;
  readonly userEnv: Readonly<Record<string, string | undefined>>;
  readonly shell: () => string;
  /** The session that the agent had, to go on with it. */
  readonly sessionOf: (agent: string) => string | null;
  readonly sessionKnown: (agent: string, sessionId: string) => Promise<void>;
}

export function createPrograms(deps: ProgramDeps) {
  return async function prepare(
    pane: PaneRecord,
    profile: Profile,
    token: string,
  ): Promise<PreparedProgram | { message: string }> {
    const { paths } = deps;
    if (!statSync(pane.cwd, { throwIfNoEntry: false })?.isDirectory()) {
      return { message: `${inertText(pane.cwd, 200)} is not a directory.` };
    }
    const paneDir = paneDirOf(paths, pane.id);
    const launch = prepareLaunch({
      profile: { ...profile, command: profile.command.map(fill) },
      command: pane.command,
      paneId: pane.id,
      agentName: pane.agent,
      token,
      resumeSessionId:
        pane.agent === null
          ? null
          : (deps.sessionOf(pane.agent) ?? sessionInUnanswered(paneDir, profile.kind)),
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
    if ("message" in launch) return launch;
    if (launch.sessionId !== null && pane.agent !== null)
      await deps.sessionKnown(pane.agent, launch.sessionId);
    return { file: launch.file, args: launch.args, env: { ...launch.env, ...pane.env } };
  };

  /** The words in braces that a built-in profile may use in its command. */
  function fill(word: string): string {
    return word
      .replaceAll("{node}", process.execPath)
      .replaceAll("{demoAgent}", entryPath("demo-agent"))
      .replaceAll("{shell}", deps.shell());
  }
}

/** The pane's own generated files: settings, hook script, what its hooks could not tell. */
export function paneDirOf(paths: ProjectPaths, paneId: string): string {
  return join(paths.panesDir, paneId.replace("%", "pane-"));
}
