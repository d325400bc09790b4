import { closeSync, constants, fchmodSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import type { LogFields, Logger } from "../base/log.ts";

const LEVELS = ["debug", "info", "warn", "error", "off"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Longest value of one field; the rest is cut, so that no event can fill the disk. */
const MAX_VALUE_LENGTH = 1000;
const SECRET_NAME = /token|secret|passw|authori|cookie|credential|api_?key|prompt|body|^env/i;
/** Our tokens are 32 hex digits; keys of the usual services begin with these letters. */
const SECRET_VALUE = /\b[0-9a-f]{32,}\b|\b(?:sk|pk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{12,}/g;

export interface FileLogOptions {
  path: string;
  clock: Pick<Clock, "nowMs">;
  /** As IA_TMUX_LOG says it; anything unknown means "info". */
  level?: string | undefined;
  /** At this size the file becomes `<path>.1` (replacing the last one) and a new one begins. */
  maxBytes?: number;
}

export interface FileLog extends Logger {
  close(): void;
}

/**
 * One JSON line an event, in a file only the user can read. Writing is synchronous, so the last line before a crash
 * is there. A log that cannot be written is silent: it never takes its process down.
 */
export function createFileLog(options: FileLogOptions): FileLog {
  const maxBytes = options.maxBytes ?? 5 * 1024 * 1024;
  const threshold = LEVELS.indexOf(parseLevel(options.level));
  let fd: number | undefined;
  let sizeBytes = 0;
  let closed = false;

  function open(): void {
    const flags =
      constants.O_WRONLY |
      constants.O_APPEND |
      constants.O_CREAT |
      constants.O_NOFOLLOW |
      constants.O_NONBLOCK;
    const opened = openSync(options.path, flags, 0o600);
    const stat = fstatSync(opened);
    if (!stat.isFile()) {
      closeSync(opened);
      throw new Error("not a regular file");
    }
    fchmodSync(opened, 0o600);
    fd = opened;
    sizeBytes = stat.size;
  }

  function rotate(): void {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
    renameSync(options.path, `${options.path}.1`);
  }

  function write(level: LogLevel, event: string, fields: LogFields | undefined): void {
    if (closed || LEVELS.indexOf(level) < threshold) return;
    const line = Buffer.from(`${formatEvent(options.clock.nowMs(), level, event, fields)}\n`);
    try {
      if (fd !== undefined && sizeBytes + line.length > maxBytes) rotate();
      if (fd === undefined) open();
      if (fd === undefined) return;
      writeSync(fd, line);
      sizeBytes += line.length;
    } catch {
      // a full disk or a removed directory must not stop the work that is logged
    }
  }

  return {
    debug: (event, fields) => write("debug", event, fields),
    info: (event, fields) => write("info", event, fields),
    warn: (event, fields) => write("warn", event, fields),
    error: (event, fields) => write("error", event, fields),
    close() {
      closed = true;
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}

export function parseLevel(text: string | undefined): LogLevel {
  return LEVELS.find((level) => level === text) ?? "info";
}

/** One event as one line of JSON, without secrets and with nothing a terminal would obey. */
export function formatEvent(nowMs: number, level: LogLevel, event: string, fields: LogFields = {}): string {
  const shown: Record<string, unknown> = { time: new Date(nowMs).toISOString(), level, event };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    shown[name in shown ? `${name}_` : name] = SECRET_NAME.test(name) ? "[redacted]" : redactValue(value);
  }
  // JSON escapes C0 only; C1 controls and the separators would still be obeyed by a terminal or split the line.
  return JSON.stringify(shown).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    },
  );
}

function redactValue(value: LogFields[string]): LogFields[string] {
  if (typeof value !== "string") return value;
  const safe = value.replace(SECRET_VALUE, "[redacted]");
  return safe.length > MAX_VALUE_LENGTH ? `${safe.slice(0, MAX_VALUE_LENGTH)}…` : safe;
}
