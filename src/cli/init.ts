import { ensureProjectFiles } from "../config/project-files.ts";
import { findProjectRoot } from "../node/project-root.ts";
import { inertText } from "../domain/text/inert.ts";
import type { Session } from "../domain/session/session.ts";
import type { CommandContext } from "./command.ts";

export interface InitOptions {
  readonly project?: string | undefined;
  readonly principal?: string | undefined;
  readonly agents?: string | undefined;
  readonly mode?: Session["mode"] | undefined;
  readonly force: boolean;
}

/** `ia-tmux init`: may run as often as one likes, unless it is told who works in the project. */
export async function initProject(context: CommandContext, options: InitOptions): Promise<number> {
  const root = findProjectRoot(context.world.cwd);
  const { force, agents, ...setup } = options;
  const session =
    force || agents !== undefined || Object.values(setup).some((value) => value !== undefined)
      ? await setUp(context, options)
      : null;
  const files = ensureProjectFiles(root);
  context.output.show({ root, ...files, ...session }, () =>
    [
      ...files.written.map((path) => `wrote  ${path}`),
      ...files.kept.map((path) => `kept   ${path}`),
      ...(session === null ? [] : describe(session)),
      "",
      files.written.includes(".ia-tmux/context.md")
        ? `Next: say in ${inertText(root)}/.ia-tmux/context.md what the project is, then run \`ia-tmux\`.`
        : "Next: run `ia-tmux`.",
    ].join("\n"),
  );
  return 0;
}

/** `ia-tmux session init`. */
export async function initSession(context: CommandContext, options: InitOptions): Promise<number> {
  const done = await setUp(context, options);
  context.output.show(done, () => describe(done).join("\n").trimStart());
  return 0;
}

async function setUp(context: CommandContext, options: InitOptions) {
  const connection = await context.startServer();
  try {
    const session = await connection.call("session.init", {
      project: options.project,
      principal: options.principal,
      mode: options.mode,
      force: options.force,
      agents: options.agents
        ?.split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    });
    const agents = await connection.call("agent.list", {});
    return { session, agents: agents.map(({ name, role }) => ({ name, role })) };
  } finally {
    connection.close();
  }
}

function describe({ session, agents }: Awaited<ReturnType<typeof setUp>>): string[] {
  return [
    "",
    `${inertText(session.id)}: ${session.mode}, led by ${inertText(session.principal)}`,
    ...agents.map(({ name, role }) => `  ${inertText(name)}: ${role}`),
  ];
}
