import { inertText } from "../../domain/text/inert.ts";
import { readBody } from "../body.ts";
import { defineCommand, duration, flag, integer, looseText, text, type CommandContext } from "../command.ts";
import { formatClock } from "../duration.ts";
import { showList } from "../output.ts";
import { partOfList } from "../part-of-list.ts";

const DAY_MS = 86_400_000;
/** Lines that are shown when nobody says how many, and that are shown at most. */
const USUAL = 50;
const MOST = 10_000;

const activityFilter = {
  actor: text("agent", "Only this agent.", { also: ["--agent"] }),
  since: duration("Only the last while.", { minMs: 1_000, maxMs: 365 * DAY_MS }),
  ref: text("id", "Only what is about this task, message, path …"),
};

export const activityCommands = [
  defineCommand({
    name: "activity list",
    short: ["activity"],
    summary: "Show who did what, oldest first.",
    options: {
      limit: integer("count", "How many (default 50).", { min: 1, max: MOST }, { short: "n" }),
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
      limit: integer("count", "When showing: how many (default 50).", { min: 1, max: MOST }, { short: "n" }),
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
];

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
  const { items: entries, more } = await partOfList(
    { limit, usual: USUAL, most: MOST, shows: "latest", options: "-n <count>, --since <time>" },
    (count) => context.call("activity.list", { ...params, limit: count }),
  );
  showList(
    context.output,
    entries,
    "Nothing happened yet.",
    () =>
      context.output.table(
        entries.map((entry) => [
          { text: formatClock(entry.atMs), tone: "dim" },
          entry.actor,
          { text: entry.kind, tone: "accent" },
          entry.text,
        ]),
      ),
    more,
  );
}
