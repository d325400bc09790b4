// What the agents agreed on: specs and decisions.
import { AppError } from "../../base/errors.ts";
import { MAX_SPEC_BYTES } from "../../domain/spec/words.ts";
import { inertText } from "../../domain/text/inert.ts";
import { readBody } from "../body.ts";
import { defineCommand, flag, integer, text } from "../command.ts";
import { formatSpan } from "../duration.ts";
import { inertLines, showList } from "../output.ts";

export const knowledgeCommands = [
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
        limitBytes: MAX_SPEC_BYTES,
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
