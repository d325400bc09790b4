// Vectors 1-10, 19-21, 23: locks, and the hooks that enforce them.
import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Activity } from "../../src/domain/activity/activity.ts";
import type { Message } from "../../src/domain/message/message.ts";
import { agentActor } from "../../src/domain/session/actor.ts";
import type { Identity } from "../../src/protocol/results.ts";
import type { LockView } from "../../src/protocol/views.ts";
import { operator, openCoordination } from "../server/services/coordination.ts";
import { eventually } from "../support/eventually.ts";
import { edit, openProject, type Project } from "./rig.ts";

let project: Project;
beforeAll(async () => {
  project = await openProject();
  project.write("src/x.ts");
  project.write("src/a.ts");
  await project.join("backend", "bob");
}, 60_000);
afterAll(() => project.close());
afterEach(async () => {
  for (const lock of await project.json<LockView[]>(["locks"]))
    await project.cli(["unlock", "--id", lock.id, "--force"]);
});

const hook = (agent: string, payload: unknown, more = {}) =>
  project.hook(agent, "pre-tool-use", payload, more);
const SILENT = { exitCode: 0, stdout: "", stderr: "" };

test("1: an edit of a file that nobody locked goes on without a word", async () => {
  expect(await hook("bob", edit("src/x.ts"))).toEqual(SILENT);
});

test("2: an edit of another's file ends 2 and names path, holder, end and reason", async () => {
  await project.as("backend", ["lock", "src/x.ts", "--reason", "busy with it"]);
  for (const tool of ["Edit", "Write", "MultiEdit"]) {
    const { exitCode, stderr, stdout } = await hook("bob", edit("src/x.ts", tool));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    for (const part of ["BLOCKED", "src/x.ts", "backend", "busy with it"]) expect(stderr).toContain(part);
    expect(stderr).toMatch(/until \d{4}-\d\d-\d\dT\d\d:\d\d/);
  }
});

test("2: Claude Code, Codex and Kimi Code are refused in their own words", async () => {
  await project.as("backend", ["lock", "src/x.ts"]);
  for (const kind of ["claude", "kimi"]) {
    const payload =
      kind === "kimi" ? { tool_name: "Edit", tool_input: { path: "src/x.ts" } } : edit("src/x.ts");
    const { exitCode, stdout } = await project.hook("bob", `${kind} PreToolUse`, payload);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ hookSpecificOutput: { permissionDecision: "deny" } });
  }
  const patch = {
    tool_name: "apply_patch",
    tool_input: { input: "*** Begin Patch\n*** Update File: src/x.ts\n*** End Patch" },
  };
  expect((await project.hook("bob", "codex PreToolUse", patch)).stdout).toContain("locked by backend");
});

test("3: an absolute path, a link and another spelling are the same file", async () => {
  symlinkSync("src", join(project.project, "lnk"));
  await project.as("backend", ["lock", "src/x.ts"]);
  for (const path of [join(project.project, "src/x.ts"), "./src//x.ts", "lnk/x.ts", "src/../src/x.ts"])
    expect((await hook("bob", edit(path))).exitCode).toBe(2);
});

test("4: the holder edits under its own lock", async () => {
  await project.as("backend", ["lock", "src/x.ts"]);
  expect(await hook("backend", edit("src/x.ts"))).toEqual(SILENT);
});

test("5: a shell command that writes nothing goes on; one that writes the locked file does not", async () => {
  await project.as("backend", ["lock", "src/x.ts"]);
  const shell = (command: string) => ({ tool_name: "Bash", tool_input: { command } });
  expect(await hook("bob", shell("ls"))).toEqual(SILENT);
  expect((await hook("bob", shell("sed -i s/a/b/ src/x.ts"))).exitCode).toBe(2);
});

test("6: nonsense on stdin never stops an agent, at no event", async () => {
  const events = [
    "session-start",
    "user-prompt-submit",
    "pre-tool-use",
    "post-tool-use",
    "stop",
    "session-end",
    "no-such-event",
  ];
  const bodies = ["", "not json", "[]", JSON.stringify(edit(5))];
  await Promise.all(
    events.flatMap((event) =>
      bodies.map(async (body) => expect((await project.hook("bob", event, body)).exitCode).toBe(0)),
    ),
  );
});

test("7: a lock without a length is refused, and one that ran out binds nobody", async () => {
  for (const ttl of ["0", "-1"])
    expect((await project.as("backend", ["lock", "src/x.ts", `--ttl=${ttl}`])).exitCode).toBe(64);
  await project.as("backend", ["lock", "src/x.ts", "--ttl", "1s"]);
  expect((await project.as("bob", ["lock", "src/x.ts", "--wait", "10s"])).exitCode).toBe(0);
});

describe("8: an agent that was not heard of for 999 minutes", () => {
  test("holds nobody up, and its task can be claimed", async () => {
    const { clock, session, locks, tasks } = await openCoordination();
    for (const name of ["alice", "bob"])
      await session.register(operator, { name, profile: "outside", origin: "outside" });
    const [alice, bob] = [agentActor("alice"), agentActor("bob")];
    await locks.acquire(alice, { wishes: [{ path: "src/x.ts" }], ttlMs: 23 * 3_600_000 });
    const task = await tasks.create(operator, { title: "t" });
    await tasks.claim(alice, task.id);
    clock.advance(999 * 60_000);
    session.touch("bob");
    expect(locks.check(bob, ["src/x.ts"])[0]?.heldBy).toBeNull();
    expect((await locks.acquire(bob, { wishes: [{ path: "src/x.ts" }] }))[0]?.holder).toBe("bob");
    expect((await tasks.claimNext(bob)).task?.id).toBe(task.id);
  });

  test("so does one that says that it leaves", async () => {
    await project.join("leaver");
    await project.as("leaver", ["lock", "src/x.ts"]);
    expect((await hook("bob", edit("src/x.ts"))).exitCode).toBe(2);
    await project.hook("leaver", "session-end", { reason: "clear" });
    expect((await hook("bob", edit("src/x.ts"))).exitCode).toBe(2);
    await project.hook("leaver", "session-end", { reason: "logout" });
    expect(await hook("bob", edit("src/x.ts"))).toEqual(SILENT);
  });
});

test("9: locking again does not shorten a lock", async () => {
  const first = await project.jsonAs<LockView>("backend", ["lock", "src/x.ts", "--ttl", "2h"]);
  const second = await project.jsonAs<LockView>("backend", ["lock", "src/x.ts", "--ttl", "1m"]);
  expect(second.id).toBe(first.id);
  expect(second.remainingMs).toBeGreaterThan(first.remainingMs - 60_000);
});

test("10: only the holder unlocks, the operator by force; what is not locked is no error", async () => {
  await project.as("backend", ["lock", "src/x.ts"]);
  expect((await project.as("bob", ["unlock", "src/x.ts"])).exitCode).toBe(2);
  expect((await project.as("bob", ["unlock", "src/x.ts", "--force"])).exitCode).toBe(77);
  expect((await project.cli(["unlock", "src/x.ts", "--force"])).exitCode).toBe(0);
  const nothing = await project.as("bob", ["unlock", "src/x.ts"]);
  expect(nothing).toMatchObject({ exitCode: 0, stdout: "No lock held on src/x.ts\n" });
});

describe("19: waiting and appending", () => {
  test("a waiter gets the lock when it is released, and ends 2 at its deadline", async () => {
    await project.as("backend", ["lock", "src/x.ts"]);
    expect((await project.as("bob", ["lock", "src/x.ts", "--wait", "300ms"])).exitCode).toBe(2);
    const waiting = project.as("bob", ["lock", "src/x.ts", "--wait"]);
    await eventually("bob waits", async () =>
      (await project.json<LockView[]>(["locks"])).some((lock) => lock.waiters.includes("bob")),
    );
    await project.as("backend", ["unlock", "src/x.ts"]);
    expect((await waiting).exitCode).toBe(0);
  });

  test("who goes away while it waits leaves the queue", async () => {
    await project.as("backend", ["lock", "src/x.ts"]);
    const gone = await project.connect({ agent: "bob" });
    gone.call("lock.acquire", { path: "src/x.ts", waitMs: 60_000 }).catch(() => {});
    const waiters = async () => (await project.json<LockView[]>(["locks"]))[0]?.waiters ?? [];
    await eventually("bob waits", async () => (await waiters()).includes("bob"));
    gone.close();
    await eventually("bob waits no more", async () => !(await waiters()).includes("bob"));
    await project.as("backend", ["unlock", "src/x.ts"]);
    expect(await project.json(["locks"])).toEqual([]);
  });

  test("appending puts lines one after the other and leaves no lock behind", async () => {
    for (const line of ["line one", "line two"])
      await project.as("bob", ["append", "notes.md", "--content", line]);
    const text = () => readFileSync(join(project.project, "notes.md"), "utf8");
    expect(text()).toBe("line one\nline two\n");
    expect(await project.json(["locks"])).toEqual([]);
    await project.as("backend", ["lock", "notes.md"]);
    expect((await project.as("bob", ["append", "notes.md", "three"])).exitCode).toBe(2);
    expect(text()).toBe("line one\nline two\n");
    expect((await project.as("backend", ["append", "notes.md", "three"])).exitCode).toBe(0);
    // A lock that was held before is held after.
    expect(await project.json<LockView[]>(["locks"])).toMatchObject([{ holder: "backend" }]);
  });
});

test("20: one session is one agent, however it is told; a given name wins", async () => {
  const name = "agent-a9993e364706";
  const env = { CLAUDE_CODE_SESSION_ID: "abc" };
  expect(await project.jsonAs<Identity>(null, ["whoami"], { env })).toMatchObject({
    name,
    how: "session id",
  });
  await project.as(null, ["lock", "src/x.ts"], { env });
  // The same session in a hook's payload, with the project's directory spelled in another way.
  const payload = { session_id: "abc", cwd: join(project.project, "src", ".."), ...edit("src/x.ts") };
  expect(await project.hook(null, "pre-tool-use", payload)).toEqual(SILENT);
  expect((await project.hook(null, "pre-tool-use", { ...payload, session_id: "other" })).exitCode).toBe(2);
  for (const [variable, how] of [
    ["AGENT_SYNC_ID", "AGENT_SYNC_ID"],
    ["IA_TMUX_AGENT", "IA_TMUX_AGENT"],
  ])
    expect(
      await project.jsonAs<Identity>(null, ["whoami"], { env: { ...env, [variable as string]: "carol" } }),
    ).toMatchObject({ name: "carol", how });
});

test("20: a session can take a name of its own and keeps it", async () => {
  const env = { CLAUDE_CODE_SESSION_ID: "session-of-dora" };
  await project.as(null, ["register", "--name", "dora", "--role", "backend-dev"], { env });
  expect(await project.jsonAs<Identity>(null, ["whoami"], { env })).toMatchObject({
    kind: "agent",
    name: "dora",
    role: "collaborator",
    devRole: "backend_dev",
  });
});

test("21: a linked worktree shares the state, and a lock is of the same file in both", async () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
      cwd: project.project,
      stdio: "pipe",
    });
  git("add", "src");
  git("commit", "-qm", "x");
  const linked = join(project.dir, "linked");
  git("worktree", "add", "-q", linked);
  await project.as("backend", ["lock", "src/a.ts"], { cwd: linked });
  const payload = { cwd: project.project, ...edit(join(project.project, "src/a.ts")) };
  expect((await project.hook("bob", "pre-tool-use", payload)).exitCode).toBe(2);
  const inLinked = { cwd: linked, ...edit(join(linked, "src/a.ts")) };
  expect((await project.hook("bob", "pre-tool-use", inLinked, { cwd: linked })).exitCode).toBe(2);
});

// Between machines the vector is of a transport that is not here; what it asks of two checkouts holds on one.
test("28: mail between two checkouts comes once and is gone when read, git sees nothing of it, and none of eight at once is lost", async () => {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: project.project, encoding: "utf8", stdio: "pipe" });
  const stateOfGit = () => [git("rev-parse", "HEAD"), git("status", "--porcelain"), git("stash", "list")];
  const before = stateOfGit();
  const linked = { cwd: join(project.dir, "linked") };
  await project.as("backend", ["send", "--to", "bob", "from the other checkout"], linked);
  const inbox = () => project.jsonAs<Message[]>("bob", ["inbox"]);
  const [first, ...others] = (await inbox()).filter(({ body }) => body === "from the other checkout");
  expect(others).toEqual([]);
  await project.as("bob", ["msg", "read", first?.id ?? ""]);
  expect((await inbox()).map(({ body }) => body)).not.toContain("from the other checkout");

  const sent = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      project.as("backend", ["send", "--to", "bob", `parallel ${n}`], n % 2 === 0 ? linked : {}),
    ),
  );
  expect(sent.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: 8 }, () => 0));
  const arrived = (await inbox()).map(({ body }) => body).filter((body) => body.startsWith("parallel"));
  expect(arrived.toSorted()).toEqual(Array.from({ length: 8 }, (_, n) => `parallel ${n}`));
  expect(stateOfGit()).toEqual(before);
});

test("23: an edit leaves one line with tool and path, a shell command none", async () => {
  await project.hook("bob", "post-tool-use", edit("src/a.ts"));
  await project.hook("bob", "post-tool-use", { tool_name: "Bash", tool_input: { command: "ls" } });
  const lines = await project.json<Activity[]>(["activity", "--actor", "bob", "--kind", "file.edited"]);
  expect(lines).toMatchObject([{ kind: "file.edited", refs: { tool: "Edit", path: "src/a.ts" } }]);
  const board = await project.json<{ agent: string; file: { path: string } | null }[]>(["board"]);
  expect(board.find((row) => row.agent === "bob")?.file?.path).toBe("src/a.ts");
});
