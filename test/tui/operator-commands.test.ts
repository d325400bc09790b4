// Everything that agent-sync's operator console does is one line of the prompt here, or one key: each of its commands, as it is
// typed there where that is possible.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { completeCommandLine, parseCommandLine } from "../../src/domain/commands/parse.ts";
import type { MethodName } from "../../src/protocol/methods.ts";
import { paramsSchema } from "../../src/protocol/methods.ts";
import { completionContext } from "../../src/tui/update/prompt-layer.ts";
import { start } from "./support/app.ts";
import { keysTo } from "./support/keys.ts";
import { modelFor, picture, session } from "./support/screen.ts";
import { agentView, trioView } from "./support/views.ts";

test.each<[line: string, method: MethodName, params: object]>([
  ["send kimi please look", "message.send", { to: "kimi", body: "please look" }],
  ["msg all the build is green", "message.send", { to: "all", body: "the build is green" }],
  ["directive all stop and pull", "message.directive", { to: "all", body: "stop and pull" }],
  ["directive kimi pull first", "message.directive", { to: "kimi", body: "pull first" }],
  ["lock src/db.ts rework", "lock.acquire", { path: "src/db.ts", reason: "rework" }],
  ["unlock --force src/db.ts", "lock.release", { path: "src/db.ts", force: true }],
  ["task new Write a health check", "task.create", { title: "Write a health check" }],
  ["task done task-1", "task.update", { task: "task-1", status: "completed" }],
  ["task block task-1 :: no key", "task.update", { task: "task-1", status: "blocked", note: "no key" }],
  ["spec subscribe api", "spec.subscribe", { name: "api" }],
  ["decision use sqlite", "decision.record", { text: "use sqlite" }],
])("operator> %s", (line, method, params) => {
  expect(parseCommandLine(line)).toEqual({ ok: true, command: { kind: "call", method, params } });
  expect(paramsSchema(method).safeParse(params).success).toBe(true);
});

test.each([
  ["status", "a", "agents"],
  ["agents", "a", "agents"],
  ["locks", "l", "locks"],
  ["tasks", "t", "tasks"],
  ["msgs", null, "mail"],
  ["spec", "s", "specs"],
  ["archive", "A", "archive"],
])("operator> %s, also C-b %s, shows the list of %s", (line, key, list) => {
  expect(parseCommandLine(line)).toEqual({
    ok: true,
    command: { kind: "local", action: { name: "open-list", list } },
  });
  if (key === null) return;
  const held = keysTo(session(modelFor(trioView(120, 40))), `\x02${key}`);
  expect(held.model.layers).toMatchObject([{ kind: "list", list }]);
});

test("operator> help and quit are there by their names, too", () => {
  const action = (line: string) => {
    const parsed = parseCommandLine(line);
    return parsed.ok && parsed.command.kind === "local" ? parsed.command.action.name : null;
  };
  expect(["help", "?"].map(action)).toEqual(["help", "help"]);
  expect(["quit", "exit", "q"].map(action)).toEqual(["detach", "detach", "detach"]);
});

test("`:summary`, which InterAgent has, shows tasks, agents and what is to be done", async () => {
  const summary = {
    project: { name: "shop", root: "/shop" },
    mode: "hierarchical",
    principal: "claude",
    agents: [agentView("claude")],
    tasks: { pending: 2, in_progress: 1, completed: 0 },
    deliveriesWaiting: 1,
    locks: 3,
    actionItems: ["Answer kimi: redis or memory?"],
  };
  const held = keysTo(session(modelFor(trioView(120, 40))), "\x02:summary\r", { "summary.show": summary });
  const text = (await picture(held.model)).lines.join("\n");
  expect(text).toContain("shop: hierarchical, led by claude");
  expect(text).toContain("Tasks: 2 pending, 1 in progress");
  expect(text).toContain("Locks: 3. Deliveries that wait: 1.");
  expect(text).toContain("claude (delegate): active");
  expect(text).toContain("- Answer kimi: redis or memory?");
});

describe("`:spec publish`", () => {
  const root = mkdtempSync(join(tmpdir(), "ia-spec-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const view = trioView(120, 40);
  const inProject = { ...view, project: { ...view.project, root } };

  async function typed(line: string) {
    const app = start(inProject);
    await app.program.untilIdle();
    app.type(`\x02:${line}\r`);
    await app.program.untilIdle();
    const published = app.server.calls.filter(({ method }) => method === "spec.publish");
    return { published, screen: app.screen() };
  }

  test("publishes a file of the project", async () => {
    writeFileSync(join(root, "api.md"), "\ufeff# API\n");
    const { published, screen } = await typed("spec publish api api.md");
    expect(published).toEqual([{ method: "spec.publish", params: { name: "api", content: "# API\n" } }]);
    expect(screen).toContain("Published api");
  });

  test("says what is wrong with a file that it cannot read, as the command line does", async () => {
    const { published, screen } = await typed("spec publish api nowhere.md");
    expect(published).toEqual([]);
    expect(screen).toContain("nowhere.md: no such file");
    expect((await typed("spec publish api .")).screen).toContain("is a directory");
  });

  test("Tab goes through the files of the project, and into its directories", async () => {
    mkdirSync(join(root, "docs"));
    for (const file of ["docs/db.md", ".hidden"]) writeFileSync(join(root, file), "# it\n");
    const app = start(inProject);
    await app.program.untilIdle();
    app.type("\x02:spec publish db d\t");
    await app.program.untilIdle();
    expect(app.screen()).toContain(":spec publish db docs/");
    app.type("\t\r");
    await app.program.untilIdle();
    expect(app.server.calls.at(-1)).toMatchObject({ params: { name: "db", content: "# it\n" } });
    app.type("\x02:spec publish db \t");
    await app.program.untilIdle();
    expect(app.screen()).toMatch(/api\.md/);
    expect(app.screen()).not.toContain(".hidden");
  });

  test("is completed, and refused without a file", () => {
    const lines = completeCommandLine("spec pu", completionContext(modelFor(view))).map(({ line }) => line);
    expect(lines).toEqual(["spec publish "]);
    expect(parseCommandLine("spec publish api")).toMatchObject({ ok: false });
  });
});
