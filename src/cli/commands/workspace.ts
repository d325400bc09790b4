import { AppError } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { EventView } from "../../protocol/views.ts";
import { AGENT_STATES } from "../../domain/agent/words.ts";
import { DELIVERY_STATES } from "../../domain/relay/words.ts";
import { TASK_STATUSES } from "../../domain/task/words.ts";
import { choice, defineCommand, duration, flag, list, text, type CommandContext } from "../command.ts";
import { assertFullScreen } from "../full-screen.ts";
import { readLine } from "../prompt.ts";
import { stopServer } from "../stop-server.ts";
import { formatClock } from "../duration.ts";

const DAY_MS = 86_400_000;
/** Agents are started one after the other. */
const RESTORE_TIMEOUT_MS = 120_000;
const SIZE = /^([1-9]\d{0,3})x([1-9]\d{0,2})$/;

const screenOptions = {
  layout: text("layout", "Open this layout: a name or a file.", { short: "L" }),
  nested: flag("Although this is a pane of ia-tmux."),
};

export const workspaceCommands = [
  defineCommand({
    name: "open",
    summary: "Open the workspace (what ia-tmux does without a command).",
    options: screenOptions,
    run: (context, { options }) => openScreen(context, { readOnly: false, ...options }),
  }),
  defineCommand({
    name: "attach",
    short: ["attach-session"],
    summary: "Open the workspace; with --read-only no key reaches a pane.",
    options: { ...screenOptions, readOnly: flag("Only look.", { short: "r" }) },
    run(context, { options }) {
      if (options.readOnly && options.layout !== undefined)
        throw new AppError("usage", "who only watches opens no layout", { hint: "Leave out --layout." });
      return openScreen(context, options);
    },
  }),
  defineCommand({
    name: "up",
    summary: "Start the workspace; with --headless without a screen.",
    starts: true,
    options: {
      ...screenOptions,
      headless: flag("Server and layout only: for scripts and CI."),
      size: text("COLSxROWS", "Size of the screen nobody looks at (default 120x40)."),
      restore: flag("Bring back what ran before the machine was started again, without asking."),
    },
    async run(context, { options }) {
      if (options.restore) await bringBack(context);
      if (!options.headless) return openScreen(context, { readOnly: false, ...options });
      const { cols, rows } = parseSize(options.size ?? "120x40");
      // A client of that size makes the server lay out the panes; it stays so after it is gone.
      const { view } = await context.call("client.attach", { cols, rows, layout: options.layout });
      const info = await context.call("server.info", {});
      await context.call("client.detach", {});
      const panes = view.panes.map((pane) => ({ id: pane.id, profile: pane.profile, agent: pane.agent }));
      if (view.restore !== null)
        context.output.note(
          "What ran here before waits: `ia-tmux restore` brings it back, with --fresh closes it.",
        );
      context.output.show({ project: view.project, serverPid: info.pid, panes, agents: view.agents }, () =>
        [
          `${inertText(view.project.name)} is up: server ${info.pid}, ${panes.length} panes.`,
          "Look with `ia-tmux ls`, `ia-tmux capture <pane>`; end it with `ia-tmux down`.",
        ].join("\n"),
      );
      return 0;
    },
  }),
  defineCommand({
    name: "restore",
    summary: "Bring back what ran before the machine was started again: agents go on with their sessions.",
    starts: true,
    options: { fresh: flag("Close it instead, and open the first layout.") },
    async run(context, { options }) {
      const how = options.fresh ? "fresh" : "all";
      const result = await context.call("restore.answer", { how }, { timeoutMs: RESTORE_TIMEOUT_MS });
      context.output.show(result, () => result.done);
    },
  }),
  defineCommand({
    name: "down",
    stops: true,
    short: ["kill-server"],
    summary: "End the workspace: every pane and the server.",
    options: { yes: flag("Do not ask.", { short: "y" }) },
    async run(context, { options }) {
      const working = (await context.call("agent.list", {})).filter(
        (agent) => agent.state.name === "working",
      );
      if (working.length > 0 && !options.yes && context.world.stdin.isTTY === true && !context.output.json) {
        const names = working.map((agent) => agent.name).join(", ");
        const answer = await readLine(context.world, `${names} still at work: end everything? [y/N] `);
        if (!/^y(es)?$/i.test(answer.trim())) {
          context.output.note("Nothing was ended.");
          return 1;
        }
      }
      await stopServer(await context.connection(), { endPanes: true });
      context.output.show({ stopped: true }, () => "Down.");
      return 0;
    },
  }),
  defineCommand({
    name: "events",
    summary: "Print what happens, as it happens.",
    options: {
      kind: list("kind", "Only these kinds (repeat); a prefix such as lock. is enough."),
      limit: text("count", "End after that many.", { short: "n" }),
    },
    async run(context, { options }) {
      const limit = options.limit === undefined ? Number.POSITIVE_INFINITY : Number(options.limit);
      if (!(limit > 0)) throw new AppError("usage", "--limit must be a number above 0");
      const connection = await context.connection();
      const wanted = (event: EventView) =>
        options.kind === undefined || options.kind.some((kind) => event.kind.startsWith(kind));
      let seen = 0;
      const done = new Promise<void>((resolve, reject) => {
        connection.onClose((error) => (error ? reject(error) : resolve()));
        connection.onNotice((notice) => {
          if (notice.notice !== "event" || seen >= limit || !wanted(notice.event)) return;
          const { event } = notice;
          context.output.line(event, () => eventLine(event));
          if (++seen >= limit) resolve();
        });
      });
      await Promise.all([connection.call("events.subscribe", {}), done]);
    },
  }),
  defineCommand({
    name: "wait",
    summary:
      "Wait until an agent, a task, a delivery or a screen is as named; status 75 when it is not in time.",
    details:
      "Examples: ia-tmux wait --agent kimi --state idle\n          ia-tmux wait --task task-7f31 --status completed --timeout 10m",
    options: {
      agent: text("agent", "Wait for this agent's --state.", { short: "a" }),
      state: choice([...AGENT_STATES, ...DELIVERY_STATES, "answered"], "State of the agent or delivery."),
      task: text("task", "Wait for this task's --status."),
      status: choice(TASK_STATUSES, "Status of the task."),
      delivery: text("delivery", "Wait for this delivery's --state."),
      pane: text("pane", "Wait for a text on this pane's screen."),
      screen: text("text", "The text."),
      timeout: duration("How long (default 60s).", { minMs: 0, maxMs: DAY_MS }),
    },
    async run(context, { options }) {
      const { timeout, ...fact } = options;
      const complete =
        (fact.agent !== undefined && fact.state !== undefined) ||
        (fact.task !== undefined && fact.status !== undefined) ||
        (fact.delivery !== undefined && fact.state !== undefined) ||
        fact.screen !== undefined;
      if (!complete) {
        throw new AppError(
          "usage",
          "wait needs --agent and --state, --task and --status, --delivery and --state, or --screen",
        );
      }
      const timeoutMs = timeout ?? 60_000;
      const result = await context.call(
        "wait.for",
        { ...fact, timeoutMs },
        { timeoutMs: timeoutMs + 10_000 },
      );
      context.output.show(result, () => "");
    },
  }),
  defineCommand({
    name: "run",
    summary: "Run a scenario: a layout, steps and deadlines; ends 0, or names the step that failed.",
    args: "<scenario.yaml>",
    starts: true,
    options: { junit: text("path", "Write a JUnit report there too.") },
    async run(context, { args, options }) {
      const { runScenarioFile } = await import("../run-scenario.ts");
      return runScenarioFile(context, args[0] as string, options.junit);
    },
  }),
];

/** Brings back what waits for that word, if anything does. */
async function bringBack(context: CommandContext): Promise<void> {
  try {
    const { done } = await context.call("restore.answer", { how: "all" }, { timeoutMs: RESTORE_TIMEOUT_MS });
    context.output.note(done);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== "not-found") throw thrown;
  }
}

async function openScreen(
  context: CommandContext,
  request: { readonly readOnly: boolean; readonly layout: string | undefined; readonly nested: boolean },
): Promise<number> {
  assertFullScreen(context.world, request.nested);
  return context.world.runTui({ readOnly: request.readOnly, layout: request.layout });
}

export function parseSize(size: string): { cols: number; rows: number } {
  const match = SIZE.exec(size);
  const [cols, rows] = [Number(match?.[1]), Number(match?.[2])];
  if (match && cols <= 2_000 && rows <= 1_000) return { cols, rows };
  throw new AppError("usage", `--size must be like 120x40, not "${inertText(size, 40)}"`);
}

function eventLine(event: EventView): string {
  const { atMs, kind, ...fields } = event;
  const words = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return inertText(`${formatClock(atMs)} ${kind} ${words.join(" ")}`, 400);
}
