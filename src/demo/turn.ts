import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Dialog, type DialogAnswer, permissionDialog, questionDialog } from "./dialog.ts";
import type { createHooks } from "./hook.ts";
import type { Step } from "./steps.ts";

/** What a turn needs of the program around it. */
export interface TurnWorld {
  readonly cwd: string;
  /** Whether a shell may run what a human or a dialog names; `ia-tmux …` always may. */
  readonly allowShell: boolean;
  readonly hooks: ReturnType<typeof createHooks>;
  say(text: string): void;
  note(text: string): void;
  fail(text: string): void;
  busy(label: string): void;
  ask(dialog: Dialog): Promise<DialogAnswer>;
  print(bytes: string): void;
  record(kind: string, fields: Readonly<Record<string, unknown>>): void;
}

const MAX_OUTPUT_LINES = 8;
const RUN_TIMEOUT_MS = 30_000;

/** Does the steps one after another. Ends early when it is interrupted; throws only on trouble of its own. */
export async function runSteps(
  steps: readonly Step[],
  world: TurnWorld,
  signal: AbortSignal,
): Promise<"done" | "error" | "interrupted"> {
  let toolNumber = 0;
  for (const step of steps) {
    if (signal.aborted) return "interrupted";
    if ("think" in step) {
      world.busy(step.about ?? "Thinking");
      await sleep(step.think, undefined, { signal }).catch(() => undefined);
    } else if ("say" in step) world.say(step.say);
    else if ("tool" in step) await editFile(step, `tool-${++toolNumber}`);
    else if ("run" in step) await runTool(step.run, `tool-${++toolNumber}`, false);
    else if ("dialog" in step) await runTool(step.dialog, `tool-${++toolNumber}`, true);
    else if ("question" in step) {
      const answer = await world.ask(questionDialog(step.question, step.options));
      const chosen = answer === "dismissed" ? "dismissed" : (step.options[answer.option] ?? "");
      world.record("answered", { question: step.question, answer: chosen });
      world.note(`You answered: ${chosen}`);
    } else if ("error" in step) {
      world.fail(step.error);
      return "error";
    } else if ("print" in step) world.print(step.print);
    else if ("title" in step)
      world.print(`\u001b]0;${step.title.replace(/[\u0000-\u001f\u007f-\u009f]/g, "")}\u0007`);
    else process.exit(step.exit);
  }
  return signal.aborted ? "interrupted" : "done";

  async function editFile(step: Extract<Step, { tool: string }>, id: string): Promise<void> {
    const path = resolve(world.cwd, step.path);
    const input = { file_path: path, new_string: step.text, old_string: "" };
    world.busy(`${step.tool} ${step.path}`);
    const before = await world.hooks("PreToolUse", {
      tool_name: step.tool,
      tool_input: input,
      tool_use_id: id,
    });
    if (before.denied !== null) return denied(`${step.tool}(${step.path})`, before.denied);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, step.text);
    world.note(`${step.tool}(${step.path})`);
    world.record("edited", { path });
    await world.hooks("PostToolUse", {
      tool_name: step.tool,
      tool_input: input,
      tool_use_id: id,
      tool_response: { ok: true },
    });
  }

  async function runTool(command: string, id: string, mustAsk: boolean): Promise<void> {
    const input = { command };
    world.busy(`Running ${command.slice(0, 60)}`);
    const before = await world.hooks("PreToolUse", { tool_name: "Bash", tool_input: input, tool_use_id: id });
    if (before.denied !== null) return denied(`Bash(${command})`, before.denied);
    if (mustAsk && !(await mayRun(command, id))) return;
    const isOurs = /^ia-tmux(?:\s|$)/.test(command);
    if (mustAsk && !world.allowShell && !isOurs) return world.note("(a demo agent runs nothing but ia-tmux)");
    if (!isOurs && !world.allowShell) return world.note(`(not run: ${command})`);
    const output = await shell(command, world.cwd, signal);
    const lines = output.text.trimEnd().split("\n");
    const shown = lines.slice(0, MAX_OUTPUT_LINES).join("\n");
    const more = lines.length > MAX_OUTPUT_LINES ? `\n… ${lines.length - MAX_OUTPUT_LINES} more lines` : "";
    world.note(
      `$ ${command}${shown === "" ? "" : `\n${shown}${more}`}${output.code === 0 ? "" : `\nexit code ${output.code ?? "none"}`}`,
    );
    world.record("ran", { command, code: output.code, output: output.text });
    await world.hooks("PostToolUse", {
      tool_name: "Bash",
      tool_input: input,
      tool_use_id: id,
      tool_response: { stdout: output.text },
    });
  }

  async function mayRun(command: string, id: string): Promise<boolean> {
    const verdict = await world.hooks("PermissionRequest", {
      tool_name: "Bash",
      tool_input: { command },
      tool_use_id: id,
    });
    if (verdict.allowed) return true;
    const answer = await world.ask(permissionDialog(command));
    const isApproved = answer !== "dismissed" && answer.option === 0;
    world.record(isApproved ? "approved" : "denied", { command });
    if (!isApproved) world.note(`You said no to: ${command}`);
    return isApproved;
  }

  function denied(what: string, reason: string): void {
    world.record("tool-denied", { what, reason });
    world.note(`${what}\nrefused by hook: ${reason}`);
  }
}

/** Runs a command line and collects what it prints. */
export function shell(
  command: string,
  cwd: string,
  signal: AbortSignal,
): Promise<{ code: number | null; text: string }> {
  return new Promise((done) => {
    const child = spawn("sh", ["-c", command], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: RUN_TIMEOUT_MS,
      signal,
    });
    let text = "";
    const collect = (chunk: Buffer) => (text = (text + chunk.toString()).slice(0, 65_536));
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", () => done({ code: null, text }));
    child.on("close", (code) => done({ code, text }));
  });
}
