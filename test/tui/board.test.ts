import { describe, expect, test } from "vitest";
import { TASK_STATUSES, type Task, type TaskStatus } from "../../src/domain/task/task.ts";
import { keysTo } from "./support/keys.ts";
import { modelFor, picture, session, type Session } from "./support/screen.ts";
import { NOW_MS, trioView } from "./support/views.ts";

function task(id: string, title: string, status: TaskStatus, more: Partial<Task> = {}): Task {
  return {
    id,
    createdAtMs: NOW_MS - 600_000,
    createdBy: "operator",
    updatedAtMs: NOW_MS,
    logicalTime: 1,
    title,
    description: "",
    status,
    priority: "medium",
    assigner: "claude",
    assignee: "kimi",
    requirements: [],
    acceptanceCriteria: [],
    deliverables: [],
    files: [],
    dependsOn: [],
    notes: [],
    statusAtMs: NOW_MS - 300_000,
    statusBy: "claude",
    ...more,
  };
}

const TASKS = [
  task("task-1", "write the schema of the store", "assigned", { priority: "high" }),
  task("task-2", "auth module with login, logout, JWT and reset of passwords", "in_progress"),
  task("task-3", "tests for the auth module", "pending", { assignee: null }),
  task("task-4", "the README", "completed", { assignee: "codex" }),
  task("task-5", "an idea nobody wants", "cancelled", { priority: "low" }),
  task("task-6", "the lock file", "revision_needed"),
];

const board = (typed: string, cols = 120, rows = 40): Session =>
  keysTo(session(modelFor(trioView(cols, rows))), `\x02t${typed}`, { "task.list": TASKS });
const calls = (held: Session) =>
  held.effects.flatMap((effect) =>
    effect.type === "call" && effect.method !== "task.list" ? [[effect.method, effect.params] as const] : [],
  );
const selected = (held: Session) =>
  held.model.layers.flatMap((layer) => (layer.kind === "list" ? [layer.selectedId] : []))[0];

test.each([
  [80, 24],
  [120, 40],
  [200, 50],
] as const)("at %ix%i the board stands in columns by status, with priority and age", async (cols, rows) => {
  const lines = (await picture(board("", cols, rows).model)).lines;
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`./golden/board-${cols}x${rows}.txt`);
  expect(lines[1]).toMatch(/Waiting 2.*In work 2.*Blocked.*To review 1.*Over 1/);
});

describe("keys on the board", () => {
  test("left and right go from column to column, over empty ones; up and down within one", () => {
    expect(selected(board("j"))).toBe("task-3");
    expect(selected(board("l"))).toBe("task-2");
    expect(selected(board("lj"))).toBe("task-6");
    expect(selected(board("ll"))).toBe("task-4");
    expect(selected(board("lllh"))).toBe("task-4");
  });

  test.each([
    [">", "task.update", { task: "task-1", status: "in_progress" }],
    ["<", "task.update", { task: "task-1", status: "pending" }],
    ["l>all green\r", "task.update", { task: "task-2", status: "completed", note: "all green" }],
    ["l>\r", "task.update", { task: "task-2", status: "completed" }],
    ["bno schema\r", "task.update", { task: "task-1", status: "blocked", note: "no schema" }],
    ["acodex\r", "task.assign", { task: "task-1", to: "codex" }],
    ["llr", "task.update", { task: "task-4", status: "under_review" }],
    ["llp", "task.update", { task: "task-4", status: "approved" }],
    ["llvmore tests\r", "task.update", { task: "task-4", status: "revision_needed", note: "more tests" }],
    ["llxnot ours\r", "task.update", { task: "task-4", status: "rejected", note: "not ours" }],
    ["nlook at it\r", "task.update", { task: "task-1", note: "look at it" }],
  ] as const)("%j calls %s", (typed, method, params) => {
    expect(calls(board(typed))).toEqual([[method, params]]);
  });

  test("a note that the lifecycle wants is not left out", () => {
    const held = board("llv\r");
    expect(calls(held)).toEqual([]);
    expect(held.model.layers.at(-1)).toMatchObject({
      kind: "prompt",
      error: "Write something, or esc to leave it.",
    });
  });

  test("a move that is not legal says which ones are", () => {
    const held = board("p");
    expect(calls(held)).toEqual([]);
    expect(held.model.toasts.at(-1)?.text).toBe(
      "From assigned it can go to: in progress, completed, pending, blocked, cancelled.",
    );
  });

  test.each(TASK_STATUSES)("%s has a column", async (status) => {
    const held = keysTo(session(modelFor(trioView(200, 50))), "\x02t", {
      "task.list": [task("task-9", "the only one", status)],
    });
    expect((await picture(held.model)).lines.join("\n")).toContain("the only one");
  });
});

test("a click on a card selects it", async () => {
  const held = board("");
  const lines = (await picture(held.model)).lines;
  const y = lines.findIndex((line) => line.includes("the README"));
  const x = lines[y]!.indexOf("the README");
  keysTo(held, `\x1b[<0;${x + 1};${y + 1}M`);
  expect(selected(held)).toBe("task-4");
});

test("in review mode what was completed is reviewed before it is approved", () => {
  const approve = (mode: "review" | "peer") => {
    const model = modelFor({ ...trioView(120, 40), mode });
    return calls(keysTo(session(model), "\x02tGkp", { "task.list": [TASKS[3]] }));
  };
  expect(approve("peer")).toEqual([["task.update", { task: "task-4", status: "approved" }]]);
  expect(approve("review")).toEqual([]);
});

test("N puts a new task on the board", () => {
  expect(calls(board("NWrite a health check\r"))).toContainEqual([
    "task.create",
    { title: "Write a health check" },
  ]);
});

test("who gets a task is chosen with Tab among those that are there", async () => {
  const held = board("a");
  expect((await picture(held.model)).lines.join("\n")).toMatch(/kimi +delegate, active/);
  expect(calls(keysTo(held, "k\t\r"))).toContainEqual(["task.assign", { task: "task-1", to: "kimi" }]);
});
