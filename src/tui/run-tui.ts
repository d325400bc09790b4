// Opens the workspace on a terminal and stays until the user leaves or the server says so.
import type { ReadStream, WriteStream } from "node:tty";
import { AppError } from "../base/errors.ts";
import type { Connection } from "../client/connection.ts";
import { DEFAULT_BINDINGS, DEFAULT_PREFIX } from "../domain/keys/bindings.ts";
import { loadBlessedChrome } from "./blessed-chrome.ts";
import { editInEditor } from "./edit-in-editor.ts";
import { wantsAscii } from "./glyphs.ts";
import { createModel } from "./model.ts";
import { notificationSequence } from "./notification.ts";
import type { PaintClock } from "./pacer.ts";
import { copyKeysFor, createLinkOpener } from "./open-link.ts";
import { createProgram } from "./program.ts";
import { colourDepthFor, createTerminal, guardTerminal } from "./terminal.ts";
import { themeNameFor } from "./theme.ts";

export interface TuiOptions {
  readonly connection: Connection;
  readonly reconnect: () => Promise<Connection>;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly stderr: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readOnly: boolean;
  /** As the command line reads a file that a user names. @throws AppError that says what is wrong with it */
  readonly readText: (path: string, cwd: string) => string;
  readonly layout?: string;
  /** Runs the program anew on this terminal, as it is on disk now; `why` is said when that fails. Returns its exit code. */
  readonly startAgain: (why: string) => Promise<number>;
}

/** Returns the exit code. @throws AppError not-a-terminal, and what `client.attach` refuses with */
export async function runTui(options: TuiOptions): Promise<number> {
  const { stdin, stdout, env } = options;
  if (!stdin.isTTY || !stdout.isTTY) {
    options.connection.close();
    throw new AppError("not-a-terminal", "ia-tmux needs a terminal to draw on.", {
      hint: "Without one: `ia-tmux up --headless`.",
    });
  }
  const terminal = createTerminal({ stdin, stdout, env });
  const stopGuarding = guardTerminal(terminal, options.stderr);
  const theme = themeNameFor(env);
  const program = createProgram({
    connection: options.connection,
    reconnect: options.reconnect,
    terminal,
    layout: options.layout,
    colours: colourDepthFor(env),
    nowMs: () => Date.now(),
    clock: realClock(),
    loadChrome: loadBlessedChrome,
    edit: (text) => editInEditor(text, terminal, env),
    readText: options.readText,
    openLink: createLinkOpener(env, process.platform, options.readOnly),
    notification: (text) => notificationSequence(env, text),
    model: createModel({
      size: { cols: terminal.cols, rows: terminal.rows },
      readOnly: options.readOnly,
      theme,
      themeFixed: theme === "plain" || env["IA_TMUX_THEME"] !== undefined,
      ascii: wantsAscii(env),
      nowMs: Date.now(),
      offsetMinutes: -new Date().getTimezoneOffset(),
      prefixKey: DEFAULT_PREFIX,
      bindings: DEFAULT_BINDINGS,
      copyKeys: copyKeysFor(env),
    }),
  });
  try {
    const { code, line, again } = await program.run();
    if (again) {
      terminal.leave();
      stopGuarding();
      return await options.startAgain(line);
    }
    if (line !== "") stdout.write(`${line}\n`);
    return code;
  } finally {
    terminal.leave();
    stopGuarding();
  }
}

function realClock(): PaintClock {
  return {
    now: () => performance.now(),
    after(delayMs, job) {
      const timer = setTimeout(job, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
