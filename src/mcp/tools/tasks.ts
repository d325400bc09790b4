// Work: given away, taken, reported.
import * as z from "zod";
import { MAX_TEXT_BYTES } from "../../domain/record.ts";
import { TASK_STATUSES } from "../../domain/task/task.ts";
import { describeDelivery, describeTask, orNone, taskLine } from "../describe.ts";
import { defineTool } from "../tool.ts";
import { agent, body, lines, priority, ref } from "./inputs.ts";

export const taskTools = [
  defineTool({
    name: "delegate_task",
    title: "Delegate a task",
    description:
      "Give another agent a task. Its prompt reaches that agent by itself when that is safe, once; you are told when it reports. Do not repeat it.",
    input: {
      to: agent,
      task: body,
      priority,
      requirements: lines,
      acceptance_criteria: lines,
      files: z.array(z.string().max(1_000)).max(200).optional().describe("Paths or globs it is about."),
      lock: z.boolean().optional().describe("Lock those paths for that agent."),
    },
    async run({ connection }, input) {
      const result = await (await connection()).call("task.delegate", {
        to: input.to,
        text: input.task,
        priority: input.priority,
        requirements: input.requirements,
        acceptanceCriteria: input.acceptance_criteria,
        files: input.files,
        lock: input.lock,
      });
      return `Delegated ${taskLine(result.task)}\n${describeDelivery(result.delivery)}\n${result.outlook}`;
    },
  }),
  defineTool({
    name: "create_task",
    title: "Create a task",
    description: "Put a task on the board without giving it to anybody now.",
    input: {
      title: z.string().min(1).max(200),
      description: z.string().max(MAX_TEXT_BYTES).optional(),
      assignee: agent.optional(),
      priority,
      requirements: lines,
      acceptance_criteria: lines,
      files: z.array(z.string().max(1_000)).max(200).optional(),
      depends_on: z.array(ref).max(50).optional(),
    },
    async run({ connection }, input) {
      const task = await (await connection()).call("task.create", {
        title: input.title,
        description: input.description,
        assignee: input.assignee,
        priority: input.priority,
        requirements: input.requirements,
        acceptanceCriteria: input.acceptance_criteria,
        files: input.files,
        dependsOn: input.depends_on,
      });
      return `Created ${taskLine(task)}`;
    },
  }),
  defineTool({
    name: "list_tasks",
    title: "List tasks",
    description: "The tasks of the project.",
    input: {
      assignee: agent.optional(),
      status: z.enum(TASK_STATUSES).optional(),
      active_only: z.boolean().optional(),
    },
    readOnly: true,
    async run({ connection }, { assignee, status, active_only }) {
      const tasks = await (await connection()).call("task.list", {
        assignee,
        status,
        activeOnly: active_only,
      });
      return orNone(tasks.map(taskLine), "No tasks.");
    },
  }),
  defineTool({
    name: "get_task",
    title: "Show a task",
    description: "All of a task: description, requirements, acceptance criteria, notes.",
    input: { task_id: ref },
    readOnly: true,
    async run({ connection, nowMs }, { task_id }) {
      return describeTask(await (await connection()).call("task.show", { task: task_id }), nowMs());
    },
  }),
  defineTool({
    name: "update_task",
    title: "Report on a task",
    description:
      "Set a task's status (in_progress when you start, completed when done, blocked when stuck) with a note. Whoever delegated it is told.",
    input: {
      task_id: ref,
      status: z.enum(TASK_STATUSES).optional(),
      note: z.string().max(10_000).optional(),
      deliverables: lines,
    },
    async run({ connection }, { task_id, status, note, deliverables }) {
      const result = await (await connection()).call("task.update", {
        task: task_id,
        status,
        note,
        deliverables,
      });
      const claimable = result.claimable.map((task) => `now claimable: ${taskLine(task)}`);
      return [taskLine(result.task), ...claimable].join("\n");
    },
  }),
  defineTool({
    name: "assign_task",
    title: "Give a task of the board to an agent",
    description:
      "Give a task that is there to an agent: its prompt reaches that agent by itself when that is safe. Who had it until now is told.",
    input: { task_id: ref, to: agent },
    async run({ connection }, { task_id, to }) {
      const { task } = await (await connection()).call("task.assign", { task: task_id, to });
      return `Assigned ${taskLine(task)}`;
    },
  }),
  defineTool({
    name: "set_dependencies",
    title: "Say what a task waits for",
    description:
      "Set the tasks that come before one, instead of those named until now; an empty list lets it begin at once. It cannot be claimed before they are done.",
    input: { task_id: ref, depends_on: z.array(ref).max(50) },
    async run({ connection, nowMs }, { task_id, depends_on }) {
      const task = await (await connection()).call("task.depend", { task: task_id, dependsOn: depends_on });
      return describeTask(task, nowMs());
    },
  }),
  defineTool({
    name: "claim_task",
    title: "Claim a task",
    description: "Take a certain open task, by its id or title; nobody else gets it then.",
    input: { task_id: ref, lock: z.boolean().optional().describe("Lock the task's files too.") },
    async run({ connection, nowMs }, { task_id, lock }) {
      const { task } = await (await connection()).call("task.claim", { task: task_id, lock });
      return `Claimed.\n${describeTask(task, nowMs())}`;
    },
  }),
  defineTool({
    name: "claim_next_task",
    title: "Claim the next task",
    description: "Take the most urgent open task whose dependencies are met; nobody else gets it then.",
    input: { lock: z.boolean().optional().describe("Lock the task's files too.") },
    async run({ connection, nowMs }, { lock }) {
      const { task } = await (await connection()).call("task.claim-next", { lock });
      return task ? `Claimed.\n${describeTask(task, nowMs())}` : "No available tasks to claim.";
    },
  }),
];
