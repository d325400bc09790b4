// Hook calls that got no answer: the hook script leaves them in the pane's directory, because what an agent said while
// no server lived is evidence all the same.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isHookKind, readHookCall } from "../../domain/hook/read.ts";

/** Events that are kept: those that prove that a delivery arrived, or did not, and dialogs that may still stand there. */
export const KEPT_EVENTS = ["UserPromptSubmit", "Stop", "PermissionRequest"] as const;
/** Calls kept for one pane. The next are not kept: what was said first is needed most. */
export const MAX_KEPT_CALLS = 32;
/** Characters of one call. A longer one is not kept. */
export const MAX_KEPT_CHARACTERS = 262_144;
/** A file that is no whole JSON is being written, or never will be whole. */
const UNFINISHED_MS = 2_000;
const FILE_NAME = /^(?<event>[A-Za-z]+)\.(?<status>\d+)\.(?<callId>\d+)$/u;
/** The status of curl, and of our carrier, when nobody listens. */
const NOBODY_LISTENS = 7;

export interface UnansweredCall {
  /** The agent's own name of the event. */
  readonly event: string;
  /** The hook's standard input. */
  readonly body: string;
  readonly atMs: number;
  /** As the script told the server: the number of its process. */
  readonly callId: string;
  /** A server took the call, and its answer was lost. */
  readonly reachedServer: boolean;
}

/** The directory that the script writes to: `<event>.<status>.<id of the call>`, one file for each. */
export function spoolDirOf(paneDir: string): string {
  return join(paneDir, "unanswered");
}

export function makeSpool(paneDir: string): string {
  const dir = spoolDirOf(paneDir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}

/** Takes what was kept, in the order in which it happened: afterwards it is gone. */
export function takeUnanswered(paneDir: string, nowMs: number): UnansweredCall[] {
  const dir = spoolDirOf(paneDir);
  const calls: UnansweredCall[] = [];
  for (const name of namesIn(dir)) {
    const { event, status, callId } = FILE_NAME.exec(name)?.groups ?? {};
    const path = join(dir, name);
    try {
      const atMs = statSync(path).mtimeMs;
      const body = readFileSync(path, "utf8");
      const whole = isJson(body);
      if (!whole && nowMs - atMs < UNFINISHED_MS) continue;
      rmSync(path);
      if (whole && event !== undefined && callId !== undefined)
        calls.push({ event, body, atMs, callId, reachedServer: Number(status) !== NOBODY_LISTENS });
    } catch {
      // Somebody else took it.
    }
  }
  return calls.sort((left, right) => left.atMs - right.atMs);
}

/**
 * The session that an agent named in a call that no server heard; null when it named none. Leaves the calls where they
 * are. The oldest call's: a later one may be of a program that the agent ran.
 */
export function sessionInUnanswered(paneDir: string, kind: string): string | null {
  if (!isHookKind(kind)) return null;
  const dir = spoolDirOf(paneDir);
  let oldest: { readonly atMs: number; readonly sessionId: string } | null = null;
  for (const name of namesIn(dir)) {
    const event = FILE_NAME.exec(name)?.groups?.["event"];
    if (event === undefined) continue;
    try {
      const { mtimeMs: atMs } = statSync(join(dir, name));
      const { sessionId } = readHookCall(kind, event, readFileSync(join(dir, name), "utf8"));
      if (sessionId !== null && (oldest === null || atMs < oldest.atMs)) oldest = { atMs, sessionId };
    } catch {
      // It was taken meanwhile: whoever took it makes the session known.
    }
  }
  return oldest?.sessionId ?? null;
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir).slice(0, MAX_KEPT_CALLS * 2);
  } catch {
    return [];
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
