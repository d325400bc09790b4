// The locks that bind while no server runs: a hook asks what stands on disk. Everything else is let through.
import { readFileSync, statSync } from "node:fs";
import { answerHook } from "../domain/hook/answer.ts";
import { NOTHING, SILENCE, type HookAnswer, type HookReply, type TouchedPath } from "../domain/hook/call.ts";
import { isHookKind, readHookCall } from "../domain/hook/read.ts";
import { formatRemaining } from "../domain/lock/rules.ts";
import { deniedBySnapshot, LockSnapshotSchema, type SnapshotDenial } from "../domain/lock/snapshot.ts";
import type { LockTarget } from "../domain/lock/lease.ts";
import { createPathRules, type PathRules } from "../node/path-rules.ts";
import { createSystemClock } from "../node/system-clock.ts";

export interface OfflineQuestion {
  /** The lock snapshot that the server keeps up to date. */
  readonly snapshot: string;
  readonly projectRoot: string;
  readonly kind: string;
  readonly event: string;
  /** What the agent wrote to the hook. */
  readonly body: string;
  /** The agent that asks. Its own locks do not bind it. */
  readonly self: string | null;
}

/** Throws when the snapshot cannot be read or says nothing sensible; the caller lets the agent go on then. */
export function answerOffline(question: OfflineQuestion): HookAnswer {
  const { kind, event } = question;
  if (!isHookKind(kind)) return SILENCE;
  const call = readHookCall(kind, event, question.body);
  if (call.event !== "tool-before" || call.tool === null || call.tool.paths.length === 0) return SILENCE;
  const snapshot = LockSnapshotSchema.parse(JSON.parse(readFileSync(question.snapshot, "utf8")));
  const rules = createPathRules(question.projectRoot);
  const clock = createSystemClock();
  const denial = deniedBySnapshot(snapshot, {
    bootId: clock.bootId,
    nowBootMs: clock.bootMs(),
    self: question.self,
    targets: call.tool.paths.flatMap((touched) => targetOf(touched, call.cwd, rules)),
    isAlive,
  });
  return answerHook(call, denial === null ? NOTHING : refusal(denial));
}

function refusal(denial: SnapshotDenial): HookReply {
  const { path, lock, holder, reason, remainingMs } = denial;
  const through = lock === path ? "" : ` (lock on ${lock})`;
  const why = reason === "" ? "" : `: ${reason}`;
  return {
    kind: "deny",
    reason:
      `${path} is locked by ${holder}${through} for another ${formatRemaining(remainingMs)}${why}. ` +
      "Do not work around it. The server of ia-tmux does not answer; `ia-tmux locks` starts it and shows all locks.",
  };
}

/** Nothing when the path is outside the project: no lock reaches there. */
function targetOf(touched: TouchedPath, cwd: string | null, rules: PathRules): LockTarget[] {
  try {
    const name = touched.ifDirectory;
    const inside =
      name !== undefined && statSync(touched.path, { throwIfNoEntry: false })?.isDirectory() === true;
    return [
      rules.locate(inside ? `${touched.path}/${name}` : touched.path, { cwd: cwd ?? undefined }).target,
    ];
  } catch {
    return [];
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
