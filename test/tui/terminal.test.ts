import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import headless from "@xterm/headless";
import { build } from "esbuild";
import { spawn } from "node-pty";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { colourDepthFor } from "../../src/tui/terminal.ts";

let directory = "";
let script = "";

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ia-tmux-terminal-"));
  script = join(directory, "child.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "support/terminal-child.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: script,
    logLevel: "silent",
  });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the child under a shell that then reports the terminal's settings, and plays its output into an emulator. */
async function end(how: (child: { write(text: string): void; kill(signal: string): void }) => void) {
  const shell = spawn(
    "/bin/sh",
    ["-c", 'echo before; "$0" "$1"; echo "code $?"; stty -a; echo over; read _', process.execPath, script],
    {
      cols: 80,
      rows: 24,
      env: { ...process.env, TERM: "xterm-256color" },
    },
  );
  let output = "";
  let asked = false;
  let over = false;
  shell.onData((text) => {
    output += text;
    // The end of what a program printed can be lost with its terminal: it goes when all is here.
    if (!over && /^over\r?$/m.test(output)) {
      over = true;
      shell.write("\r");
    }
    if (asked || !/READY \d+\./.test(output)) return;
    asked = true;
    const pid = Number(/READY (\d+)\./.exec(output)?.[1] ?? 0);
    how({ write: (typed) => shell.write(typed), kill: (signal) => process.kill(pid, signal) });
  });
  await new Promise<void>((resolve) => shell.onExit(() => resolve()));
  const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const buffer = terminal.buffer.active;
  const screen = Array.from({ length: 24 }, (_, y) => buffer.getLine(y)?.translateToString(true) ?? "").join(
    "\n",
  );
  return { output, screen, modes: terminal.modes, isNormal: buffer.type === "normal" };
}

describe("the terminal is given back", () => {
  test.each([
    [
      "after an exception",
      (child: { write(text: string): void }) => child.write("e"),
      "code 1",
      "a fault of ours",
    ],
    [
      "after a rejection that nobody waits for",
      (child: { write(text: string): void }) => child.write("r"),
      "code 1",
      "nobody waits",
    ],
    ["after process.exit", (child: { write(text: string): void }) => child.write("x"), "code 3", ""],
    ["after leaving", (child: { write(text: string): void }) => child.write("q"), "code 0", ""],
    ["after SIGTERM", (child: { kill(signal: string): void }) => child.kill("SIGTERM"), "code 143", ""],
    ["after SIGHUP", (child: { kill(signal: string): void }) => child.kill("SIGHUP"), "code 129", ""],
    ["after SIGINT", (child: { kill(signal: string): void }) => child.kill("SIGINT"), "code 130", ""],
  ] as const)("%s", async (_how, how, code, words) => {
    const { output, screen, modes, isNormal } = await end(how as never);
    expect(isNormal).toBe(true);
    expect(screen).toContain("before");
    expect(screen).toContain(code);
    if (words !== "") expect(output).toContain(words);
    expect(modes).toMatchObject({
      bracketedPasteMode: false,
      mouseTrackingMode: "none",
      sendFocusMode: false,
    });
    // cooked again: typed keys are shown and Enter ends a line
    expect(output).toMatch(/[^-]icanon/);
    expect(output).toMatch(/[^-]echo /);
    // cursor shown, kitty keys off
    expect(output.lastIndexOf("\x1b[?25h")).toBeGreaterThan(output.lastIndexOf("\x1b[?25l"));
    expect(output.match(/\x1b\[<u/g)?.length).toBe(output.match(/\x1b\[>1u/g)?.length);
  });
});

test.each([
  [{ COLORTERM: "truecolor", TERM: "xterm" }, "truecolor"],
  [{ TERM: "xterm-kitty" }, "truecolor"],
  [{ TERM: "xterm-256color" }, "256"],
  [{ TERM: "linux" }, "16"],
  [{ TERM: "dumb" }, "none"],
  [{ TERM: "xterm-kitty", NO_COLOR: "1" }, "none"],
] as const)("colours for %j: %s", (env, depth) => {
  expect(colourDepthFor(env)).toBe(depth);
});
