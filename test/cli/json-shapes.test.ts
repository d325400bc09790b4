// What `--json` prints is what `ia-tmux schema` says, held on the output of a real server.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { VIEW_SCHEMAS } from "../../src/cli/view-schemas.ts";
import { TaskSchema } from "../../src/domain/task/task.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
}, 60_000);
afterAll(() => workspace.close());

const bob = { env: { IA_TMUX_AGENT: "bob" } };

test("every shape that is documented is the shape that is printed", async () => {
  const { json, cli } = workspace;
  await cli(["heartbeat"], bob);
  const seen = new Map<string, number>();
  const holds = async (name: keyof typeof VIEW_SCHEMAS, args: readonly string[], more = {}, many = false) => {
    const value: unknown = await json<unknown>(args, more);
    const schema: z.ZodType = VIEW_SCHEMAS[name];
    const parsed = (many ? z.array(schema).min(1) : schema).safeParse(value);
    expect(parsed.error?.issues ?? [], `${args.join(" ")}: ${JSON.stringify(value)}`).toEqual([]);
    seen.set(name, (seen.get(name) ?? 0) + 1);
  };
  const one = (name: keyof typeof VIEW_SCHEMAS, args: readonly string[], more = {}) =>
    holds(name, args, more);
  const all = (name: keyof typeof VIEW_SCHEMAS, args: readonly string[], more = {}) =>
    holds(name, args, more, true);

  const task = TaskSchema.strict().parse(await json(["create-task", "a task"]));
  await one("task-result", ["claim-task", task.id], bob);
  await one("lock-view", ["lock", "x.txt"], bob);
  await all("lock-view", ["locks"]);
  await one("spec-view", ["publish-spec", "api", "text"], bob);
  await all("spec-view", ["specs"]);
  await one("decision-view", ["decision", "so be it"], bob);
  await all("decision-view", ["decisions"]);
  await one("question-view", ["ask", "why?", "--option", "because"], bob);
  await all("question-view", ["questions"]);
  await all("need-view", ["needs"]);
  await cli(["send", "--to", "bob", "hello"]);
  await all("delivery-view", ["deliveries"]);
  await one("identity-view", ["whoami"], bob);
  await one("identity-view", ["whoami"]);
  await all("agent-view", ["agents"]);
  await one("summary-view", ["summary"]);
  await cli(["status", "busy"], bob);
  await all("board-row", ["board"]);
  await one("store-check", ["store", "check"]);
  await json(["cancel-task", (await json<{ id: string }>(["create-task", "over"])).id]);
  await one("archive-report", ["gc", "--older-than", "0s"]);
  await all("archived-record", ["archive", "list"]);
  const { stdout } = await cli(["store", "export"]);
  await one("import-report", ["store", "import", "-"], { stdin: stdout });
  const refused = await cli(["lock", "x.txt", "--json"]);
  expect(VIEW_SCHEMAS["error-report"].safeParse(JSON.parse(refused.stderr)).error).toBeUndefined();
  seen.set("error-report", 1);
  expect([...seen.keys()].toSorted()).toEqual(Object.keys(VIEW_SCHEMAS).toSorted());
}, 60_000);

test("`schema` prints each of them", async () => {
  const names = await workspace.json<string[]>(["schema"]);
  for (const name of [...Object.keys(VIEW_SCHEMAS), "task", "spec", "message.reply"])
    expect(names).toContain(name);
  expect(await workspace.json(["schema", "lock-view"])).toMatchObject({
    type: "object",
    properties: { holder: { type: "string" } },
    additionalProperties: false,
  });
});
