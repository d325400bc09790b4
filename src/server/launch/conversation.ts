// Which conversation an agent goes on with when it is started again, and whether it is still there. A fresh one never takes the
// place of a lost one unasked: its human would take it for the old one.
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Profile } from "../../domain/agent/profile.ts";

export type Resumption =
  /** There is nothing to go on with. */
  | { readonly kind: "new" }
  /** `goesOn`: there is a conversation; else the session has begun and nothing was said in it. */
  | { readonly kind: "resume"; readonly sessionId: string; readonly goesOn: boolean }
  /** There was a conversation. `why` says what became of it, for its human. */
  | { readonly kind: "lost"; readonly why: string };

export interface ResumeFacts {
  readonly agent: string;
  readonly profile: Profile;
  /** As the agent named it; null when it never did. */
  readonly sessionId: string | null;
  /** It has worked: there is something to lose. */
  readonly hasWorked: boolean;
  /** The agent that runs the same session now. */
  readonly sharedWith: string | null;
  /** A human asks for the start, and sees what comes of it. */
  readonly byHand: boolean;
  readonly userEnv: Readonly<Record<string, string | undefined>>;
}

export function resumptionOf(facts: ResumeFacts): Resumption {
  const { agent, profile, sessionId, hasWorked, sharedWith } = facts;
  if (profile.resume.how === "none") {
    if (facts.byHand || !hasWorked) return { kind: "new" };
    return lost(`${agent}'s conversation does not come back: ia-tmux cannot resume ${profile.title}.`);
  }
  if (sessionId === null) {
    if (!hasWorked) return { kind: "new" };
    return lost(
      `${agent}'s conversation is not to be found: ${profile.title} ended before it said which session it was.`,
    );
  }
  if (sharedWith !== null)
    return lost(`${agent} was in the same session as ${sharedWith}, which goes on with it.`);
  // Claude Code keeps a conversation from its first prompt on; the others name theirs with the first prompt.
  const hadConversation = hasWorked || profile.resume.how === "reported-id";
  const goesOn = hasConversation(profile.kind, sessionId, facts.userEnv);
  if (hadConversation && !goesOn)
    return lost(
      `${agent}'s conversation is gone: ${profile.title} has no session ${sessionId} on this disk any more.`,
    );
  return { kind: "resume", sessionId, goesOn };
}

function lost(why: string): Resumption {
  return { kind: "lost", why };
}

/** Whether the conversation is on the disk. Where that cannot be seen, the agent itself will say. */
export function hasConversation(
  kind: Profile["kind"],
  sessionId: string,
  userEnv: Readonly<Record<string, string | undefined>>,
): boolean {
  const place = placeOf(kind, sessionId, userEnv["HOME"] || homedir(), userEnv);
  if (place === null) return true;
  try {
    return readdirSync(place.directory, { recursive: true, encoding: "utf8" }).some((path) =>
      path.includes(place.name),
    );
  } catch {
    // One that is there and cannot be read has it, for all we know.
    return existsSync(place.directory);
  }
}

/** Where agents keep conversations, at any depth of `directory`. */
function placeOf(
  kind: Profile["kind"],
  sessionId: string,
  home: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly directory: string; readonly name: string } | null {
  switch (kind) {
    case "claude":
      // projects/<directory>/<id>.jsonl; a directory named after the id holds other things.
      return {
        directory: join(env["CLAUDE_CONFIG_DIR"] || join(home, ".claude"), "projects"),
        name: `${sessionId}.jsonl`,
      };
    case "codex":
      // sessions/<year>/<month>/<day>/rollout-<time>-<id>.jsonl
      return { directory: join(env["CODEX_HOME"] || join(home, ".codex"), "sessions"), name: sessionId };
    case "kimi":
      // sessions/<directory>/<id>/
      return {
        directory: join(env["KIMI_CODE_HOME"] || join(home, ".kimi-code"), "sessions"),
        name: sessionId,
      };
    case "demo":
    case "gemini":
    case "shell":
    case "generic":
      return null;
  }
}
