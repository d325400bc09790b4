// The commands against the program itself: a server, a PTY host and demo agents, in a home of their own.
import { execFile, execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Task } from "../../src/domain/task/task.ts";
import { entryPath } from "../../src/node/entry-paths.ts";
import type { ServerInfo } from "../../src/protocol/results.ts";
import type { PaneView } from "../../src/protocol/views.ts";
import { commandHere } from "../support/command-here.ts";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/processes.ts";

let home: string;
let project: string;
let hostPid: number;
let agents: Record<string, NodeJS.ProcessEnv>;

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function baseEnv(): NodeJS.ProcessEnv {
  return {
    HOME: home,
    PATH: process.env["PATH"],
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    XDG_STATE_HOME: join(home, "state"),
  };
}

function environmentFor(agent: string | undefined): NodeJS.ProcessEnv {
  return agent === undefined ? baseEnv() : { ...baseEnv(), ...agents[agent] };
}

/** Runs `ia-tmux` as the operator, or as the agent of that name. */
function cli(args: readonly string[], options: { as?: string; stdin?: string } = {}): Promise<Ran> {
  const env = environmentFor(options.as);
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [entryPath("main"), ...args],
      { cwd: project, env, timeout: 60_000 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ exitCode, stdout, stderr });
      },
    );
    child.stdin?.end(options.stdin ?? "");
  });
}

async function json<T>(args: readonly string[], as?: string): Promise<T> {
  const options = { cwd: project, env: environmentFor(as), stdin: "" };
  const { stdout, stderr } = await commandHere([...args, "--json"], options);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

/** What the server gave to a pane: read from the program that runs in it. */
function environmentOf(pid: number): NodeJS.ProcessEnv {
  const words = existsSync(`/proc/${pid}/environ`)
    ? readFileSync(`/proc/${pid}/environ`, "utf8").split("\0")
    : execFileSync("ps", ["eww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).split(" ");
  const pairs = words
    .filter((word) => /^IA_TMUX_[A-Z_]+=/.test(word))
    .map((word) => word.split(/=(.*)/s).slice(0, 2));
  return Object.fromEntries(pairs) as NodeJS.ProcessEnv;
}

beforeAll(async () => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "real-")));
  project = join(home, "shop");
  mkdirSync(join(project, ".git"), { recursive: true });
  mkdirSync(join(project, "src"));
  writeFileSync(join(project, ".git", "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(project, "src", "a.ts"), "a\n");
  const up = await cli(["up", "--headless", "--layout", "demo"]);
  expect(up.stderr).toBe("");
  hostPid = (await json<ServerInfo>(["server", "status"])).hostPid as number;
  const panes = await json<PaneView[]>(["ls"]);
  agents = Object.fromEntries(panes.map((pane) => [pane.agent, environmentOf(pane.pid as number)]));
}, 60_000);

afterAll(async () => {
  await cli(["down", "--yes"]);
  // Should `down` not even start, nothing may be left behind: without its host a server ends by itself.
  try {
    process.kill(hostPid, "SIGKILL");
  } catch {
    // It has gone, as it should.
  }
  // What still ends may still write its last line.
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

describe("who speaks", () => {
  test("a shell outside is the operator, a pane is its agent", async () => {
    expect(await json(["whoami"])).toMatchObject({ kind: "operator" });
    expect(await json(["whoami"], "ben")).toMatchObject({ kind: "agent", name: "ben", how: "pane token" });
  });

  test("9: no option makes an agent somebody else", async () => {
    const { exitCode, stderr } = await cli(["send", "--to", "ada", "--from", "operator", "hi"], {
      as: "ben",
    });
    expect(exitCode).toBe(77);
    expect(stderr).toContain("only the attached UI");
  });

  test("operator's verbs are not to be had from a pane", async () => {
    const asked = await json<{ id: string }>(["ask", "redis or memory?"], "ben");
    expect((await cli(["answer", asked.id, "redis"], { as: "ben" })).exitCode).toBe(77);
    expect((await cli(["answer", asked.id, "redis"])).exitCode).toBe(0);
    expect((await cli(["answer", asked.id, "memory"])).exitCode).not.toBe(0);
  });
});

describe("locks", () => {
  test("11: only files of the project can be locked", async () => {
    for (const path of ["", ".", "/", "/etc/passwd", "../outside"]) {
      const { exitCode, stderr } = await cli(["lock", path]);
      expect([64, 65]).toContain(exitCode);
      expect(stderr).toContain("not a file inside the project");
    }
  });

  test("10, 13: another's lock ends 2 with holder and way out; the operator may break it; nothing held is no error", async () => {
    expect((await cli(["lock", "src/a.ts", "mine"], { as: "ben" })).exitCode).toBe(0);
    const refused = await cli(["lock", "src/a.ts"], { as: "ada" });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("ben");
    const unlock = await cli(["unlock", "src/a.ts"], { as: "ada" });
    expect(unlock.exitCode).toBe(2);
    expect(unlock.stderr).toContain("ben");
    expect((await cli(["unlock", "src/a.ts", "--force"], { as: "ada" })).exitCode).not.toBe(0);
    expect((await cli(["unlock", "src/a.ts", "--force"])).exitCode).toBe(0);
    expect((await cli(["unlock", "src/a.ts"])).stdout).toContain("No lock held on src/a.ts");
  });

  test("19: a waiter gets the lock when it is released, and ends 2 when it is not", async () => {
    await cli(["lock", "src/a.ts"], { as: "ben" });
    expect((await cli(["lock", "src/a.ts", "--wait", "200ms"], { as: "ada" })).exitCode).toBe(2);
    const waiting = cli(["lock", "src/a.ts", "--wait", "20s"], { as: "ada" });
    for (;;) {
      const locks = await json<{ waiters: string[] }[]>(["locks"]);
      if (locks.some((lock) => lock.waiters.includes("ada"))) break;
    }
    await cli(["unlock", "src/a.ts"], { as: "ben" });
    expect((await waiting).exitCode).toBe(0);
    await cli(["unlock", "src/a.ts"], { as: "ada" });
  });

  test("19: append puts lines one after the other, and leaves a locked file alone", async () => {
    for (const line of ["line one", "line two"]) await cli(["append", "notes.md", line], { as: "ben" });
    expect(readFileSync(join(project, "notes.md"), "utf8")).toBe("line one\nline two\n");
    await cli(["lock", "notes.md"], { as: "ada" });
    expect((await cli(["append", "notes.md", "three"], { as: "ben" })).exitCode).toBe(2);
    expect(readFileSync(join(project, "notes.md"), "utf8")).toBe("line one\nline two\n");
    await cli(["unlock", "notes.md"], { as: "ada" });
  });
});

describe("tasks", () => {
  test("16, 18: claim-next takes the most urgent whose dependencies are met", async () => {
    const low = await json<Task>(["create-task", "low", "--priority", "low"]);
    const high = await json<Task>(["create-task", "high", "--priority", "high"]);
    await json<Task>(["create-task", "later", "--priority", "critical", "--depends-on", high.id]);
    const claimed = await Promise.all(
      ["ada", "cy"].map((as) => json<{ task: Task | null }>(["claim-next"], as)),
    );
    expect(claimed.map(({ task }) => task?.id).toSorted()).toEqual([low.id, high.id].toSorted());
    const owner = claimed.findIndex(({ task }) => task?.id === high.id) === 0 ? "ada" : "cy";
    const done = await cli(["complete-task", high.id], { as: owner });
    expect(done.stdout).toContain("now claimable");
  });

  test("17: a title will do in any case, two of the same are ambiguous, none is not found", async () => {
    await cli(["create-task", "Update Login UI"]);
    expect((await cli(["task", "show", "update LOGIN ui"])).exitCode).toBe(0);
    await cli(["create-task", "update login ui"]);
    expect((await cli(["claim-task", "update login UI"], { as: "cy" })).exitCode).toBe(1);
    expect((await cli(["claim-task", "999999"])).stderr).toContain("no task");
    expect((await cli(["task", "show", "../../session"])).exitCode).toBe(1);
  });

  test("18: a dependency that does not exist is refused by its name", async () => {
    const { exitCode, stderr } = await cli(["create-task", "x", "--depends-on", "no-such-task"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("no-such-task");
  });

  test("25: delegate relays once, and the same key again changes nothing, nor does its old name", async () => {
    const first = await cli([
      "quick",
      "--to",
      "ben",
      "Say hello",
      "--key",
      "relay-1",
      "--wait",
      "--timeout",
      "30s",
    ]);
    expect(first.stderr).toBe("");
    expect(first.exitCode).toBe(0);
    await cli(["quick", "--to", "ben", "Say hello", "--id", "relay-1"]);
    const tasks = await json<Task[]>(["tasks"]);
    expect(tasks.filter((task) => task.title === "Say hello")).toHaveLength(1);
  });
});

describe("messages", () => {
  test("3: an unknown receiver is named with the known ones, and nothing is stored", async () => {
    const { exitCode, stderr } = await cli(["send", "--to", "nobody", "x"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no agent "nobody"');
    expect(stderr).toContain("ben");
  });

  test("whatever a message holds, it is printed inert and is sent as text", async () => {
    const sent = await json<{ id: string }>(
      ["send", "--to", "operator", "red\u001b[31m \u202eabc\u2028x"],
      "ben",
    );
    const { stdout } = await cli(["read-message", sent.id]);
    expect(stdout).toContain("red");
    expect(stdout).not.toMatch(/[\u001b\u202e\u2028]/);
  });

  test("24: the same --key twice is one message", async () => {
    const ids = [];
    for (let n = 0; n < 2; n++)
      ids.push(await json<{ id: string }>(["send", "--to", "operator", "--key", "m-1", "once"], "cy"));
    expect(ids[0]?.id).toBe(ids[1]?.id);
    const inbox = await json<{ body: string }[]>(["inbox"]);
    expect(inbox.filter((message) => message.body === "once")).toHaveLength(1);
  });
});

describe("specs", () => {
  test("30: a name cannot lead out of the specs", async () => {
    expect((await cli(["publish-spec", "../../x", "evil"])).exitCode).not.toBe(0);
    expect((await cli(["get-spec", "../messages/m-1"])).exitCode).not.toBe(0);
    expect((await cli(["publish-spec", "api", "-"], { stdin: "# API\n" })).stdout).toContain("version 1");
    expect((await cli(["get-spec", "api"])).stdout.trim()).toBe("# API");
  });
});

describe("headless", () => {
  test("a scenario runs against the agents", async () => {
    writeFileSync(
      join(project, "talk.yaml"),
      "name: talk\nsteps:\n  - expect: { agent: cy, state: idle }\n  - keys: { pane: cy, keys: [C-u] }\n  - type: { pane: cy, text: hello there, enter: false }\n  - expect: { screen: { pane: cy, text: hello there } }\n    within: 10s\n  - keys: { pane: cy, keys: [C-u] }\n",
    );
    const { exitCode, stdout, stderr } = await cli(["run", "talk.yaml"]);
    expect(stderr).not.toContain("FAIL");
    expect(stdout).toContain("talk: 5 steps");
    expect(exitCode).toBe(0);
  });

  test("wait ends 75 when it is not in time", async () => {
    const { exitCode } = await cli([
      "wait",
      "--pane",
      "ben",
      "--screen",
      "never there",
      "--timeout",
      "100ms",
    ]);
    expect(exitCode).toBe(75);
  });

  test("doctor looks at the server and leaves it as it is", async () => {
    const before = await json<ServerInfo>(["server", "status"]);
    expect((await cli(["doctor"])).stdout).toContain("server.sock answers");
    expect(await json<ServerInfo>(["server", "status"])).toMatchObject({ pid: before.pid });
  });

  test("a killed server comes back with the next writing command; agents and tasks are the same", async () => {
    const before = await json<ServerInfo>(["server", "status"]);
    const tasks = await json<Task[]>(["tasks"]);
    process.kill(before.pid, "SIGKILL");
    await eventually("it is gone", () => !isAlive(before.pid));
    expect((await cli(["server", "start"])).exitCode).toBe(0);
    const after = await json<ServerInfo>(["server", "status"]);
    expect(after.pid).not.toBe(before.pid);
    expect(after.hostPid).toBe(before.hostPid);
    // The demo agents may have begun another one meanwhile.
    const ids = (await json<Task[]>(["tasks"])).map((task) => task.id);
    expect(ids).toEqual(expect.arrayContaining(tasks.map((task) => task.id)));
    expect(await json(["whoami"], "ben")).toMatchObject({ name: "ben" });
  });
});
