// Inputs that go wrong, through the real command line and the real server, under the numbers of the list of bad inputs
// (4A). What concerns the command line alone stands in test/cli/bad-arguments.test.ts.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import type { Task } from "../../src/domain/task/task.ts";
import { startCpuTime } from "../support/cpu-time.ts";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
  mkdirSync(join(workspace.project, "src"));
  for (const name of ["a.ts", "b.ts"]) writeFileSync(join(workspace.project, "src", name), "");
});
afterAll(() => workspace.close());

const as = (agent: string) => ({ env: { IA_TMUX_AGENT: agent } });
const operatorsInbox = () => workspace.json<Message[]>(["inbox", "--agent", "operator", "--all"]);

test("3: a message to nobody names the agents there are, and is not stored", async () => {
  const before = (await operatorsInbox()).length;
  const ran = await workspace.cliHere(["send", "--to", "nobody", "--message", "x"]);
  expect(ran.exitCode).toBe(1);
  expect(ran.stderr).toContain('no agent "nobody"');
  expect(ran.stderr).toContain("ada");
  expect(ran.stderr).toContain("ben");
  expect((await operatorsInbox()).length).toBe(before);
});

test("4, 7: an empty message, or none on stdin, is not stored", async () => {
  for (const [args, stdin] of [
    [["send", "--to", "operator", "--message", "  "], ""],
    [["send", "--to", "operator"], ""],
    [["send", "--to", "operator", "-"], "\n \n"],
  ] as const) {
    const ran = await workspace.cliHere(args, { stdin });
    expect(ran.exitCode).toBe(64);
    expect(ran.stderr).toContain("message is empty");
  }
});

test("5: 65,537 bytes are refused with both sizes; 65,536 arrive", async () => {
  const over = await workspace.cliHere(["send", "--to", "operator", "-"], { stdin: "x".repeat(65_537) });
  expect(over.exitCode).toBe(65);
  expect(over.stderr).toContain("65537 bytes");
  const body = `${"é".repeat(32_767)}ab`;
  expect(
    (await workspace.cliHere(["send", "--to", "operator", "-"], { stdin: body, ...as("ada") })).exitCode,
  ).toBe(0);
  expect((await operatorsInbox()).some((message) => message.body === body)).toBe(true);
});

test("6: bytes that are no text are refused at the place", async () => {
  const ran = await workspace.cliHere(["send", "--to", "operator", "-"], {
    stdin: Buffer.from([0x61, 0xff, 0x62]),
  });
  expect(ran.exitCode).toBe(65);
  expect(ran.stderr).toContain("not valid UTF-8 at byte 1");
});

test("7: a stdin that never ends waits, and Ctrl-C ends it with 130 and nothing stored", async () => {
  const before = (await operatorsInbox()).length;
  const child = spawn(process.execPath, [workspace.program, "send", "--to", "operator", "-"], {
    cwd: workspace.project,
    env: workspace.env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
  // It reads before it asks the server anything: what it was given is taken out of the pipe.
  await new Promise<void>((resolve) => child.stdin.write("half a mess", () => resolve()));
  await eventually("it has what was written", () => child.stdin.writableLength === 0);
  child.kill("SIGINT");
  expect([130, null]).toContain(await ended);
  expect((await operatorsInbox()).length).toBe(before);
});

test("8: an escape sequence in a name is shown and not obeyed", async () => {
  const ran = await workspace.cliHere(["send", "--to", "bob\x1b[2J", "--message", "x"]);
  expect(ran.exitCode).toBe(64);
  expect(ran.stderr).toContain("bob\\x1b[2J");
  expect(ran.stderr).not.toContain("\x1b");
});

test("9: an agent may write to the operator and may not be the operator", async () => {
  expect((await workspace.cliHere(["send", "--to", "operator", "hello"], as("ada"))).exitCode).toBe(0);
  const forged = await workspace.cliHere(["send", "--to", "ben", "--from", "operator", "hello"], as("ada"));
  expect(forged.exitCode).toBe(77);
  expect(forged.stderr).toContain("only the attached UI");
});

test("10: a message to all, where nobody is, says so", async () => {
  const layout = "name: rig\nwindows:\n  - name: main\n    panes:\n      - command: [cat]\n";
  const empty = await openWorkspace({ layout });
  try {
    const ran = await empty.cli(["send", "--to", "all", "--message", "x"]);
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("no agents");
  } finally {
    await empty.close();
  }
});

test.each(["", ".", "/", "..", "/etc/passwd", "../outside"])(
  "11: %j is no file inside the project",
  async (path) => {
    const ran = await workspace.cliHere(["lock", path], as("ada"));
    expect([64, 65]).toContain(ran.exitCode);
    expect(ran.stderr).toMatch(/not a file inside the project|outside the project/);
    expect(await workspace.json(["locks"])).toEqual([]);
  },
);

test("13: another's lock is given back by force of the operator only", async () => {
  expect((await workspace.cliHere(["lock", "src/a.ts", "--ttl", "10m"], as("ben"))).exitCode).toBe(0);
  const refused = await workspace.cliHere(["unlock", "src/a.ts"], as("ada"));
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("ben");
  expect(refused.stderr).toMatch(/\d+ ?m/);
  expect(refused.stderr).toContain("--force");
  const forced = await workspace.cliHere(["unlock", "src/a.ts", "--force"], as("ada"));
  expect([2, 77]).toContain(forced.exitCode);
  expect((await workspace.json<unknown[]>(["locks"])).length).toBe(1);
  expect((await workspace.cliHere(["lock", "src/a.ts"], as("ada"))).exitCode).toBe(2);
  expect((await workspace.cliHere(["unlock", "src/a.ts", "--force"])).exitCode).toBe(0);
  expect(await workspace.json(["locks"])).toEqual([]);
});

test("14: a task that is not there is not claimed", async () => {
  const missing = await workspace.cliHere(["task", "claim", "999999"], as("ada"));
  expect(missing.exitCode).toBe(1);
  expect(missing.stderr).toContain("no task");
  expect((await workspace.cliHere(["task", "claim", "../../x"], as("ada"))).exitCode).not.toBe(0);
});

test("15: a task completed twice gives the same answer each time", async () => {
  const task = await workspace.json<Task>(["task", "create", "to be done twice"]);
  await workspace.cliHere(["task", "claim", task.id], as("ada"));
  const close = () => workspace.cliHere(["task", "update", task.id, "--status", "completed"], as("ada"));
  await close();
  const [second, third] = [await close(), await close()];
  expect([0, 1]).toContain(second.exitCode);
  expect([third.exitCode, third.stderr]).toEqual([second.exitCode, second.stderr]);
  expect((await workspace.json<Task>(["task", "show", task.id])).status).toBe("completed");
});

test("17: without a terminal the workspace says what to do instead", async () => {
  for (const args of [[], ["attach"]]) {
    const ran = await workspace.cli(args);
    expect([64, 69]).toContain(ran.exitCode);
    expect(ran.stderr).toContain("not a terminal");
    expect(ran.stderr).toContain("--headless");
    expect(ran.stdout + ran.stderr).not.toContain("\x1b");
  }
});

test("19: a terminal that cannot be drawn on gets words and no sequences", async () => {
  const tui = workspace.attachTui({
    cols: 80,
    rows: 24,
    shell: `TERM=dumb ${process.execPath} ${workspace.program}; echo ended $?`,
  });
  await tui.exited;
  expect(tui.output()).toContain("TERM");
  expect(tui.output()).toContain("ended 78");
  expect(tui.output()).not.toContain("\x1b[");
});

test("20: a workspace inside its own pane is refused, with the way to have it all the same", async () => {
  const tui = workspace.attachTui({ cols: 80, rows: 24, env: { IA_TMUX_PANE: "%1" } });
  expect((await tui.exited).exitCode).toBe(64);
  expect(tui.output()).toContain("already inside ia-tmux (pane %1)");
  expect(tui.output()).toContain("--nested");
});

test("22: ten thousand words end quickly", async () => {
  const usedMs = startCpuTime();
  const ran = await workspace.cliHere(["locks", ...Array.from({ length: 10_000 }, (_, n) => `w${n}`)]);
  expect(ran.exitCode).toBe(64);
  expect(usedMs()).toBeLessThan(10_000);
});

test("23: behind -- a text may begin with a dash", async () => {
  expect(
    (await workspace.cliHere(["send", "--to", "operator", "--message", "--", "-rf"], as("ada"))).exitCode,
  ).toBe(0);
  expect((await operatorsInbox()).some((message) => message.body === "-rf")).toBe(true);
});

test("24: the same --key twice is one message, however the first attempt ended", async () => {
  const send = () =>
    workspace.json<Message>(["send", "--to", "operator", "--key", "mine-24", "only once"], as("ada"));
  const [first, second] = [await send(), await send()];
  expect(second.id).toBe(first.id);
  expect((await operatorsInbox()).filter((message) => message.body === "only once")).toHaveLength(1);
});

test("25: a client of another protocol is told both versions, and nothing of the agents changes", async () => {
  await expect(
    workspace.withServer((server) =>
      server.call("server.hello", { protocol: 999, version: "9.9.9", client: "test" }),
    ),
  ).rejects.toMatchObject({
    code: "protocol-mismatch",
    message: expect.stringMatching(/9\.9\.9.*0\.\d|0\.\d.*9\.9\.9/s),
  });
});

test.each([
  ["an unknown name", ["hook", "claude", "NoSuchHook"], "{}"],
  ["no stdin", ["hook", "claude", "PreToolUse"], ""],
  ["a list", ["hook", "claude", "PreToolUse"], "[]"],
  ["null", ["hook", "claude", "PreToolUse"], "null"],
  ["bad JSON", ["hook", "claude", "PreToolUse"], "{nope"],
  ["no tool input", ["hook", "claude", "PreToolUse"], '{"tool_name":"Edit"}'],
  [
    "a number for a path",
    ["hook", "claude", "PreToolUse"],
    '{"tool_name":"Edit","tool_input":{"file_path":42}}',
  ],
])("26: a hook with %s lets the agent go on", async (_, args, stdin) => {
  const hookSocket = join(workspace.dir, "run", "hook.sock");
  const ran = await workspace.cliHere(args, {
    stdin,
    env: { IA_TMUX_SOCKET: hookSocket, IA_TMUX_TOKEN: "t" },
  });
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(1);
});
