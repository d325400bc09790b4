// With which session an agent is started again.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Profile } from "../../src/domain/agent/profile.ts";
import type { PaneRecord } from "../../src/domain/pane/pane.ts";
import type { ProjectPaths } from "../../src/node/runtime-dir.ts";
import { createPrograms } from "../../src/server/programs.ts";
import { profileOf, scratch } from "./launch/request.ts";

let place: ReturnType<typeof scratch>;

beforeEach(() => {
  place = scratch();
  const kimi = join(place.root, "userbin", "kimi");
  writeFileSync(kimi, "#!/bin/sh\n");
  chmodSync(kimi, 0o700);
});
afterEach(() => place.dispose());

interface Known {
  readonly hasWorked?: boolean;
  readonly sharedWith?: string;
  readonly profile?: Profile;
  readonly byHand?: boolean;
}

/** A pane of Kimi Code whose server knows this session of it, and the hook that the agent runs while no server listens. */
function world(known: string | null, more: Known = {}) {
  const { root } = place;
  const { hasWorked = false, sharedWith = null, profile = profileOf("kimi"), byHand = false } = more;
  let session = known;
  const prepare = createPrograms({
    paths: { root: join(root, "project"), stateDir: root, runtimeDir: root, panesDir: root } as ProjectPaths,
    hookSocket: join(root, "nobody.sock"),
    lockSnapshot: join(root, "locks.snapshot"),
    userEnv: { HOME: join(root, "home"), PATH: `${join(root, "userbin")}:/usr/bin:/bin` },
    shell: () => "/bin/sh",
    sessionOf: () => ({ id: session, hasWorked, sharedWith }),
    sessionKnown: async (_agent, sessionId) => void (session = sessionId),
  });
  const pane = {
    id: "%1",
    cwd: join(root, "project"),
    agent: "kim",
    command: null,
    env: {},
    logName: "",
    startsFresh: false,
  } as unknown as PaneRecord;
  const prepared = (record: Partial<PaneRecord> = {}) =>
    prepare({ ...pane, ...record }, profile, "0123456789abcdef0123456789abcdef", byHand);
  return {
    session: () => session,
    prepared,
    async start() {
      const launch = await prepared();
      if ("message" in launch) throw new Error(launch.message);
      return launch.args;
    },
    hook(event: string, input: unknown) {
      const command = `/bin/sh '${join(root, "pane-1", "hook.sh")}' ${event}`;
      execFileSync("/bin/sh", ["-c", command], { input: JSON.stringify(input) });
    },
  };
}

/** A conversation of Kimi Code on the disk. */
function keep(sessionId: string) {
  mkdirSync(join(place.root, "home", ".kimi-code", "sessions", "wd_project_0", sessionId), {
    recursive: true,
  });
}

describe("an agent that is started again", () => {
  test("goes on with the session that it named to a server that was not there", async () => {
    const kim = world(null);
    expect(await kim.start()).toEqual([]);
    keep("session_1");
    kim.hook("UserPromptSubmit", { session_id: "session_1", prompt: "hello" });
    expect(await kim.start()).toEqual(["--session", "session_1"]);
    expect(kim.session()).toBe("session_1");
  });

  test("goes on with the session that the server knows, whatever lies there unheard", async () => {
    keep("session_1");
    const kim = world("session_1");
    expect(await kim.start()).toEqual(["--session", "session_1"]);
    kim.hook("Stop", { session_id: "of a program it ran" });
    expect(await kim.start()).toEqual(["--session", "session_1"]);
    expect(await kim.prepared()).toMatchObject({ resumes: true, note: null });
  });

  test("waits when its conversation is gone, and begins a fresh one when its human says so", async () => {
    keep("session_2");
    const kim = world("session_1", { hasWorked: true });
    const waits = await kim.prepared();
    expect(waits).toMatchObject({ startsFresh: true });
    expect("message" in waits && waits.message).toMatch(
      /kim's conversation is gone: kimi has no session session_1 .*\nEnter starts kim with a fresh conversation/,
    );
    expect(kim.session()).toBe("session_1");
    expect(await kim.prepared({ startsFresh: true })).toMatchObject({ args: [], resumes: false });
    expect(kim.session()).toBeNull();
  });

  test("waits when it worked and never said in which session", async () => {
    expect(await world(null, { hasWorked: true, byHand: true }).prepared()).toMatchObject({
      message: expect.stringMatching(/ended before it said which session it was/),
      startsFresh: true,
    });
  });

  test("waits while another runs the session that it was in, too", async () => {
    keep("session_1");
    expect(await world("session_1", { sharedWith: "ben" }).prepared()).toMatchObject({
      message: expect.stringMatching(/^kim was in the same session as ben, which goes on with it/),
      startsFresh: true,
    });
  });

  test("that nobody can resume waits by itself, and starts anew by its human's hand", async () => {
    const profile = { ...profileOf("kimi"), resume: { how: "none" as const, args: [] } };
    expect(await world(null, { profile }).prepared()).toMatchObject({ args: [] });
    const worked = { profile, hasWorked: true };
    expect(await world(null, worked).prepared()).toMatchObject({
      message: expect.stringMatching(/ia-tmux cannot resume kimi/),
    });
    expect(await world(null, { ...worked, byHand: true }).prepared()).toMatchObject({ args: [] });
  });
});

describe("Claude Code, whose session has a name before it has a conversation", () => {
  const claude = () => {
    const program = join(place.root, "userbin", "claude");
    writeFileSync(program, "#!/bin/sh\n");
    chmodSync(program, 0o700);
    mkdirSync(join(place.root, "home", ".claude", "projects", "-project"), { recursive: true });
    return profileOf("claude");
  };

  test("starts again under its name as long as it has not worked", async () => {
    const launch = await world("id-1", { profile: claude() }).prepared();
    expect(launch).toMatchObject({ args: expect.arrayContaining(["--session-id", "id-1"]), resumes: false });
  });

  test("waits when it has worked and the file is gone, and is resumed when it is there", async () => {
    const ada = world("id-1", { profile: claude(), hasWorked: true });
    expect(await ada.prepared()).toMatchObject({ startsFresh: true });
    const fresh = await ada.prepared({ startsFresh: true });
    expect("args" in fresh && fresh.args.includes("--session-id")).toBe(true);
    expect(ada.session()).not.toBe("id-1");
    writeFileSync(join(place.root, "home", ".claude", "projects", "-project", "id-1.jsonl"), "{}\n");
    expect(await world("id-1", { profile: profileOf("claude"), hasWorked: true }).prepared()).toMatchObject({
      args: expect.arrayContaining(["--resume", "id-1"]),
      resumes: true,
    });
  });
});

describe("a shell whose directory is gone", () => {
  const gone = () => join(place.root, "project", "was", "here");

  test("starts in the nearest one above and says so; a new one with a wrong directory does not start", async () => {
    const shell = world(null, { profile: profileOf("shell", ["sh"]) });
    const known = { agent: null, cwd: gone() };
    expect(await shell.prepared({ ...known, logName: "1-ab" })).toMatchObject({
      cwd: join(place.root, "project"),
      note: `${gone()} is gone: this is ${join(place.root, "project")}`,
    });
    expect(await shell.prepared(known)).toMatchObject({
      message: `${gone()} is not a directory. Press r to try again.`,
      startsFresh: false,
    });
  });

  test("is an agent's own: it does not start in another", async () => {
    expect(await world(null).prepared({ cwd: gone(), logName: "1-ab" })).toMatchObject({
      startsFresh: false,
    });
  });
});
