/**
 * Every error a user or a program can meet: its code and the exit status of a command that ends with it.
 * 0 ok, 1 not found or failed, 2 blocked by a lock (and nothing else), 64 usage, 65 bad data, 66 no such file,
 * 69 server unreachable, 73 cannot create, 74 disk, 75 time-out, 77 permission, 78 configuration, 130 interrupted.
 */
export const EXIT_CODES = {
  "not-found": 1,
  failed: 1,
  conflict: 1,
  "key-reused": 65,
  "illegal-move": 1,
  "lock-held": 2,
  usage: 64,
  "bad-data": 65,
  "too-large": 65,
  "no-input": 66,
  "server-unreachable": 69,
  "protocol-mismatch": 69,
  "not-a-terminal": 69,
  "cannot-create": 73,
  "disk-error": 74,
  "store-read-only": 74,
  timeout: 75,
  busy: 75,
  "permission-denied": 77,
  "read-only": 77,
  unauthorised: 77,
  "bad-config": 78,
  interrupted: 130,
  // of the socket; a program's fault, not a user's
  bad_request: 65,
  unknown_method: 65,
  frame_too_large: 65,
  internal: 1,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

/** An error for people and programs: what happened to what (message), what to do (hint), and a code. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { hint?: string; cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "AppError";
    this.code = code;
    this.hint = more.hint;
    this.details = more.details;
  }
}

/** A broken promise of our own. Never shown as the user's fault. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AppError("internal", message);
}

/** Ends an exhaustive switch; the compiler rejects a forgotten case. */
export function unreachable(value: never): never {
  throw new AppError("internal", `Unreachable: ${JSON.stringify(value)}`);
}

/** The words of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
