// What `--json` prints is what `ia-tmux schema` says: every command is run on a real server, and its output held against
// the schema of its shape.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { JSON_SHAPES, jsonShapeOf } from "../../src/cli/json-shapes.ts";
import { SHAPE_SCHEMAS } from "../../src/cli/shape-schemas.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { VIEW_SCHEMAS } from "../../src/cli/view-schemas.ts";
import { eventually } from "../support/eventually.ts";
import { ROOT } from "../support/program.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";
import { JSON_RUNS } from "./json-runs.ts";

/** They open a screen, speak a protocol of their own, or are a conversation. */
const NO_JSON = ["open", "attach", "mcp", "hook", "console"];
/** Run apart, because they need something that happens meanwhile. */
const ON_A_SCREEN = {
  "client list": ["list-clients"],
  "client command": ["client", "command", "display-panes"],
  "client copy-mode": ["copy-mode"],
  "client choose-tree": ["choose-tree"],
  "pane mark": ["pane", "mark"],
  detach: ["detach"],
};
const APART = ["events", "trust", "restore", ...Object.keys(ON_A_SCREEN)];

let workspace: Workspace;
const files: Record<string, string> = {};
beforeAll(async () => {
  workspace = await openWorkspace({ up: false });
  const file = (name: string, text: string) => {
    const path = join(workspace.dir, name);
    writeFileSync(path, text);
    return path;
  };
  files["LAYOUT"] = file("one.yaml", "name: one\nwindows:\n  - panes:\n      - { profile: demo }\n");
  files["PROFILE"] = join(ROOT, "profiles", "demo.yaml");
  files["RECORDING"] = file("recorded.bin", "hello\r\n");
  const step = "  - expect: { agent: ada, state: idle }\n    within: 20s\n";
  files["SCENARIO"] = file("one-step.yaml", `name: one step\ndeadline: 1m\nsteps:\n${step}`);
}, 60_000);
afterAll(() => workspace.close());

function holds(command: string, value: unknown, line: string): void {
  const shape = jsonShapeOf(command);
  const issues = shape?.safeParse(value).error?.issues ?? [];
  expect(issues, `${line}: ${JSON.stringify(value)?.slice(0, 2_000)}`).toEqual([]);
}

test("every command prints what its schema says", async () => {
  const kept: Record<string, string> = { ...files };
  const failed: string[] = [];
  for (const { command, args, as, keep } of JSON_RUNS) {
    const line = args.map((word) => (word.startsWith("$") ? (kept[word.slice(1)] ?? word) : word));
    const env = as === undefined ? {} : { IA_TMUX_AGENT: as };
    const { exitCode, stdout, stderr } = await workspace.cliHere([...line, "--json"], { env });
    if (exitCode !== 0) {
      failed.push(`${line.join(" ")}: ${exitCode} ${stderr}${stdout}`);
      continue;
    }
    const value: unknown = JSON.parse(stdout);
    holds(command, value, line.join(" "));
    for (const [name, pick] of Object.entries(keep ?? {})) kept[name] = String(pick(value as never));
  }
  expect(failed).toEqual([]);
}, 240_000);

test("events are lines of one shape each, the answer to a trust question is an empty one", async () => {
  await workspace.up();
  const streamed = workspace.cli(["events", "--limit", "1", "--kind", "task.created", "--json"]);
  const layouts = join(workspace.project, ".ia-tmux", "layouts");
  mkdirSync(layouts, { recursive: true });
  const text = "name: theirs\nwindows:\n  - panes:\n      - { command: [sleep, '100'] }\n";
  writeFileSync(join(layouts, "theirs.yaml"), text);
  await workspace.json(["layout", "open", "theirs"]);
  const sha256 = createHash("sha256").update(text).digest("hex");
  holds("trust", await workspace.json(["trust", sha256, "--no"]), "trust");
  await eventually("the stream has begun, and a line of it has come", async () => {
    await workspace.json(["create-task", "seen"]);
    return Promise.race([
      streamed.then(() => true),
      new Promise((resolve) => setTimeout(resolve, 100, false)),
    ]);
  });
  const { stdout } = await streamed;
  holds("events", JSON.parse(stdout.trimEnd()), "events");
}, 60_000);

test("what an attached screen is asked to do says which screen that was", async () => {
  const tui = workspace.attachTui({ cols: 100, rows: 30 });
  await tui.shows("C-b ? help");
  for (const [command, words] of Object.entries(ON_A_SCREEN))
    holds(command, await workspace.json(words), words.join(" "));
  expect(await tui.exited).toMatchObject({ exitCode: 0 });
});

test("a refusal is an error report", async () => {
  await workspace.cli(["lock", "x.txt"], { env: { IA_TMUX_AGENT: "bob" } });
  const { exitCode, stderr } = await workspace.cli(["lock", "x.txt", "--json"]);
  expect(exitCode).toBe(2);
  expect(VIEW_SCHEMAS["error-report"].safeParse(JSON.parse(stderr)).error?.issues).toBeUndefined();
});

test("no command is without a shape, none is left out of the runs, and no schema is nobody's", () => {
  const names = COMMANDS.map(({ name }) => name).filter((name) => !NO_JSON.includes(name));
  expect(Object.keys(JSON_SHAPES).toSorted()).toEqual(names.toSorted());
  const seen = new Set([...JSON_RUNS.map(({ command }) => command), ...APART]);
  expect(names.filter((name) => !seen.has(name))).toEqual([]);
  const used = new Set(Object.values(JSON_SHAPES).flat());
  const schemas = [
    ...Object.keys(VIEW_SCHEMAS),
    ...Object.keys(SHAPE_SCHEMAS),
  ] as (typeof JSON_SHAPES)[string][];
  expect(schemas.filter((name) => name !== "error-report" && !used.has(name as never))).toEqual([]);
});

test("`schema` prints each of them, by the command's name, too", async () => {
  const names = await workspace.json<string[]>(["schema"]);
  for (const name of [...Object.keys(VIEW_SCHEMAS), "task", "spec", "message.reply"])
    expect(names).toContain(name);
  expect(await workspace.json(["schema", "lock-view"])).toMatchObject({
    type: "object",
    properties: { holder: { type: "string" } },
    additionalProperties: false,
  });
  for (const words of ["lock list", "locks"])
    expect(await workspace.json(["schema", words])).toMatchObject({
      type: "array",
      items: { properties: { holder: { type: "string" } } },
    });
  for (const command of Object.keys(JSON_SHAPES))
    expect(() => JSON.stringify(jsonShapeOf(command))).not.toThrow();
  expect((await workspace.cli(["schema", "nonsense"])).exitCode).toBe(1);
});
