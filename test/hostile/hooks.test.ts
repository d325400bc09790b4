// P24: whatever state the server is in and whatever an agent hands its hook, the agent goes on soon; only a lock that is
// known to be another's stops it.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/processes.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

/** Tells an answer from a hang, and no more: how fast it is, the benchmark says (500 ms are promised). */
const BOUND_MS = 8_000;

let workspace: Workspace;
let script: string;
let serverPid: number;
let slowestMs = 0;
let silent: Server | undefined;
const unanswered: Socket[] = [];

beforeAll(async () => {
  workspace = await openWorkspace();
  await workspace.recorded("ada", "ready");
  script = join(workspace.dir, "state", "panes", "pane-1", "hook.sh");
  const ben = await workspace.connect({ agent: "ben" });
  await ben.call("lock.acquire", { path: "held.ts" });
  ben.close();
  serverPid = await workspace.serverPid();
});
afterAll(async () => {
  process.stdout.write(`the slowest hook took ${Math.round(slowestMs)} ms\n`);
  for (const socket of unanswered) socket.destroy();
  silent?.close();
  await workspace.close();
});

interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the hook as an agent does. `open`: its input is never closed. */
async function hook(event: string, input: string, open = false): Promise<Ran> {
  const startedMs = performance.now();
  const child = spawn("/bin/sh", ["-c", `/bin/sh '${script}' ${event}`], {
    cwd: workspace.project,
    env: { ...workspace.env, IA_TMUX_AGENT: "ada" },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (bytes) => (stdout += bytes));
  child.stderr.on("data", (bytes) => (stderr += bytes));
  child.stdin.on("error", () => {});
  child.stdin.write(input);
  if (!open) child.stdin.end();
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const tookMs = performance.now() - startedMs;
  slowestMs = Math.max(slowestMs, tookMs);
  expect(tookMs).toBeLessThan(BOUND_MS);
  child.stdin.destroy();
  return { exitCode, stdout, stderr };
}

const edit = (path: string) =>
  JSON.stringify({
    hook_event_name: "PreToolUse",
    tool_name: "Edit",
    tool_input: { file_path: path },
    cwd: workspace.project,
  });
const isRefused = ({ exitCode, stdout }: Ran) => exitCode === 2 || /"(?:deny|block)"/.test(stdout);

async function killed(): Promise<void> {
  process.kill(serverPid, "SIGKILL");
  await eventually("the server is gone", () => !isAlive(serverPid));
}

interface State {
  readonly name: string;
  readonly enter: () => unknown;
  readonly leave?: () => unknown;
}

/** In this order: each leaves what the next needs. */
const STATES: readonly State[] = [
  { name: "answers", enter: () => undefined },
  {
    name: "is stopped in the middle",
    enter: () => process.kill(serverPid, "SIGSTOP"),
    leave: () => process.kill(serverPid, "SIGCONT"),
  },
  { name: "was killed and left its socket", enter: killed },
  { name: "has no socket", enter: () => rmSync(join(workspace.dir, "run", "hook.sock"), { force: true }) },
  {
    name: "accepts and says nothing",
    enter: async () => {
      const server = createServer((socket) => void unanswered.push(socket.on("error", () => {})));
      silent = server;
      await new Promise<void>((resolve) => server.listen(join(workspace.dir, "run", "hook.sock"), resolve));
    },
    leave: () => rmSync(join(workspace.dir, "run", "hook.sock"), { force: true }),
  },
];

describe.each(STATES)("a hook while the server $name", ({ enter, leave }) => {
  beforeAll(async () => void (await enter()));
  afterAll(async () => void (await leave?.()));

  test("an edit of what another holds is refused with words, one of a free file goes on", async () => {
    const refused = await hook("PreToolUse", edit("held.ts"));
    expect(isRefused(refused), JSON.stringify(refused)).toBe(true);
    expect(refused.stdout + refused.stderr).toContain("held.ts");
    const free = await hook("PreToolUse", edit("free.ts"));
    expect([free.exitCode, isRefused(free)]).toEqual([0, false]);
  });

  test("whatever it is handed, the agent goes on", async () => {
    const inputs = {
      "nothing at all": "",
      "what is no JSON": "{",
      "JSON of another kind": "[null, 42]",
      "a path of another type": '{"tool_name":"Edit","tool_input":{"file_path":42}}',
      "ten megabytes": JSON.stringify({
        tool_name: "Edit",
        tool_input: { file_path: "free.ts", text: "x".repeat(10_000_000) },
      }),
    };
    for (const event of ["PreToolUse", "Stop"]) {
      await Promise.all(
        Object.entries(inputs).map(async ([name, input]) => {
          const ran = await hook(event, input);
          expect([event, name, ran.exitCode, isRefused(ran)]).toEqual([event, name, 0, false]);
          if (ran.stdout !== "") expect(() => JSON.parse(ran.stdout)).not.toThrow();
        }),
      );
    }
  });

  test("an input that is never closed lets the agent go on, too", async () => {
    const events = ["PreToolUse", "Stop"];
    const ran = await Promise.all(events.map((event) => hook(event, edit("free.ts"), true)));
    expect(ran.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  });
});
