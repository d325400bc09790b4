import * as z from "zod";

/** One thing the demo agent does in a turn. */
export const StepSchema = z.union([
  /** Shows the spinner for so many milliseconds. */
  z.strictObject({ think: z.number().min(0).max(600_000), about: z.string().optional() }),
  z.strictObject({ say: z.string() }),
  /** Edits a file through the hooks of its tool; `text` is appended. */
  z.strictObject({
    tool: z.enum(["Edit", "Write", "MultiEdit", "NotebookEdit"]),
    path: z.string(),
    text: z.string().default("changed\n"),
  }),
  /** Runs a command through the hooks of its tool. */
  z.strictObject({ run: z.string() }),
  /** Asks for permission to run a command; runs it only with --allow-shell. */
  z.strictObject({ dialog: z.string() }),
  z.strictObject({ question: z.string(), options: z.array(z.string()).min(1).max(9) }),
  z.strictObject({ error: z.string() }),
  /** Writes bytes to the terminal as they are: for tests of forged states. */
  z.strictObject({ print: z.string() }),
  z.strictObject({ title: z.string() }),
  z.strictObject({ exit: z.number().int().min(0).max(255) }),
]);
export type Step = z.infer<typeof StepSchema>;

const StepsSchema = z.array(StepSchema).max(1_000);
const SCRIPT = /@@(\[[\s\S]*?\])@@/;

/** Milliseconds of the built-in story; a factor of 0 makes tests instant. */
export interface Pace {
  readonly factor: number;
}

/** What a prompt makes the agent do: its own script, the story of a relay, of a notice, or a short answer. */
export function stepsFor(prompt: string, pace: Pace): Step[] {
  const script = SCRIPT.exec(prompt)?.[1];
  if (script !== undefined) return parseSteps(script);
  const header =
    /^\[ia-tmux (?<kind>relay|notice|message|answer|guide) from (?<from>[^\s·]+) · [^\]]+\]/.exec(prompt);
  if (header === null) return plainAnswer(pace);
  const from = header.groups?.["from"] ?? "operator";
  const task = /\btask (?<id>task-[0-9a-z]+)/.exec(prompt)?.groups?.["id"];
  if (header.groups?.["kind"] === "relay" && task !== undefined) return taskStory(task, from, pace);
  return mailStory(prompt, from, pace);
}

/** A script: a JSON list, or one JSON step in each line. Throws what is wrong with it. */
export function parseSteps(script: string): Step[] {
  const trimmed = script.trim();
  const value: unknown = trimmed.startsWith("[")
    ? JSON.parse(trimmed)
    : trimmed
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => JSON.parse(line) as unknown);
  return StepsSchema.parse(value);
}

/** The opening of the tour: the leading agent gives the other one a task. */
export function tourSteps(to: string, pace: Pace): Step[] {
  return [
    { say: `I lead this project. ${to} is free: I give away the schema.` },
    { think: 1_500 * pace.factor, about: "Planning" },
    {
      run: `ia-tmux delegate --to ${to} "Write the schema of the users table into .ia-tmux/demo/schema.sql"`,
    },
    { say: `Given. ${to} gets it as soon as the composer is free; watch the border.` },
  ];
}

function taskStory(task: string, from: string, pace: Pace): Step[] {
  return [
    { say: `A task from ${from}: ${task}. I read it first.` },
    { think: 2_000 * pace.factor, about: "Reading" },
    { run: `ia-tmux task update ${task} --status in_progress` },
    { think: 3_000 * pace.factor, about: "Writing" },
    { tool: "Edit", path: `.ia-tmux/demo/${task}.md`, text: `Done by a demo agent for ${from}.\n` },
    { run: `ia-tmux task update ${task} --status completed --note "wrote .ia-tmux/demo/${task}.md"` },
    { run: `ia-tmux send --to ${from} --task ${task} "Done. You find it in .ia-tmux/demo/${task}.md."` },
    { say: "Finished, and told them so." },
  ];
}

function mailStory(prompt: string, from: string, pace: Pace): Step[] {
  const steps: Step[] = [{ think: 1_000 * pace.factor, about: "Reading" }];
  if (/^Read: ia-tmux inbox/m.test(prompt)) steps.push({ run: "ia-tmux inbox" });
  return [...steps, { say: `Thank you, ${from}.` }];
}

function plainAnswer(pace: Pace): Step[] {
  return [
    { think: 1_200 * pace.factor },
    { say: "I am a demo agent: I know no model, only the way work travels. Try C-b D and give me a task." },
  ];
}
