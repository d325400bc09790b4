import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import headless from "@xterm/headless";
import { build } from "esbuild";
import { spawn } from "node-pty";
import { createDetector, type Detection } from "../../src/domain/agent/detect.ts";
import { builtInProfile } from "../domain/agent/recorded-screen.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A demo agent in a real terminal, with the screen it draws and the records it writes. */
export interface DemoRig {
  write(bytes: string): void;
  resize(columns: number, rows: number): void;
  screen(): string[];
  detect(): Detection;
  records(): { kind: string; [field: string]: unknown }[];
  /** Statuses it sent by OSC 7501. */
  readonly statuses: string[];
  /** Waits until the fact holds; fails with the screen. */
  until(what: string, holds: () => boolean): Promise<void>;
  readonly exited: Promise<number>;
  readonly dir: string;
  close(): Promise<void>;
}

/** Bundles the program as the build does. */
export async function bundleDemoAgent(outdir: string): Promise<string> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/demo/agent.ts"],
    outfile: join(outdir, "demo-agent.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    logLevel: "error",
  });
  return join(outdir, "demo-agent.mjs");
}

export function openDemo(
  program: string,
  options: {
    env?: Record<string, string>;
    args?: string[];
    answerStatus?: boolean;
    columns?: number;
    rows?: number;
  } = {},
): DemoRig {
  const dir = mkdtempSync(join(tmpdir(), "demo-"));
  const log = join(dir, "log.jsonl");
  const columns = options.columns ?? 80;
  const rows = options.rows ?? 24;
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const statuses: string[] = [];
  const changed = new Set<() => void>();
  const pty = spawn(process.execPath, [program, ...(options.args ?? [])], {
    cols: columns,
    rows,
    cwd: dir,
    env: {
      PATH: process.env["PATH"],
      HOME: dir,
      TERM: "xterm-256color",
      IA_TMUX_DEMO_LOG: log,
      IA_TMUX_DEMO_PACE: "0",
      ...options.env,
    },
  });
  terminal.parser.registerOscHandler(7501, (data) => {
    if (data.startsWith("?")) {
      if (options.answerStatus !== false) pty.write("\u001b]7501;?\u001b\\");
    } else statuses.push(data);
    return true;
  });
  const subscription = pty.onData((data) =>
    terminal.write(data, () => changed.forEach((listener) => listener())),
  );
  const exited = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
  const detector = createDetector(builtInProfile("demo").detect);
  const line = (row: number) => terminal.buffer.active.getLine(terminal.buffer.active.baseY + row);

  const screen = () =>
    Array.from({ length: terminal.rows }, (_, row) => line(row)?.translateToString(true) ?? "");
  const records = () => {
    try {
      return readFileSync(log, "utf8")
        .split("\n")
        .filter((text) => text !== "")
        .map((text) => JSON.parse(text));
    } catch {
      return [];
    }
  };
  return {
    dir,
    statuses,
    exited,
    write: (bytes) => pty.write(bytes),
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      pty.resize(newColumns, newRows);
    },
    screen,
    detect: () =>
      detector.detect({
        lines: screen(),
        title: "",
        dimAt: (column, row) => (line(row)?.getCell(column)?.isDim() ?? 0) !== 0,
      }),
    records,
    async until(what, holds) {
      const giveUp = Date.now() + 30_000;
      while (!holds()) {
        if (Date.now() > giveUp)
          throw new Error(`never: ${what}\n${screen().join("\n")}\n${JSON.stringify(records())}`);
        // Records are written without output: look again soon, whether or not something was drawn.
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 50);
          changed.add(() => {
            clearTimeout(timer);
            resolve();
          });
        });
        changed.clear();
      }
    },
    async close() {
      subscription.dispose();
      pty.kill();
      await exited;
      terminal.dispose();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
