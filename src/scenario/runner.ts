import { AppError, messageOf } from "../base/errors.ts";
import type { Connection } from "../client/connection.ts";
import type { ScenarioReport, StepReport } from "./report.ts";
import type { Expectation, Scenario, Step } from "./schema.ts";

/** What the runner needs of the world. */
export interface RunnerDeps {
  readonly connection: Pick<Connection, "call" | "hello">;
  /** Monotonic milliseconds. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  runCommand(command: readonly string[], timeoutMs: number): Promise<CommandResult>;
  /** Called after each step, to show progress. */
  onStep?(step: StepReport): void;
}

export interface CommandResult {
  /** Null: killed at its time-out. */
  readonly exitCode: number | null;
  readonly output: string;
}

/** Between two looks at something the server has no notice for (a pattern on a screen, a lock's holder). */
const LOOK_AGAIN_MS = 50;

interface Made {
  readonly task: string;
  readonly delivery: string;
}

/** Runs a scenario to its end or to the first step that fails. Failures are in the report, not thrown. */
export async function runScenario(scenario: Scenario, deps: RunnerDeps): Promise<ScenarioReport> {
  const { connection } = deps;
  const startedMs = deps.nowMs();
  const deadlineMs = startedMs + scenario.deadline;
  const made = new Map<string, Made>();
  const steps: StepReport[] = [];
  let failure: ScenarioReport["failure"] = null;

  const opening = async () => {
    await connection.call("client.attach", { ...scenario.size, layout: scenario.layout });
    await connection.call("client.detach", {});
  };
  const plan: { name: string; run: () => Promise<void> }[] = [
    ...(scenario.layout === undefined ? [] : [{ name: `open layout ${scenario.layout}`, run: opening }]),
    ...scenario.steps.map((step) => ({ name: stepName(step), run: () => perform(step) })),
  ];

  for (const [index, { name, run }] of plan.entries()) {
    const stepStartMs = deps.nowMs();
    let error: string | null = null;
    try {
      if (deps.nowMs() >= deadlineMs) throw new AppError("timeout", "the scenario's deadline is over");
      await run();
    } catch (thrown) {
      error = messageOf(thrown);
    }
    const report = { index, name, ok: error === null, ms: Math.round(deps.nowMs() - stepStartMs), error };
    steps.push(report);
    deps.onStep?.(report);
    if (error !== null) {
      failure = { step: index, message: error, screens: await screens(connection) };
      break;
    }
  }
  return {
    name: scenario.name,
    ok: failure === null,
    ms: Math.round(deps.nowMs() - startedMs),
    steps,
    failure,
  };

  function withinDeadline(ms: number): number {
    return Math.max(0, Math.min(ms, Math.round(deadlineMs - deps.nowMs())));
  }

  async function perform(step: Step): Promise<void> {
    if ("type" in step) {
      const { pane, text, enter } = step.type;
      if (text !== "") await connection.call("pane.send-keys", { target: pane, keys: [text], literal: true });
      if (enter) await connection.call("pane.send-keys", { target: pane, keys: ["Enter"] });
    } else if ("keys" in step) {
      await connection.call("pane.send-keys", { target: step.keys.pane, keys: step.keys.keys });
    } else if ("delegate" in step) {
      const { as, ...request } = step.delegate;
      const result = await connection.call("task.delegate", request);
      if (as !== undefined) made.set(as, { task: result.task.id, delivery: result.delivery.id });
    } else if ("send" in step) {
      await connection.call("message.send", step.send);
    } else if ("lock" in step) {
      await connection.call("lock.acquire", step.lock);
    } else if ("unlock" in step) {
      await connection.call("lock.release", step.unlock);
    } else if ("run" in step) {
      await runStep(step.run);
    } else if ("wait" in step) {
      await deps.sleep(withinDeadline(step.wait));
    } else {
      await expect(step.expect, withinDeadline(step.within));
    }
  }

  async function runStep(run: Extract<Step, { run: unknown }>["run"]): Promise<void> {
    const result = await deps.runCommand(run.command, withinDeadline(run.timeout));
    if (result.exitCode === null) throw new AppError("timeout", `${run.command[0]} did not end in time`);
    if (result.exitCode !== run.exit) {
      throw new AppError(
        "failed",
        `${run.command[0]} ended with ${result.exitCode}, not ${run.exit}: ${result.output}`,
      );
    }
    if (run.contains !== undefined && !result.output.includes(run.contains)) {
      throw new AppError(
        "failed",
        `the output of ${run.command[0]} lacks ${JSON.stringify(run.contains)}: ${result.output}`,
      );
    }
  }

  async function expect(expectation: Expectation, withinMs: number): Promise<void> {
    if ("lock" in expectation) return expectLock(expectation.lock, expectation.holder, withinMs);
    if ("screen" in expectation && "regex" in expectation.screen) {
      return expectPattern(expectation.screen.pane, expectation.screen.regex, withinMs);
    }
    const fact =
      "screen" in expectation
        ? { pane: expectation.screen.pane, screen: (expectation.screen as { text: string }).text }
        : "task" in expectation
          ? { task: resolve(expectation.task, "task"), status: expectation.status }
          : "delivery" in expectation
            ? { delivery: resolve(expectation.delivery, "delivery"), state: expectation.state }
            : { agent: expectation.agent, state: expectation.state };
    await connection.call("wait.for", { ...fact, timeoutMs: withinMs }, { timeoutMs: withinMs + 5_000 });
  }

  /** `$name` is what a step made `as: name`. */
  function resolve(reference: string, what: keyof Made): string {
    if (!reference.startsWith("$")) return reference;
    const found = made.get(reference.slice(1));
    if (found) return found[what];
    throw new AppError("bad-data", `no earlier step has \`as: ${reference.slice(1)}\``);
  }

  async function expectPattern(pane: string, source: string, withinMs: number): Promise<void> {
    const pattern = new RegExp(source, "mu");
    await until(withinMs, `/${source}/ is not on the screen of ${pane}`, async () => {
      const capture = await connection.call("pane.capture", { target: pane });
      return pattern.test(capture.lines.map((line) => line.trimEnd()).join("\n"));
    });
  }

  async function expectLock(label: string, holder: string | null, withinMs: number): Promise<void> {
    let seen: string | null = null;
    await until(
      withinMs,
      () => `${label} is ${seen === null ? "not locked" : `locked by ${seen}`}`,
      async () => {
        const locks = await connection.call("lock.list", {});
        seen = locks.find((lock) => lock.label === label)?.holder ?? null;
        return seen === holder;
      },
    );
  }

  async function until(withinMs: number, otherwise: string | (() => string), holds: () => Promise<boolean>) {
    const endMs = deps.nowMs() + withinMs;
    while (!(await holds())) {
      if (deps.nowMs() >= endMs) {
        throw new AppError("timeout", typeof otherwise === "string" ? otherwise : otherwise());
      }
      await deps.sleep(LOOK_AGAIN_MS);
    }
  }
}

/** What a step is called in a report when it has no name of its own. */
export function stepName(step: Step): string {
  if (step.name !== undefined) return step.name;
  if ("type" in step) return `type into ${step.type.pane}`;
  if ("keys" in step) return `press ${step.keys.keys.join(" ")} in ${step.keys.pane}`;
  if ("delegate" in step) return `delegate to ${step.delegate.to}`;
  if ("send" in step) return `send to ${step.send.to}`;
  if ("lock" in step) return `lock ${step.lock.path}`;
  if ("unlock" in step) return `unlock ${step.unlock.path}`;
  if ("run" in step) return `run ${step.run.command.join(" ")}`;
  if ("wait" in step) return `wait ${step.wait} ms`;
  return `expect ${describeExpectation(step.expect)}`;
}

function describeExpectation(expectation: Expectation): string {
  if ("lock" in expectation) return `${expectation.lock} held by ${expectation.holder ?? "nobody"}`;
  if ("screen" in expectation) {
    const { screen } = expectation;
    return `${"regex" in screen ? `/${screen.regex}/` : JSON.stringify(screen.text)} in ${screen.pane}`;
  }
  if ("task" in expectation) return `task ${expectation.task} ${expectation.status}`;
  if ("delivery" in expectation) return `delivery ${expectation.delivery} ${expectation.state}`;
  return `${expectation.agent} ${expectation.state}`;
}

async function screens(connection: RunnerDeps["connection"]) {
  const found: { pane: string; lines: readonly string[] }[] = [];
  try {
    for (const pane of await connection.call("pane.list", {})) {
      const capture = await connection.call("pane.capture", { target: pane.id });
      found.push({ pane: pane.agent ? `${pane.id} ${pane.agent}` : pane.id, lines: capture.lines });
    }
  } catch {
    // The server is gone: the step's own error says so.
  }
  return found;
}
