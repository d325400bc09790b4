import { quoteLine } from "../text/frame.ts";

/** `ia-tmux update-template`: a prompt to copy, that has an agent bring a file which all of them read up to date. */
export function templatePrompt(agent: string, file: string, focus: string | null): string {
  const heavy = "=".repeat(70);
  return [
    heavy,
    `UPDATE PROMPT FOR ${agent.toUpperCase()}`,
    heavy,
    `@${agent} - Please bring ${quoteLine(file)} up to date: every agent of this project reads it first.`,
    "",
    "1. Read the file, then what it speaks about: the code, how it is built and tested, its documents.",
    "2. Correct what is no longer so; take out what nobody needs; add what a newcomer had to ask for.",
    "3. Keep its headings and its length: facts in short sentences, no history, no plans, no secrets.",
    ...(focus === null ? [] : [`4. Look above all at: ${quoteLine(focus, 500)}`]),
    "",
    `When it is done: ia-tmux log --type note --file ${quoteLine(file)} "brought up to date"`,
    heavy,
  ].join("\n");
}
