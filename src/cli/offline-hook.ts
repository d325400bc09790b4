// A hook while no server answers: nothing can be asked, but the locks that are known on disk still bind.
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { answerHook } from "../domain/hook/answer.ts";
import { SILENCE, type HookAnswer, type TouchedPath, type HookReply } from "../domain/hook/call.ts";
import { GENERIC_EVENTS, genericAnswer } from "../domain/hook/generic.ts";
import { isHookKind, readHookCall } from "../domain/hook/read.ts";
import type { LockTarget } from "../domain/lock/lease.ts";
import { type Hold, holdText } from "../domain/lock/rules.ts";
import { deniedBySnapshot, LockSnapshotSchema } from "../domain/lock/snapshot.ts";
import { createPathRules, type PathRules } from "../node/path-rules.ts";
import { createSystemClock } from "../node/system-clock.ts";

/** Thousands of locks; what is larger is not ours. */
const MAX_SNAPSHOT_BYTES = 4 * 1024 * 1024;

export interface OfflineHook {
  readonly snapshot: string;
  readonly projectRoot: string;
  /** The agent's profile kind: claude, codex, kimi, or one that speaks Claude Code's format. */
  readonly kind: string;
  readonly event: string;
  readonly body: string;
  /** The agent whose hook it is; its own locks do not bind it. */
  readonly self: string | null;
  /** The directory the hook ran in. */
  readonly cwd?: string | undefined;
}

/** What the hook says: a refusal in the agent's words when a live lock of another covers the path, else nothing. */
export function answerOffline(hook: OfflineHook): HookAnswer {
  const generic = hook.kind === "generic";
  const event = generic ? (GENERIC_EVENTS[hook.event] ?? hook.event) : hook.event;
  const call = readHookCall(isHookKind(hook.kind) ? hook.kind : "claude", event, hook.body);
  if (call.event !== "tool-before" || !call.tool || call.tool.paths.length === 0) return SILENCE;
  const known = LockSnapshotSchema.parse(JSON.parse(readSnapshot(hook.snapshot)));
  const clock = createSystemClock();
  const rules = createPathRules(hook.projectRoot);
  const targets = call.tool.paths.flatMap((path) =>
    targetsOf(rules, path, call.cwd ?? hook.cwd ?? hook.projectRoot),
  );
  const denial = deniedBySnapshot(known, {
    bootId: clock.bootId,
    nowBootMs: clock.bootMs(),
    self: hook.self,
    targets,
    isAlive,
  });
  if (denial === null) return SILENCE;
  const reply: HookReply = { kind: "deny", reason: refusal(denial) };
  return generic ? genericAnswer(event, reply) : answerHook(call, reply);
}

function refusal(denial: Hold): string {
  return `${holdText(denial)}. Do not work around it. The ia-tmux server does not run; \`ia-tmux server start\` starts it.`;
}

/** A path that is none of the project's is nobody's lock. */
function targetsOf(rules: PathRules, touched: TouchedPath, cwd: string): LockTarget[] {
  try {
    const { target } = rules.locate(touched.path, { cwd });
    if (target.kind !== "directory" || touched.ifDirectory === undefined) return [target];
    return [rules.locate(join(touched.path, touched.ifDirectory), { cwd }).target];
  } catch {
    return [];
  }
}

function readSnapshot(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > MAX_SNAPSHOT_BYTES) throw new Error(`${path} is no list of locks`);
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}
