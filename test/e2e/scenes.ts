// What the scenarios are made of: bodies that are hard to carry, and prompts that script a demo agent.
import type { Workspace } from "../support/workspace.ts";

/** 2,000 characters in 40 lines: quotes of all kinds, emoji of several code points, CJK, what shells and pastes chew on. */
export function longBody(mark: string): string {
  const lines = [`${mark}: "double" 'single' \`back\` $HOME $(id) \\n %s & | ; < > * ?`];
  const stock = [
    "日本語の仕様書を読んでください。",
    "请把这个函数改成异步的。",
    "family 👩‍👩‍👧‍👦, flag 🇪🇺, e\u0301 combining, ﬁ ligature",
    'const name = "O\'Brien"; // ${template} `tick`',
    "  two spaces in front and two behind  ",
    "\ttab in front",
    "",
    "!not a shell command, /not a slash command, # not a memory, @not/a/file",
  ];
  while (lines.length < 39) lines.push(`${lines.length} ${stock[lines.length % stock.length]}`);
  const short = lines.join("\n");
  const last = `the end ${"x".repeat(1_000)}`.slice(0, 2_000 - [...short].length - 1);
  return `${short}\n${last}`;
}

/** A prompt that makes a demo agent do these steps. */
export function says(...steps: readonly object[]): string {
  return `Do this: @@${JSON.stringify(steps)}@@`;
}

/** One word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Types a prompt into an agent's pane, as a human with another client would, and submits it. */
export async function type(workspace: Workspace, agent: string, text: string): Promise<void> {
  await workspace.withServer(async (server) => {
    await server.call("wait.for", { agent, state: "idle" });
    await server.call("pane.send-keys", { target: agent, keys: [text], literal: true });
    await server.call("pane.send-keys", { target: agent, keys: ["Enter"] });
  });
}
