/** Logs are events with fields; never prompts, keys, environment values or tokens. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined | null>>;

/** Discards everything: for tests and for processes that log nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
