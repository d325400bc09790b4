import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProfileSchema } from "../../../src/domain/agent/profile.ts";
import type { Profile } from "../../../src/domain/agent/profile.ts";
import type { LaunchRequest } from "../../../src/server/launch/contract.ts";

/** A directory for one test, with what a launch needs in it. */
export function scratch() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "ia-launch-")));
  for (const name of ["project", "home", "pane", "bin", "userbin"]) mkdirSync(join(root, name));
  return { root, dispose: () => rmSync(root, { recursive: true, force: true }) };
}

export function profileOf(kind: Profile["kind"], command: readonly string[] = [kind]): Profile {
  const resume = {
    claude: { how: "chosen-id", args: ["--resume", "{sessionId}"] },
    codex: { how: "reported-id", args: ["resume", "{sessionId}"] },
    kimi: { how: "reported-id", args: ["--session", "{sessionId}"] },
  }[kind as string];
  return ProfileSchema.parse({
    name: kind,
    title: kind,
    kind,
    command: [...command],
    install: `get ${kind}`,
    autoApproveOwnTools: true,
    ...(resume === undefined ? {} : { resume }),
  });
}

export function requestIn(root: string, profile: Profile, more: Partial<LaunchRequest> = {}): LaunchRequest {
  return {
    profile,
    command: null,
    paneId: "pane-1",
    agentName: "kim",
    token: "0123456789abcdef0123456789abcdef",
    resumeSessionId: null,
    projectRoot: join(root, "project"),
    paneDir: join(root, "pane"),
    hookSocket: join(root, "hook.sock"),
    lockSnapshot: join(root, "locks.snapshot"),
    binDir: join(root, "bin"),
    node: process.execPath,
    mainScript: join(root, "main.js"),
    userEnv: { HOME: join(root, "home"), PATH: `${join(root, "userbin")}:/usr/bin:/bin`, LANG: "C.UTF-8" },
    ...more,
  };
}
