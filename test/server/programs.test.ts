// With which session an agent is started again.
import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

/** A pane of Kimi Code whose server knows this session of it, and the hook that the agent runs while no server listens. */
function world(known: string | null) {
  const { root } = place;
  let session = known;
  const prepare = createPrograms({
    paths: { root: join(root, "project"), stateDir: root, runtimeDir: root, panesDir: root } as ProjectPaths,
    hookSocket: join(root, "nobody.sock"),
    lockSnapshot: join(root, "locks.snapshot"),
    userEnv: { HOME: join(root, "home"), PATH: `${join(root, "userbin")}:/usr/bin:/bin` },
    shell: () => "/bin/sh",
    sessionOf: () => session,
    sessionKnown: async (_agent, sessionId) => void (session = sessionId),
  });
  const pane = {
    id: "%1",
    cwd: join(root, "project"),
    agent: "kim",
    command: null,
    env: {},
  } as unknown as PaneRecord;
  return {
    session: () => session,
    async start() {
      const launch = await prepare(pane, profileOf("kimi"), "0123456789abcdef0123456789abcdef");
      if ("message" in launch) throw new Error(launch.message);
      return launch.args;
    },
    hook(event: string, input: unknown) {
      const command = `/bin/sh '${join(root, "pane-1", "hook.sh")}' ${event}`;
      execFileSync("/bin/sh", ["-c", command], { input: JSON.stringify(input) });
    },
  };
}

describe("an agent that is started again", () => {
  test("goes on with the session that it named to a server that was not there", async () => {
    const kim = world(null);
    expect(await kim.start()).toEqual([]);
    kim.hook("UserPromptSubmit", { session_id: "session_1", prompt: "hello" });
    expect(await kim.start()).toEqual(["--session", "session_1"]);
    expect(kim.session()).toBe("session_1");
  });

  test("goes on with the session that the server knows, whatever lies there unheard", async () => {
    const kim = world("session_1");
    expect(await kim.start()).toEqual(["--session", "session_1"]);
    kim.hook("Stop", { session_id: "of a program it ran" });
    expect(await kim.start()).toEqual(["--session", "session_1"]);
  });
});
