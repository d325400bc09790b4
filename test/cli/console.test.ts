// `ia-tmux console` at a real server: lines go in while others act, and what they do arrives above the prompt.
import { spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createFeed, MAX_WAITING_LINES } from "../../src/cli/console/feed.ts";
import { eventually } from "../support/eventually.ts";
import { openProject, type Project } from "../vectors/rig.ts";

let project: Project;
beforeAll(async () => {
  project = await openProject();
  await project.join("ada", "ben");
}, 60_000);
afterAll(() => project.close());

/** A console that stays open: `says` waits until its output has the words. */
function openConsole(args: readonly string[] = []) {
  const child = spawn(process.execPath, [project.program, "console", ...args], {
    cwd: project.project,
    env: project.env,
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => void (output += chunk.toString("utf8")));
  return {
    type: (line: string) => void child.stdin.write(`${line}\n`),
    says: (words: RegExp) =>
      eventually(`the console says ${words}`, () => words.exec(output), { describe: () => output }),
    async quit() {
      child.stdin.end("quit\n");
      return { exitCode: await exited, output };
    },
  };
}

describe("the console", () => {
  test("shows a message of another agent as it is sent, and what else happens, with who did it", async () => {
    const held = openConsole();
    held.type("agents");
    await held.says(/ada +\w+/);
    await project.as("ada", ["send", "--to", "ben", "--subject", "schema", "it is in docs/db.md"]);
    await held.says(/^\d\d:\d\d:\d\d msg +ada +to ben: "schema"$/m);
    await project.as("ben", ["lock", "src/x.ts", "rework"]);
    await held.says(/^\d\d:\d\d:\d\d lock +ben +.*src\/x\.ts/m);
    held.type("msgs");
    await held.says(/ada → ben +schema/);
    expect((await held.quit()).exitCode).toBe(0);
  });

  test("takes every step of a task, a spec, a reply and a role, in words as they are said", async () => {
    const held = openConsole();
    project.write("api.md", "# API\n");
    held.type("spec publish api api.md");
    await held.says(/^published api version 1$/m);
    held.type("spec publish api nowhere.md");
    await held.says(/nowhere\.md: no such file/);
    held.type("spec subscribe api");
    await held.says(/^done$/m);
    held.type('task new Don\'t break "auth"');
    const [, task = ""] = await held.says(/done: (task-\S+)/);
    held.type(`task assign ${task} ben`);
    await held.says(new RegExp(`^${task} is assigned$`, "m"));
    for (const [line, status] of [
      [`task start ${task}`, "in_progress"],
      [`task done ${task} :: it's green`, "completed"],
      [`task approve ${task}`, "approved"],
    ] as const) {
      held.type(line);
      await held.says(new RegExp(`^${task} is ${status}$`, "m"));
    }
    const shown = await project.cli(["task", "show", task]);
    expect(shown.stdout).toContain('Don\'t break "auth"');
    expect(shown.stdout).toContain("it's green");
    const sent = await project.jsonAs<{ id: string }>("ada", ["send", "--to", "operator", "which store?"]);
    held.type(`reply ${sent.id} redis, it's there`);
    await held.says(/done: msg-/);
    expect((await project.as("ada", ["inbox"])).stdout).toContain("redis, it's there");
    held.type("role ben reviewer");
    held.type("zoom");
    held.type("split-window");
    await held.says(/unknown command: 'split-window' \(try 'help'\)/);
    const { output } = await held.quit();
    expect(output).toContain("unknown command: 'zoom'");
    expect((await project.cli(["agents"])).stdout).toMatch(/ben +reviewer/);
  });

  test("needs says until when a question waits, and which answer holds then", async () => {
    const words = "ask --option redis --option memory --default redis --deadline 10m".split(" ");
    const asked = await project.jsonAs<{ id: string }>("ada", [...words, "Which store?"]);
    const held = openConsole();
    held.type("needs");
    await held.says(/ada: Which store\? \(10 min left, then: redis\)/);
    held.type(`answer ${asked.id} memory`);
    await held.says(new RegExp(`answered ${asked.id}`));
    const second = await project.jsonAs<{ id: string }>("ada", [...words, "Which one now?"]);
    held.type("needs");
    await held.says(/Which one now\? .*\[answer:redis \| answer:memory \| answer\]/);
    held.type(`needs question:${second.id} answer neither of both`);
    await held.says(/^done$/m);
    await held.quit();
    expect((await project.cli(["questions", "--json"])).stdout).toContain("neither of both");
  });

  test("is called as one likes, and takes no span below a quarter of a second", async () => {
    const ran = await project.cli(["console", "--name", "dora", "--interval", "0.25"], {
      stdin: "help\nquit\n",
    });
    expect(ran).toMatchObject({ exitCode: 0 });
    expect((await project.cli(["console", "--interval", "0.1"])).exitCode).toBe(64);
  });
});

describe("the feed", () => {
  afterEach(() => vi.useRealTimers());

  test("prints a span's lines together at its end, the last ones when it ends before", () => {
    vi.useFakeTimers();
    const printed: string[] = [];
    const feed = createFeed((text) => printed.push(text), 1_000);
    feed.add("one");
    feed.add("two");
    expect(printed).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(printed).toEqual(["one\ntwo"]);
    feed.add("three");
    feed.end();
    feed.add("four");
    expect(printed).toEqual(["one\ntwo", "three"]);
  });

  test("keeps the latest of a flood and says how many went before", () => {
    vi.useFakeTimers();
    const printed: string[] = [];
    const feed = createFeed((text) => printed.push(text), 1_000);
    for (let line = 1; line <= MAX_WAITING_LINES + 3; line++) feed.add(`line ${line}`);
    vi.advanceTimersByTime(1_000);
    expect(printed[0]).toMatch(/^\(3 earlier; `ia-tmux log` has them\)\nline 4\n/);
  });

  test("without a span prints at once", () => {
    const printed: string[] = [];
    createFeed((text) => printed.push(text), null).add("one");
    expect(printed).toEqual(["one"]);
  });
});
