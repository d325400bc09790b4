import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { AppError, messageOf } from "../base/errors.ts";
import { inertText } from "../domain/text/inert.ts";
import { parseScenario } from "../scenario/load.ts";
import { toJUnit, type ScenarioReport } from "../scenario/report.ts";
import { runScenario, stepName, type CommandResult } from "../scenario/runner.ts";
import type { CommandContext } from "./command.ts";
import { readTextFile } from "./files.ts";
import type { World } from "./world.ts";

const MAX_SCENARIO_BYTES = 262_144;
const MAX_OUTPUT_BYTES = 65_536;

/** `ia-tmux run`: 0 when every step held, else 1. */
export async function runScenarioFile(context: CommandContext, path: string, junit: string | undefined) {
  const { world, output } = context;
  const scenario = parseScenario(readTextFile(path, world.cwd, MAX_SCENARIO_BYTES), path);
  const connection = await context.connection();
  const report = await runScenario(scenario, {
    connection,
    nowMs: () => performance.now(),
    sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    runCommand: (command, timeoutMs) => runCommand(world, command, timeoutMs),
    onStep: (step) => {
      if (!output.json)
        output.note(`${step.ok ? "ok  " : "FAIL"} ${step.index + 1} ${step.name} (${step.ms} ms)`);
    },
  });
  if (junit !== undefined) {
    const opening = scenario.layout === undefined ? [] : [`open layout ${scenario.layout}`];
    write(world, junit, toJUnit(report, [...opening, ...scenario.steps.map(stepName)]));
  }
  output.show(report, () => reportText(context, report));
  return report.ok ? 0 : 1;
}

function reportText({ output }: CommandContext, report: ScenarioReport): string {
  if (report.failure === null) {
    return output.paint(`${inertText(report.name)}: ${report.steps.length} steps in ${report.ms} ms`, "good");
  }
  const step = report.steps[report.failure.step];
  return [
    output.paint(
      `${inertText(report.name)}: step ${report.failure.step + 1} failed: ${inertText(step?.name ?? "")}`,
      "bad",
    ),
    inertText(report.failure.message, 2_000),
    ...report.failure.screens.flatMap((screen) => [
      output.paint(`--- ${inertText(screen.pane)}`, "dim"),
      ...screen.lines.map((line) => inertText(line.trimEnd(), 1_000)),
    ]),
  ].join("\n");
}

function write(world: World, path: string, text: string) {
  try {
    writeFileSync(resolve(world.cwd, path), text);
  } catch (thrown) {
    throw new AppError("cannot-create", `Cannot write ${inertText(path)}: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

function runCommand(world: World, command: readonly string[], timeoutMs: number): Promise<CommandResult> {
  return new Promise((done, reject) => {
    const [program, ...args] = command as [string, ...string[]];
    const child = spawn(program, args, { cwd: world.cwd, env: world.env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let timedOut = false;
    const take = (chunk: Buffer) => {
      if (output.length < MAX_OUTPUT_BYTES) output += chunk.toString("utf8");
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    child.once("error", (cause) => {
      clearTimeout(timer);
      reject(new AppError("failed", `${inertText(program)} cannot be run: ${messageOf(cause)}`, { cause }));
    });
    child.once("close", (exitCode) => {
      clearTimeout(timer);
      done({ exitCode: timedOut ? null : (exitCode ?? 1), output });
    });
  });
}
