import { AppError } from "../../base/errors.ts";
import type { Task } from "../../domain/task/task.ts";
import type { TaskResult } from "../../protocol/results.ts";
import { readBody } from "../body.ts";
import { TASK_STATUSES } from "../../domain/task/words.ts";
import {
  choice,
  defineCommand,
  duration,
  flag,
  integer,
  list,
  looseText,
  required,
  text,
  type CommandContext,
} from "../command.ts";
import { firstLine, taskSheet, taskTable } from "../format.ts";
import { inertText } from "../../domain/text/inert.ts";
import { assertSpeaksAs, recipient } from "../names.ts";
import { settledDelivery } from "../settled-delivery.ts";
import { fromOption, keyOption, priorityOption } from "../shared-options.ts";
import { showList } from "../output.ts";
import { partOfList } from "../part-of-list.ts";
import { readerOf } from "../reader.ts";

/** As many as the server lists. */
const MOST = 100_000;
const MAX_TITLE = 200;
const WAIT_RANGE = { minMs: 1_000, maxMs: 86_400_000 };

export const taskCommands = [
  defineCommand({
    name: "task delegate",
    short: ["delegate", "quick"],
    summary: "Give an agent a task; its prompt is relayed when that is safe.",
    details: 'Example: ia-tmux delegate --to kimi "Implement the auth module" --files "src/auth/**" --lock',
    args: "[words...]",
    starts: true,
    options: {
      to: required(text("agent", "Who gets it.", { short: "t" })),
      task: looseText("text", "The task; or give it as words, with --file, or on stdin."),
      description: text("text", "More about it, below the task.", { short: "d" }),
      file: text("path", "Read the task from a file; - is stdin."),
      priority: priorityOption,
      from: fromOption,
      requirements: list("text", "What it must have (repeat)."),
      criteria: list("text", "When it is accepted (repeat)."),
      files: list("path", "Paths or globs it is about (repeat)."),
      lock: flag("Lock those paths for the agent."),
      key: keyOption,
      wait: flag("Wait until the relay is confirmed or has failed."),
      timeout: duration("How long --wait waits (default 60s).", WAIT_RANGE),
    },
    async run(context, { args, options }) {
      const to = recipient(options.to, "--to");
      const task = await readBody(context.world, {
        option: options.task,
        words: args,
        file: options.file,
        what: "task",
      });
      assertSpeaksAs((await context.connection()).hello.identity, options.from);
      const result = await context.call("task.delegate", {
        to,
        text: task,
        description: options.description,
        priority: options.priority,
        requirements: options.requirements,
        acceptanceCriteria: options.criteria,
        files: options.files,
        lock: options.lock,
        key: options.key,
      });
      let delivery = result.delivery;
      if (options.wait) delivery = await settledDelivery(context, delivery.id, options.timeout ?? 60_000);
      context.output.show({ ...result, delivery }, () =>
        [
          `Delegated ${inertText(result.task.id)} to ${inertText(to)}: ${inertText(result.task.title)}`,
          `relay ${inertText(delivery.id)}: ${options.wait ? `${delivery.state}, ${inertText(delivery.reason)}` : inertText(result.outlook)}`,
        ].join("\n"),
      );
      return options.wait && delivery.state !== "confirmed" ? 1 : 0;
    },
  }),
  defineCommand({
    name: "task create",
    short: ["create-task"],
    summary: "Create a task without relaying it.",
    args: "[words...]",
    starts: true,
    options: {
      title: text("text", "Its title; or give it as words.", { short: "t" }),
      description: text("text", "What is to be done.", { short: "d" }),
      descriptionFile: text("path", "Read the description from a file; - is stdin."),
      assignee: text("agent", "Who should do it.", { short: "a" }),
      assigner: text("agent", "Who asks for it."),
      priority: priorityOption,
      requirements: list("text", "What it must have (one or more).", { greedy: true }),
      criteria: list("text", "When it is accepted (one or more).", { greedy: true }),
      deliverables: list("text", "What it yields (repeat)."),
      files: list("path", "Paths or globs it is about (repeat).", { also: ["--file"] }),
      dependsOn: list("task", "Tasks that come first (repeat)."),
      key: keyOption,
    },
    async run(context, { args, options }) {
      const title = (options.title ?? args.join(" ")).trim();
      if (title === "")
        throw new AppError("usage", "The title is empty", {
          hint: 'The title comes first: ia-tmux task create "Fix login"',
        });
      if (options.title !== undefined && args.length > 0) {
        throw new AppError("usage", "The title is given twice", {
          hint: "Give it as words or with --title.",
        });
      }
      const description =
        options.descriptionFile === undefined
          ? options.description
          : await readBody(context.world, {
              words: [],
              file: options.descriptionFile,
              what: "description",
            });
      const long = title.length > MAX_TITLE;
      const task = await context.call("task.create", {
        title: long ? `${title.slice(0, MAX_TITLE - 1)}…` : title,
        description: description ?? (long ? title : undefined),
        priority: options.priority,
        assignee: options.assignee && recipient(options.assignee, "--assignee"),
        assigner: options.assigner && recipient(options.assigner, "--assigner"),
        requirements: options.requirements,
        acceptanceCriteria: options.criteria,
        deliverables: options.deliverables,
        files: options.files,
        dependsOn: options.dependsOn,
        key: options.key,
      });
      context.output.show(
        task,
        () => `Created ${inertText(task.id)}: ${inertText(task.title)} [${task.status}]`,
      );
    },
  }),
  defineCommand({
    name: "task list",
    short: ["tasks"],
    summary: "List tasks.",
    options: {
      assignee: text("agent", "Only of this agent.", { also: ["--agent"] }),
      status: choice(TASK_STATUSES, "Only in this status."),
      activeOnly: flag("Leave out what is finished."),
      limit: integer("count", "At most so many, the latest.", { min: 1, max: MOST }, { short: "n" }),
    },
    async run(context, { options }) {
      const { items: tasks, more } = await partOfList(
        { limit: options.limit, usual: MOST, most: MOST, shows: "latest", options: "-n <count>" },
        (limit) => context.call("task.list", { ...options, limit }),
      );
      showList(context.output, tasks, "No tasks.", () => taskTable(context.output, tasks), more);
    },
  }),
  defineCommand({
    name: "task show",
    summary: "Show one task with its notes.",
    args: "<task>",
    async run(context, { args }) {
      const task = await context.call("task.show", { task: args[0] as string });
      const reader = await readerOf(context);
      context.output.show(task, () => taskSheet(context.output, task, context.world.nowMs(), reader));
    },
  }),
  defineCommand({
    name: "task update",
    short: ["update-task"],
    summary: "Report on a task: status, note, deliverables.",
    args: "<task>",
    starts: true,
    options: {
      status: choice(TASK_STATUSES, "New status.", { short: "s" }),
      note: looseText("text", "A note that everybody sees.", { short: "n" }),
      deliverable: list("text", "Something it yielded (repeat)."),
    },
    async run(context, { args, options }) {
      if (options.status === undefined && !options.note && options.deliverable === undefined) {
        throw new AppError("usage", "Nothing to change: give --status, --note or --deliverable", {
          hint: `ia-tmux task update ${inertText(args[0] ?? "<task>")} --status completed --note "…"`,
        });
      }
      const result = await context.call("task.update", {
        task: args[0] as string,
        status: options.status,
        note: options.note || undefined,
        deliverables: options.deliverable,
      });
      showResult(context, result, `Updated`);
    },
  }),
  statusCommand("complete", "completed", "complete-task", "Report a task as completed."),
  defineCommand({
    name: "task block",
    short: ["block-task"],
    summary: "Report that a task cannot go on.",
    args: "<task> [reason...]",
    starts: true,
    options: { reason: text("text", "Why.") },
    async run(context, { args, options }) {
      const reason = options.reason ?? args.slice(1).join(" ");
      if (reason.trim() === "") throw new AppError("usage", "--reason <text> is missing");
      const result = await context.call("task.update", {
        task: args[0] as string,
        status: "blocked",
        note: reason,
      });
      showResult(context, result, "Blocked");
    },
  }),
  statusCommand("cancel", "cancelled", "cancel-task", "Cancel a task."),
  statusCommand("approve", "approved", "approve-task", "Approve a reviewed task."),
  statusCommand("reject", "rejected", "reject-task", "Reject a reviewed task."),
  statusCommand("revise", "revision_needed", "revise-task", "Send a reviewed task back for revision."),
  defineCommand({
    name: "task depend",
    summary: "Say which tasks come first; without any, none does.",
    args: "<task> [tasks...]",
    starts: true,
    async run(context, { args }) {
      const [task, ...dependsOn] = args as [string, ...string[]];
      const changed = await context.call("task.depend", { task, dependsOn });
      context.output.show(changed, () =>
        changed.dependsOn.length === 0
          ? `${inertText(changed.id)} waits for nothing`
          : `${inertText(changed.id)} waits for ${changed.dependsOn.map((id) => inertText(id)).join(", ")}`,
      );
    },
  }),
  defineCommand({
    name: "task assign",
    summary: "Give a task to an agent.",
    args: "<task> <agent>",
    starts: true,
    async run(context, { args }) {
      const to = recipient(args[1] as string, "<agent>");
      showResult(context, await context.call("task.assign", { task: args[0] as string, to }), "Assigned");
    },
  }),
  defineCommand({
    name: "task claim",
    short: ["claim-task"],
    summary: "Take a task: nobody else can take it then.",
    args: "<task>",
    starts: true,
    options: {
      lock: flag("Lock the task's files too."),
      force: flag("Take it although its dependencies are open."),
    },
    async run(context, { args, options }) {
      const result = await context.call("task.claim", { task: args[0] as string, ...options });
      showResult(context, result, "Claimed");
    },
  }),
  defineCommand({
    name: "task claim-next",
    short: ["claim-next"],
    summary: "Take the most urgent task whose dependencies are met.",
    starts: true,
    options: { lock: flag("Lock the task's files too.") },
    async run(context, { options }) {
      const result = await context.call("task.claim-next", options);
      context.output.show(result, () =>
        result.task ? `Claimed ${line(result.task)}` : "No available tasks to claim.",
      );
    },
  }),
];

function statusCommand(verb: string, status: Task["status"], short: string, summary: string) {
  return defineCommand({
    name: `task ${verb}`,
    short: [short],
    summary,
    args: "<task> [note...]",
    starts: true,
    options: { note: text("text", "A note that everybody sees.", { short: "n" }) },
    async run(context, { args, options }) {
      const note = options.note ?? args.slice(1).join(" ");
      const result = await context.call("task.update", {
        task: args[0] as string,
        status,
        note: note.trim() === "" ? undefined : note,
      });
      showResult(context, result, "Updated");
    },
  });
}

function showResult(context: CommandContext, result: TaskResult, done: string): void {
  context.output.show(result, () =>
    [
      `${done} ${line(result.task)}`,
      ...(result.claimable.length > 0
        ? ["now claimable:", ...result.claimable.map((task) => `- ${line(task)}`)]
        : []),
    ].join("\n"),
  );
}

function line(task: Task): string {
  return `${inertText(task.id)}: ${inertText(firstLine(task.title))} [${task.status}]`;
}
