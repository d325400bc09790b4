// The real TUI in a real terminal: a process in a PTY, its output drawn by an emulator of its own.
import { Unicode11Addon } from "@xterm/addon-unicode11";
import headless from "@xterm/headless";
import { spawn } from "node-pty";
import { eventually } from "./eventually.ts";

export interface TuiProcess {
  readonly pid: number;
  /** Everything it wrote, as it was. */
  readonly output: () => string;
  /** Keys as a terminal sends them. */
  press(keys: string): void;
  /** As a terminal pastes: between marks. */
  paste(text: string): void;
  resize(cols: number, rows: number): void;
  screen(): string[];
  /** Every cell: its character, width, colours and attributes, a line each row. */
  cells(): string[];
  /** Where the cursor stands: in the pane that keys go to. */
  cursor(): { readonly x: number; readonly y: number };
  /** Waits until the text stands on the screen. */
  shows(text: string | RegExp, timeoutMs?: number): Promise<void>;
  until(what: string, holds: () => boolean, timeoutMs?: number): Promise<void>;
  /** Esc ends the hints of the first run, which stand in the last row of the panes. A running program gets it, too. */
  endHints(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Closes the terminal under it, as when its window is closed. */
  hangUp(): void;
  readonly exited: Promise<{ exitCode: number; signal: number }>;
  close(): Promise<void>;
}

export interface TuiOptions {
  readonly program: string;
  readonly args?: readonly string[];
  /** Runs in the terminal instead of the program alone. */
  readonly shell?: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cols: number;
  readonly rows: number;
}

function cellText(cell: headless.IBufferCell | undefined): string {
  if (!cell) return "";
  const colours = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()];
  const flags = [cell.isBold(), cell.isDim(), cell.isItalic(), cell.isUnderline(), cell.isInverse()];
  return `${cell.getChars() || "_"}/${cell.getWidth()}/${colours.join(",")}/${flags.map(Boolean).map(Number).join("")}`;
}

export function openTui(options: TuiOptions): TuiProcess {
  const terminal = new headless.Terminal({
    cols: options.cols,
    rows: options.rows,
    allowProposedApi: true,
    scrollback: 0,
  });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  const [file, args] =
    options.shell === undefined
      ? [process.execPath, [options.program, ...(options.args ?? [])]]
      : ["/bin/sh", ["-c", options.shell]];
  const pty = spawn(file, args, {
    cols: options.cols,
    rows: options.rows,
    cwd: options.cwd,
    env: { TERM: "xterm-256color", ...options.env },
  });
  let output = "";
  let ended = false;
  pty.onData((data) => {
    output += data;
    terminal.write(data);
  });
  terminal.onData((reply) => {
    if (!ended) pty.write(reply);
  });
  const exited = new Promise<{ exitCode: number; signal: number }>((resolve) =>
    pty.onExit(({ exitCode, signal }) => {
      ended = true;
      resolve({ exitCode, signal: signal ?? 0 });
    }),
  );
  const screen = () =>
    Array.from(
      { length: terminal.rows },
      (_, row) =>
        terminal.buffer.active.getLine(terminal.buffer.active.baseY + row)?.translateToString(true) ?? "",
    );
  const cells = () => {
    const { active } = terminal.buffer;
    return Array.from({ length: terminal.rows }, (_, row) => {
      const line = active.getLine(active.baseY + row);
      return Array.from({ length: terminal.cols }, (_, column) => cellText(line?.getCell(column))).join(" ");
    });
  };
  const until = async (what: string, holds: () => boolean, timeoutMs?: number) => {
    // A frame may come in pieces, and its cursor is anywhere meanwhile: a terminal shows the whole.
    const isWhole = () => !terminal.modes.synchronizedOutputMode;
    await eventually(what, () => isWhole() && holds(), { timeoutMs, describe: () => screen().join("\n") });
  };
  const shows = (text: string | RegExp, timeoutMs?: number) =>
    until(
      `the screen shows ${String(text)}`,
      () => {
        const all = screen().join("\n");
        return typeof text === "string" ? all.includes(text) : text.test(all);
      },
      timeoutMs,
    );
  return {
    pid: pty.pid,
    output: () => output,
    press: (keys) => pty.write(keys),
    paste: (text) => pty.write(`\x1b[200~${text}\x1b[201~`),
    resize(cols, rows) {
      terminal.resize(cols, rows);
      pty.resize(cols, rows);
    },
    screen,
    cells,
    cursor: () => ({ x: terminal.buffer.active.cursorX, y: terminal.buffer.active.cursorY }),
    shows,
    until,
    async endHints() {
      await shows("1/5");
      pty.write("\x1b");
      await until("the hints are gone", () => !screen().join("\n").includes("1/5"));
    },
    signal: (signal) => process.kill(pty.pid, signal),
    hangUp: () => (pty as unknown as { destroy(): void }).destroy(),
    exited,
    async close() {
      if (!ended) {
        pty.kill("SIGKILL");
        await exited;
      }
      terminal.dispose();
    },
  };
}
