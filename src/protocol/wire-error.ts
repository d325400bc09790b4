import { AppError, EXIT_CODES, messageOf, type ErrorCode } from "../base/errors.ts";
import type { WireError } from "./envelope.ts";

/** An error as it crosses the socket. Unknown throws become `internal` with their words, never a stack. */
export function toWireError(thrown: unknown): WireError {
  if (!(thrown instanceof AppError)) return { code: "internal", message: messageOf(thrown) };
  return {
    code: thrown.code,
    message: thrown.message,
    ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
    ...(thrown.details === undefined ? {} : { details: thrown.details }),
  };
}

export function fromWireError(error: WireError): AppError {
  const code = (Object.hasOwn(EXIT_CODES, error.code) ? error.code : "failed") as ErrorCode;
  return new AppError(code, error.message, { hint: error.hint, details: error.details });
}
