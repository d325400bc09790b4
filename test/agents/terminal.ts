import { spawn } from "node-pty";
import type { IPty } from "node-pty";
import xterm from "@xterm/headless";
import { DIALOG_TAKES_MS, PATIENCE_MS } from "./patience.ts";

/** A real CLI in a real PTY with a screen to read: the bench's own stand-in for a pane. */
export interface BenchTerminal {
  readonly pid: number;
  /** The visible rows, trailing blanks cut. */
  screen(): string;
  /** OSC 7501 states in the order they came, such as `idle`, `working`, `blocked:permission`. */
  readonly states: readonly string[];
  write(bytes: string): void;
  /** A bracketed paste and Enter in one write, as a terminal sends it. */
  submit(text: string): void;
  waitForScreen(
    matches: RegExp | ((screen: string) => boolean),
    what?: string,
    timeoutMs?: number,
  ): Promise<string>;
  waitForState(state: string | RegExp, what?: string, timeoutMs?: number): Promise<void>;
  /**
   * Presses a key as a human would: again when the dialog is still there. Claude Code ignores keys in the first 100 to
   * 150 ms of a dialog.
   */
  answerDialog(key: string, dialog: RegExp): Promise<void>;
  readonly exited: Promise<number>;
  /** Kills the CLI and waits until it is gone. */
  close(): Promise<void>;
}

export interface BenchTerminalOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  /** Answers the OSC 7501 query, so that Claude Code reports its state. Default true. */
  readonly answerStatusQuery?: boolean;
}

export function openTerminal(options: BenchTerminalOptions): BenchTerminal {
  const size = { cols: options.columns ?? 120, rows: options.rows ?? 40 };
  const emulator = new xterm.Terminal({ ...size, allowProposedApi: true, scrollback: 1000 });
  const states: string[] = [];
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const pty: IPty = spawn(options.file, [...options.args], {
    name: "xterm-256color",
    cwd: options.cwd,
    env: { ...options.env },
    ...size,
  });
  let alive = true;
  const type = (bytes: string) => {
    if (alive) pty.write(bytes);
  };
  emulator.onData(type);
  emulator.parser.registerOscHandler(7501, (data) => {
    if (data.startsWith("?")) {
      if (options.answerStatusQuery !== false) type("\x1b]7501;?\x1b\\");
      return true;
    }
    const fields = new Map(
      data.split(":").map((field) => [field.split("=")[0], field.slice(field.indexOf("=") + 1)]),
    );
    states.push([fields.get("state"), fields.get("kind")].filter(Boolean).join(":"));
    return true;
  });
  pty.onData((data) => emulator.write(data, changed));
  const exited = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => {
      alive = false;
      resolve(exitCode);
      changed();
    });
  });

  function screen(): string {
    const { active } = emulator.buffer;
    const rows: string[] = [];
    for (let row = 0; row < size.rows; row += 1) {
      rows.push(active.getLine(active.baseY + row)?.translateToString(true) ?? "");
    }
    return rows.join("\n").replace(/\s+$/u, "");
  }

  function wait<T>(probe: () => T | undefined, what: string, timeoutMs: number): Promise<T> {
    const now = probe();
    if (now !== undefined) return Promise.resolve(now);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listeners.delete(check);
        reject(
          new Error(
            `${what} did not come within ${timeoutMs} ms${alive ? "" : " (the CLI has exited)"}.\n${screen()}\nstates: ${states.join(" ")}`,
          ),
        );
      }, timeoutMs);
      const check = () => {
        const found = probe();
        if (found === undefined) return;
        clearTimeout(timer);
        listeners.delete(check);
        resolve(found);
      };
      listeners.add(check);
    });
  }

  return {
    pid: pty.pid,
    screen,
    states,
    write: type,
    submit: (text) => type(`\x1b[200~${text}\x1b[201~\r`),
    waitForScreen(matches, what = String(matches), timeoutMs = PATIENCE_MS) {
      const test = typeof matches === "function" ? matches : (text: string) => matches.test(text);
      return wait(
        () => {
          const text = screen();
          return test(text) ? text : undefined;
        },
        what,
        timeoutMs,
      );
    },
    async waitForState(state, what = `state ${state}`, timeoutMs = PATIENCE_MS) {
      const is = (now: string) => (typeof state === "string" ? now === state : state.test(now));
      await wait(() => (is(states.at(-1) ?? "") ? true : undefined), what, timeoutMs);
    },
    async answerDialog(key, dialog) {
      for (let press = 0; press < 20 && dialog.test(screen()); press += 1) {
        type(key);
        const gone = wait(
          () => (dialog.test(screen()) ? undefined : true),
          "the end of the dialog",
          DIALOG_TAKES_MS,
        );
        await gone.catch(() => undefined);
      }
      if (dialog.test(screen())) throw new Error(`${dialog} does not close.\n${screen()}`);
    },
    exited,
    async close() {
      if (alive) {
        try {
          process.kill(-pty.pid, "SIGKILL");
        } catch {
          pty.kill("SIGKILL");
        }
      }
      await exited;
      emulator.dispose();
    },
  };
}
