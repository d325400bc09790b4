/**
 * OSC 7501, the program status protocol: `state=S:app=A[:kind=K][:msg=<base64 of UTF-8>]`.
 * Claude Code sends it only to a terminal that answers its query `?`, Codex always.
 */
import { sanitiseLine } from "../protocol/width.ts";

export const PROGRAM_STATES = ["idle", "working", "blocked", "done", "error", "clear"] as const;
export type ProgramState = (typeof PROGRAM_STATES)[number];

export interface ProgramStatus {
  readonly state: ProgramState;
  /** Name the program gives itself; "" when it gives none. */
  readonly app: string;
  /** Why it is blocked, e.g. "permission" or "question". */
  readonly kind?: string;
  /** One line, sanitised, at most 500 characters. */
  readonly message?: string;
}

const MAX_MESSAGE_LENGTH = 500;

/** Reads the data of an OSC 7501, without the number. Undefined when it is none. */
export function parseProgramStatus(data: string): ProgramStatus | undefined {
  const fields = new Map<string, string>();
  for (const field of data.slice(0, 8_192).split(":")) {
    const equals = field.indexOf("=");
    if (equals > 0) fields.set(field.slice(0, equals), field.slice(equals + 1));
  }
  const state = PROGRAM_STATES.find((known) => known === fields.get("state"));
  if (state === undefined) return undefined;
  const kind = fields.get("kind");
  const encoded = fields.get("msg");
  const message = encoded === undefined ? "" : sanitiseLine(decodeBase64(encoded), MAX_MESSAGE_LENGTH);
  return {
    state,
    app: sanitiseLine(fields.get("app") ?? "", 40),
    ...(kind === undefined ? {} : { kind: sanitiseLine(kind, 40) }),
    ...(message === "" ? {} : { message }),
  };
}

function decodeBase64(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}
