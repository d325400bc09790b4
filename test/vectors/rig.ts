// One project with a real server and no panes: agents come from outside, as in the systems before, by the real command
// line and the real `ia-tmux hook`.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openWorkspace, type CliOptions, type Ran } from "../support/workspace.ts";

export type Project = Awaited<ReturnType<typeof openProject>>;

export async function openProject() {
  const workspace = await openWorkspace({ up: false });
  try {
    await workspace.json(["server", "start"]);
  } catch (thrown) {
    await workspace.close();
    throw thrown;
  }

  const envOf = (agent: string | null) => (agent === null ? {} : { IA_TMUX_AGENT: agent });
  const as = (agent: string | null, args: readonly string[], more: CliOptions = {}): Promise<Ran> =>
    workspace.cli(args, { ...more, env: { ...envOf(agent), ...more.env } });
  const jsonAs = <T>(agent: string | null, args: readonly string[], more: CliOptions = {}): Promise<T> =>
    workspace.json<T>(args, { ...more, env: { ...envOf(agent), ...more.env } });

  return {
    ...workspace,
    as,
    jsonAs,
    /** Makes agents known, as their first command does. */
    async join(...agents: readonly string[]): Promise<void> {
      for (const agent of agents) await workspace.cliHere(["heartbeat"], { env: envOf(agent) });
    },
    /** `ia-tmux hook <words>` with a payload on stdin: JSON of a value, or a text as it is. */
    hook(agent: string | null, words: string, payload: unknown = {}, more: CliOptions = {}): Promise<Ran> {
      const stdin = typeof payload === "string" ? payload : JSON.stringify(payload);
      return as(agent, ["hook", ...words.split(" ")], { ...more, stdin });
    },
    write(path: string, text = "x\n"): void {
      const full = join(workspace.project, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
    },
  };
}

export const edit = (path: unknown, tool = "Edit") => ({ tool_name: tool, tool_input: { file_path: path } });

/** What a UserPromptSubmit or SessionStart hook adds to the agent's context. */
export function contextOf(ran: Ran): string {
  if (ran.stdout === "") return "";
  const { hookSpecificOutput } = JSON.parse(ran.stdout) as {
    hookSpecificOutput: { hookEventName: string; additionalContext: string };
  };
  return hookSpecificOutput.additionalContext;
}

export const count = (text: string, part: string) => text.split(part).length - 1;
