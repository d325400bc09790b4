// The user's terminal: raw mode, the alternate screen, and giving all of it back whatever happens.
import { writeSync } from "node:fs";
import type { ReadStream, WriteStream } from "node:tty";
import type { ColourDepth } from "../protocol/sgr.ts";
import { readQuickly, writeSome } from "../streams/quick-socket.ts";

/** What the program needs of a terminal. */
export interface Terminal {
  readonly cols: number;
  readonly rows: number;
  /** Takes the terminal: raw, alternate screen, paste marks, mouse, focus, kitty keys. */
  enter(): void;
  /** Gives it back as it was. May be called more than once. */
  leave(): void;
  /** Like `leave` and `enter`, for a program that needs the terminal in between. */
  suspend(): void;
  resume(): void;
  /** Resolves when the output has left this process: the next frame may be made. */
  write(output: string): Promise<void>;
  /** Whether the terminal reports its mouse; on from the start. */
  setMouse(on: boolean): void;
  /** What the focused pane's program wants of the terminal beyond that: kitty's key flags, the mouse without a button. */
  setWishes(wishes: TerminalWishes): void;
  /** Asks for the colours of text, background and cursor; they come as input. */
  askColours(): void;
  /** The bytes are valid during the call only. */
  onInput(listener: (bytes: Uint8Array) => void): void;
  onResize(listener: () => void): void;
  /** The process was stopped and goes on: what is on the screen is unknown. */
  onContinue(listener: () => void): void;
}

export interface TerminalWishes {
  /** Progressive enhancement of kitty's keyboard protocol; 1 is always on. */
  readonly keyFlags: number;
  /** Mode 1003: the mouse is told without a button down as well. */
  readonly motion: boolean;
}

const ENTER = [
  "\x1b[22;0t", // keep the window's title
  "\x1b[?1049h\x1b[2J\x1b[H",
  "\x1b[?2004h", // paste marks
  "\x1b[?1004h", // focus events
].join("");

/** The mouse with drags, any column. */
const MOUSE_ON = "\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF = "\x1b[?1006l\x1b[?1003l\x1b[?1002l";
const MOTION_ON = "\x1b[?1003h";
/** Drags go on: the modes exclude each other. */
const MOTION_OFF = "\x1b[?1003l\x1b[?1002h";

/** Keys that a plain terminal cannot tell apart, such as Shift+Enter: kitty's way and xterm's. */
const KEYS_ON = "\x1b[>1u\x1b[>4;1m";
const KEY_FLAGS = 1;
const KEYS_OFF = "\x1b[<u\x1b[>4m";
/** For the theme, and for programs that ask; the terminal says when its scheme changes. */
const ASK_COLOURS = "\x1b]10;?\x1b\\\x1b]11;?\x1b\\\x1b]12;?\x1b\\";
const SCHEME_ON = "\x1b[?2031h";
const SCHEME_OFF = "\x1b[?2031l";

const LEAVE = [
  "\x1b[?2026l\x1b]8;;\x1b\\\x1b[0m",
  "\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1004l\x1b[?2004l",
  "\x1b[0 q\x1b[?25h",
  "\x1b[?1049l",
  "\x1b[23;0t",
].join("");

export interface TerminalOptions {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createTerminal({ stdin, stdout, env }: TerminalOptions): Terminal {
  const isPlain = env["TERM"] === "linux" || env["TERM"] === "dumb";
  let hasMouse = true;
  let wishes: TerminalWishes = { keyFlags: KEY_FLAGS, motion: false };
  const keysOn = () => KEYS_ON + (wishes.keyFlags === KEY_FLAGS ? "" : keyFlags());
  const keyFlags = () => `\x1b[=${wishes.keyFlags};1u`;
  const mouseOn = () => MOUSE_ON + (wishes.motion ? MOTION_ON : "");
  const onSequence = () =>
    ENTER + (hasMouse ? mouseOn() : "") + (isPlain ? "" : keysOn() + SCHEME_ON + ASK_COLOURS);
  const offSequence = (isPlain ? "" : SCHEME_OFF + KEYS_OFF) + LEAVE;
  let entered = false;
  let isRead = false;
  let inputListener: ((bytes: Uint8Array) => void) | null = null;
  let resizeListener: (() => void) | null = null;
  let continueListener: (() => void) | null = null;

  const { fd } = stdout as WriteStream & { readonly fd: number };
  const writeNow = (text: string) => {
    try {
      writeSync(fd, text);
    } catch {
      // The terminal is gone: there is nothing to give back.
    }
  };
  const setRaw = (raw: boolean) => {
    try {
      stdin.setRawMode(raw);
    } catch {
      // The same.
    }
  };
  const onData = (chunk: Uint8Array) => {
    if (entered) inputListener?.(chunk);
  };
  // Without a hang-up signal (a pipe, a broken ssh) the end of input is all that is heard.
  const onEnd = () => void process.kill(process.pid, "SIGHUP");
  const onResize = () => resizeListener?.();
  const onContinue = () => {
    if (!entered) return;
    setRaw(false);
    setRaw(true);
    writeNow(onSequence());
    continueListener?.();
  };

  const take = () => {
    if (entered) return;
    entered = true;
    setRaw(true);
    writeNow(onSequence());
    stdin.on("end", onEnd);
    if (isRead) stdin.resume();
    else readQuickly(stdin, onData);
    isRead = true;
  };
  const giveBack = () => {
    if (!entered) return;
    entered = false;
    stdin.off("end", onEnd);
    stdin.pause();
    writeNow(offSequence);
    setRaw(false);
  };

  return {
    get cols() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    enter() {
      stdout.on("resize", onResize);
      process.on("SIGCONT", onContinue);
      take();
    },
    leave() {
      stdout.off("resize", onResize);
      process.off("SIGCONT", onContinue);
      giveBack();
    },
    suspend: giveBack,
    resume() {
      take();
      onResize();
    },
    write(output) {
      if (!entered) return Promise.resolve();
      const bytes = Buffer.from(output);
      // Node's own stream waits for a terminal just so, after some work.
      const taken = writeSome(stdout, fd, bytes);
      if (taken === bytes.length) return Promise.resolve();
      return new Promise((resolve) => void stdout.write(bytes.subarray(taken), () => resolve()));
    },
    setMouse(on) {
      if (on === hasMouse) return;
      hasMouse = on;
      if (entered) writeNow(on ? mouseOn() : MOUSE_OFF);
    },
    setWishes(next) {
      const { keyFlags: flagsBefore, motion: motionBefore } = wishes;
      if (next.keyFlags === flagsBefore && next.motion === motionBefore) return;
      wishes = next;
      if (!entered) return;
      if (next.keyFlags !== flagsBefore && !isPlain) writeNow(keyFlags());
      if (next.motion !== motionBefore && hasMouse) writeNow(next.motion ? MOTION_ON : MOTION_OFF);
    },
    askColours() {
      if (entered && !isPlain) writeNow(ASK_COLOURS);
    },
    onInput: (listener) => void (inputListener = listener),
    onResize: (listener) => void (resizeListener = listener),
    onContinue: (listener) => void (continueListener = listener),
  };
}

const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

/**
 * Gives the terminal back when the process ends by a signal, an exception or `process.exit`, and says what went wrong
 * below it. Returns the way to call this off.
 */
export function guardTerminal(terminal: Pick<Terminal, "leave">, stderr: NodeJS.WritableStream): () => void {
  const onExit = () => terminal.leave();
  const onSignal = (signal: keyof typeof SIGNAL_CODES) => {
    terminal.leave();
    process.exit(SIGNAL_CODES[signal]);
  };
  const onFault = (fault: unknown) => {
    terminal.leave();
    stderr.write(
      `ia-tmux: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}\nThe agents go on; \`ia-tmux\` brings the screen back.\n`,
    );
    process.exit(1);
  };
  process.on("exit", onExit);
  process.on("uncaughtException", onFault);
  process.on("unhandledRejection", onFault);
  const signals = Object.keys(SIGNAL_CODES) as (keyof typeof SIGNAL_CODES)[];
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    process.off("exit", onExit);
    process.off("uncaughtException", onFault);
    process.off("unhandledRejection", onFault);
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** How many colours the terminal has, by what its environment says. */
export function colourDepthFor(env: Readonly<Record<string, string | undefined>>): ColourDepth {
  if (env["NO_COLOR"]) return "none";
  const term = env["TERM"] ?? "";
  if (
    /truecolor|24bit/i.test(env["COLORTERM"] ?? "") ||
    /direct|kitty|ghostty|alacritty|wezterm|iterm/i.test(`${term} ${env["TERM_PROGRAM"] ?? ""}`)
  )
    return "truecolor";
  if (/256/.test(term)) return "256";
  return term === "dumb" ? "none" : "16";
}
