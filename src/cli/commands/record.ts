// Specs, decisions, the activity log, and questions to the human.
import { AppError } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import { readBody } from "../body.ts";
import {
  defineCommand,
  duration,
  flag,
  integer,
  list,
  looseText,
  text,
  type CommandContext,
} from "../command.ts";
import { formatSpan } from "../duration.ts";
import { inertLines, showList } from "../output.ts";

const DAY_MS = 86_400_000;

const activityFilter = {
  actor: text("agent", "Only this agent.", { also: ["--agent"] }),
  since: duration("Only the last while.", { minMs: 1_000, maxMs: 365 * DAY_MS }),
  ref: text("id", "Only what is about this task, message, path …"),
};

export const recordCommands = [
  defineCommand({
    name: "spec publish",
    short: ["publish-spec"],
    summary: "Publish a spec; a name published again gets a new version.",
    args: "<name> [words...]",
    starts: true,
    options: {
      file: text("path", "Read it from a file; - is stdin."),
      base: integer("version", "Refuse if there is a later version than this.", { min: 0, max: 1_000_000 }),
    },
    async run(context, { args, options }) {
      const content = await readBody(context.world, {
        words: args.slice(1),
        file: options.file,
        what: "spec",
      });
      const spec = await context.call("spec.publish", {
        name: args[0] as string,
        content,
        baseVersion: options.base,
      });
      context.output.show(spec, () => `Published ${inertText(spec.name)} version ${spec.version}`);
    },
  }),
  defineCommand({
    name: "spec show",
    short: ["get-spec"],
    summary: "Print a spec.",
    args: "<name>",
    options: { version: integer("number", "An older version.", { min: 1, max: 1_000_000 }) },
    async run(context, { args, options }) {
      const spec = await context.call("spec.show", { name: args[0] as string, version: options.version });
      context.output.show(spec, () => inertLines(spec.content));
    },
  }),
  defineCommand({
    name: "spec list",
    short: ["specs", "list-specs"],
    summary: "List specs.",
    async run(context) {
      const specs = await context.call("spec.list", {});
      const nowMs = context.world.nowMs();
      showList(context.output, specs, "No specs.", () =>
        context.output.table(
          specs.map((spec) => [
            { text: spec.name, tone: "strong" },
            `v${spec.version}`,
            spec.author,
            `${formatSpan(nowMs - spec.atMs)} ago`,
          ]),
        ),
      );
    },
  }),
  defineCommand({
    name: "spec history",
    summary: "List the versions of a spec, oldest first.",
    args: "<name>",
    async run(context, { args }) {
      const versions = await context.call("spec.history", { name: args[0] as string });
      const nowMs = context.world.nowMs();
      context.output.show(versions, () =>
        context.output.table(
          versions.map((spec) => [
            { text: `v${spec.version}`, tone: "strong" },
            spec.author,
            `${formatSpan(nowMs - spec.atMs)} ago`,
            `${spec.content.split("\n").length} lines`,
          ]),
        ),
      );
    },
  }),
  defineCommand({
    name: "spec diff",
    summary: "Show what changed between two versions of a spec (default: by the latest).",
    args: "<name> [from] [to]",
    async run(context, { args }) {
      const [name, from, to] = args as [string, string?, string?];
      const result = await context.call("spec.diff", {
        name,
        from: versionNumber(from),
        to: versionNumber(to),
      });
      context.output.show(result, () => (result.diff === "" ? "No difference." : inertLines(result.diff)));
    },
  }),
  subscription("subscribe", "Be told of new versions of a spec."),
  subscription("unsubscribe", "Be told no more of new versions of a spec."),
  defineCommand({
    name: "decision record",
    short: ["decision"],
    summary: "Record a decision for everybody.",
    args: "[words...]",
    starts: true,
    options: { supersedes: text("decision", "The decision it replaces.") },
    async run(context, { args, options }) {
      const body = await readBody(context.world, { words: args, what: "decision" });
      const decision = await context.call("decision.record", { text: body, supersedes: options.supersedes });
      context.output.show(decision, () => `Recorded ${inertText(decision.id)}`);
    },
  }),
  defineCommand({
    name: "decision list",
    short: ["decisions"],
    summary: "List decisions, or those that hold some words.",
    args: "[words...]",
    options: { current: flag("Leave out what was replaced.") },
    async run(context, { args, options }) {
      const decisions = await context.call("decision.list", {
        query: args.length > 0 ? args.join(" ") : undefined,
        current: options.current,
      });
      const nowMs = context.world.nowMs();
      showList(context.output, decisions, "No decisions.", () =>
        context.output.table(
          decisions.map((decision) => [
            decision.id,
            decision.by,
            `${formatSpan(nowMs - decision.atMs)} ago`,
            { text: decision.text, tone: decision.supersededBy ? "dim" : null },
            decision.supersededBy ? `replaced by ${decision.supersededBy}` : "",
          ]),
        ),
      );
    },
  }),
  defineCommand({
    name: "decision show",
    summary: "Print a decision.",
    args: "<decision>",
    async run(context, { args }) {
      const decision = await context.call("decision.show", { decision: args[0] as string });
      context.output.show(decision, () => inertLines(decision.text));
    },
  }),
  defineCommand({
    name: "activity list",
    short: ["activity"],
    summary: "Show who did what, oldest first.",
    options: {
      limit: integer("count", "How many (default 50).", { min: 1, max: 10_000 }, { short: "n" }),
      kind: text("kind", "Only this kind, such as lock.denied."),
      ...activityFilter,
      follow: flag("Go on with what happens from now on.", { short: "f" }),
    },
    run: (context, { options }) => showActivity(context, options),
  }),
  defineCommand({
    name: "activity add",
    short: ["log"],
    summary: "Write a line into the activity log; without words, show it.",
    args: "[words...]",
    starts: true,
    options: {
      message: looseText("text", "The line; or give it as words.", { short: "m" }),
      type: text("kind", "Its kind (default note).", { also: ["--kind"] }),
      file: text("path", "The path it is about.", { also: ["--path"] }),
      limit: integer(
        "count",
        "When showing: how many (default 50).",
        { min: 1, max: 10_000 },
        { short: "n" },
      ),
      ...activityFilter,
      follow: flag("When showing: go on with what happens from now on.", { short: "f" }),
    },
    async run(context, { args, options }) {
      if (options.message === undefined && args.length === 0) {
        await showActivity(context, { ...options, kind: options.type });
        return;
      }
      const words = await readBody(context.world, { option: options.message, words: args, what: "line" });
      const entry = await context.call("activity.add", {
        kind: options.type,
        text: words,
        path: options.file,
      });
      context.output.show(entry, () => `Logged ${inertText(entry.id)} [${inertText(entry.kind)}]`);
    },
  }),
  defineCommand({
    name: "question ask",
    short: ["ask"],
    summary: "Ask the human. The answer comes to you as a message.",
    args: "[words...]",
    starts: true,
    options: {
      option: list("text", "An answer to choose from (repeat)."),
      deadline: duration("After this the default holds.", { minMs: 1_000, maxMs: 7 * DAY_MS }),
      default: text("text", "The answer when nobody answers."),
    },
    async run(context, { args, options }) {
      const question = await readBody(context.world, { words: args, what: "question" });
      const asked = await context.call("question.ask", {
        question,
        options: options.option,
        deadlineMs: options.deadline,
        default: options.default,
      });
      context.output.show(asked, () => `Asked ${inertText(asked.id)}; the answer will come to you`);
    },
  }),
  defineCommand({
    name: "question list",
    short: ["questions"],
    summary: "List questions to the human.",
    options: { open: flag("Only those that wait."), by: text("agent", "Only of this agent.") },
    async run(context, { options }) {
      const questions = await context.call("question.list", { openOnly: options.open, by: options.by });
      const nowMs = context.world.nowMs();
      showList(context.output, questions, "No questions.", () =>
        context.output.table(
          questions.map((question) => [
            question.id,
            question.by,
            `${formatSpan(nowMs - question.atMs)} ago`,
            question.question,
            question.options.join(" | "),
            question.answer === null
              ? { text: question.state, tone: question.state === "open" ? "warn" : "dim" }
              : { text: `→ ${question.answer}`, tone: "good" },
          ]),
        ),
      );
    },
  }),
  defineCommand({
    name: "question answer",
    short: ["answer"],
    summary: "Answer a question of an agent.",
    args: "<question> <words...>",
    starts: true,
    async run(context, { args }) {
      const [id, ...words] = args as [string, ...string[]];
      const answer = words.join(" ");
      const answered = await context.call("question.answer", { question: id, answer });
      context.output.show(answered, () => `Answered ${inertText(answered.id)}`);
    },
  }),
  defineCommand({
    name: "question withdraw",
    summary: "Take a question of yours back.",
    args: "<question>",
    starts: true,
    async run(context, { args }) {
      const question = await context.call("question.withdraw", { question: args[0] as string });
      context.output.show(question, () => `${inertText(question.id)} is ${question.state}`);
    },
  }),
  defineCommand({
    name: "question escalate",
    short: ["escalate"],
    summary: "Put a message or a task before the human.",
    args: "<about> [reason...]",
    starts: true,
    options: { reason: text("text", "Why; or give it as words.") },
    async run(context, { args, options }) {
      const reason = await readBody(context.world, {
        option: options.reason,
        words: args.slice(1),
        what: "reason",
      });
      const question = await context.call("question.escalate", { about: args[0] as string, reason });
      context.output.show(
        question,
        () => `Escalated ${inertText(args[0] as string)} as ${inertText(question.id)}`,
      );
    },
  }),
];

function subscription(verb: "subscribe" | "unsubscribe", summary: string) {
  return defineCommand({
    name: `spec ${verb}`,
    summary,
    args: "<name>",
    starts: true,
    async run(context, { args }) {
      const name = args[0] as string;
      await context.call(`spec.${verb}`, { name });
      context.output.show({ name, subscribed: verb === "subscribe" }, () =>
        verb === "subscribe"
          ? `You will be told of new versions of ${inertText(name)}`
          : `You will not be told of ${inertText(name)} any more`,
      );
    },
  });
}

function versionNumber(raw: string | undefined): number | undefined {
  if (raw === undefined) return undefined;
  const digits = raw.replace(/^v/i, "");
  if (/^\d{1,7}$/.test(digits)) return Number(digits);
  throw new AppError("usage", `"${inertText(raw, 40)}" is no version`, { hint: "Versions are 1, 2, 3 …" });
}

interface ActivityOptions {
  readonly limit?: number | undefined;
  readonly kind?: string | undefined;
  readonly actor?: string | undefined;
  readonly since?: number | undefined;
  readonly ref?: string | undefined;
  readonly follow?: boolean;
}

async function showActivity(context: CommandContext, options: ActivityOptions): Promise<void> {
  const { limit, kind, actor, since, ref } = options;
  const sinceMs = since === undefined ? undefined : context.world.nowMs() - since;
  const params = { limit, kind, actor, sinceMs, ref };
  if (options.follow) {
    const { followActivity } = await import("../follow-activity.ts");
    return followActivity(context, params);
  }
  const entries = await context.call("activity.list", params);
  showList(context.output, entries, "Nothing happened yet.", () =>
    context.output.table(
      entries.map((entry) => [
        { text: clock(entry.atMs), tone: "dim" },
        entry.actor,
        { text: entry.kind, tone: "accent" },
        entry.text,
      ]),
    ),
  );
}

/** Local wall-clock time: what a log is compared with. */
export function clock(atMs: number): string {
  const date = new Date(atMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((n) => String(n).padStart(2, "0"))
    .join(":");
}
