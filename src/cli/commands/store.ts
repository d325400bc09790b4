// The store as a whole: looking after it, taking it along, putting away what is over.
import { archivedLine } from "../../domain/archive/archived.ts";
import { inertText } from "../../domain/text/inert.ts";
import { choice, defineCommand, duration, flag, integer, text } from "../command.ts";
import { formatSpan } from "../duration.ts";
import { showList } from "../output.ts";
import { partOfList } from "../part-of-list.ts";

const DAY_MS = 86_400_000;

export const storeCommands = [
  defineCommand({
    name: "store check",
    summary: "Read the store's files again and compare them with what the server holds.",
    async run(context) {
      const check = await context.call("store.check", {}, { timeoutMs: 120_000 });
      const bad = check.problems.length > 0 || check.collections.some((one) => one.problems.length > 0);
      context.output.show(check, () =>
        [
          context.output.table(
            check.collections.map((one) => [
              { text: one.name, tone: "strong" },
              `${one.documents} documents`,
              `${Math.ceil(one.fileBytes / 1024)} KiB`,
              one.problems.length === 0
                ? { text: "good", tone: "good" }
                : { text: one.problems.join("; "), tone: "bad" },
            ]),
          ),
          ...check.problems.map((problem) => inertText(problem, 500)),
        ].join("\n"),
      );
      return bad ? 1 : 0;
    },
  }),
  defineCommand({
    name: "store export",
    summary: "Write everything the store holds as JSON lines, to stdout or a file.",
    options: { output: text("path", "Write it there; the file must not exist.", { short: "o" }) },
    async run(context, { options }) {
      const { exportStore } = await import("../store-exchange.ts");
      return exportStore(context, options.output);
    },
  }),
  defineCommand({
    name: "store import",
    summary: "Add what such lines hold and the store does not. Twice is the same as once.",
    details: "Panes, locks and deliveries belong to the machine they were made on and are left out.",
    args: "[path]",
    starts: true,
    async run(context, { args }) {
      const { importStore } = await import("../store-exchange.ts");
      return importStore(context, args[0]);
    },
  }),
  defineCommand({
    name: "archive run",
    short: ["gc"],
    summary: "Put away what is long over: mail that was done with, then finished tasks. Nothing is lost.",
    starts: true,
    options: {
      olderThan: duration("What did not change for this long (default 30d).", {
        minMs: 0,
        maxMs: 3_650 * DAY_MS,
      }),
      dryRun: flag("Only say what it would do."),
    },
    async run(context, { options }) {
      const report = await context.call(
        "archive.run",
        { olderThanMs: options.olderThan, dryRun: options.dryRun },
        { timeoutMs: 300_000 },
      );
      context.output.show(
        report,
        () =>
          `${report.dryRun ? "Would archive" : "Archived"}: ${report.receipts} of the messages to somebody, ` +
          `${report.tasks} tasks, ${report.messages} messages, ${report.questions} questions and ${report.deliveries} deliveries into the archive; ` +
          `${report.locks} expired locks removed.`,
      );
    },
  }),
  defineCommand({
    name: "archive list",
    summary: "Look into the archive, the latest first.",
    args: "[words...]",
    options: {
      kind: choice(["task", "message", "question", "delivery"], "Only these."),
      limit: integer("count", "How many (default 50).", { min: 1, max: 1_000 }, { short: "n" }),
    },
    async run(context, { args, options }) {
      const query = args.length > 0 ? args.join(" ") : undefined;
      const { items: records, more } = await partOfList(
        {
          limit: options.limit,
          usual: 50,
          most: 1_000,
          shows: "first",
          options: "-n <count>, or more words",
        },
        (limit) => context.call("archive.list", { ...options, limit, query }),
      );
      const nowMs = context.world.nowMs();
      showList(
        context.output,
        records,
        "Nothing in the archive.",
        () =>
          context.output.table(
            records.map(({ kind, archivedAtMs, record }) => [
              kind,
              { text: record.id, tone: "strong" },
              `${formatSpan(nowMs - archivedAtMs)} ago`,
              archivedLine(record),
            ]),
          ),
        more,
      );
    },
  }),
];
