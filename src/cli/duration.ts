import { AppError } from "../base/errors.ts";
import { inertText } from "../domain/text/inert.ts";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)?$/;

export interface DurationRange {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Milliseconds of `90`, `90s`, `1.5m`, `2h`, `1d`, `500ms`. A bare number is seconds.
 * @param name the option it was given for, for the error
 * @throws AppError usage: not a duration, or out of range
 */
export function parseDuration(text: string, name: string, range: DurationRange): number {
  const match = DURATION.exec(text.trim());
  const ms = match ? Math.round(Number(match[1]) * (UNIT_MS[match[2] ?? "s"] ?? Number.NaN)) : Number.NaN;
  if (Number.isNaN(ms) || ms < range.minMs || ms > range.maxMs) {
    const allowed = `${formatLimit(range.minMs)}..${formatLimit(range.maxMs)}`;
    throw new AppError("usage", `${name} must be a duration in ${allowed}, not "${inertText(text, 40)}"`, {
      hint: "Write it like 30s, 5m or 1h.",
    });
  }
  return ms;
}

function formatLimit(ms: number): string {
  for (const [unit, size] of [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

/** A span for people: `12 s`, `41 min`, `3 h`, `2 d`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}

/** Local wall-clock time: what a log is compared with. */
export function formatClock(atMs: number): string {
  const date = new Date(atMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((n) => String(n).padStart(2, "0"))
    .join(":");
}
