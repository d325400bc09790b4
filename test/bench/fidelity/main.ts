// Plays pages and recordings in a pane of the built program and of tmux, each on an outer terminal, and compares every cell
// with the same bytes in an emulator of the pane's size; then opens and closes popups over it and compares again. Prints
// JSON rows, one for each kind of program and each size. Bundled and started by fidelity.mjs.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "node-pty";
import { attributePage } from "../../terminal/attribute-page.ts";
import { createOuterTerminal, type OuterTerminal } from "../../terminal/outer-terminal.ts";

const [main = "", dir = "", recordings = "", ...flags] = process.argv.slice(2);
const quick = flags.includes("--quick");
const withTmux = !flags.includes("--no-tmux") && spawnSync("tmux", ["-V"]).status === 0;
const SIZES = [
  [80, 24],
  [120, 40],
  [200, 50],
] as const;
/** What the quick run plays beside the attribute page: one of each kind, short ones. */
const QUICK = new Set(["claude-dialog", "codex-psp", "htop", "kimi-psp"]);
/** Keys that open something over the pane; Escape closes each. */
const POPUPS = ["\x02?", "\x02t", "\x02i", "\x02:", "\x02w"] as const;
const QUIET_MS = 1_200;
/** No program needs longer to be drawn; what is still wrong then counts. */
const DRAWN_WITHIN_MS = 15_000;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly cols: number;
  readonly rows: number;
}
interface Session {
  readonly outer: OuterTerminal;
  readonly pane: Place;
  type(text: string): void;
  /** Nothing was drawn for a while, and nothing typed. */
  isQuiet(): boolean;
  settle(): Promise<void>;
  close(): void;
}

const cases = new Map<string, Uint8Array>([["attribute page", new TextEncoder().encode(attributePage())]]);
for (const name of readdirSync(recordings)
  .filter((one) => one.endsWith(".bin"))
  .sort())
  if (!quick || QUICK.has(name.replace(/\.bin$/, "")))
    cases.set(name.replace(/\.bin$/, ""), readFileSync(join(recordings, name)));

const play = join(dir, "play.sh");
// The screen stays as it is until a key comes.
writeFileSync(
  play,
  'stty raw -echo\ncat "$1"\ntouch "$1.done"\nhead -c 1 >/dev/null\nstty sane\nprintf \'\\033c\'\n',
);

interface Row {
  readonly what: string;
  wrong: number;
  of: number;
  tmuxWrong?: number;
  readonly bound: 0;
  /** By recording: ours, tmux's. */
  readonly cases: Record<string, { readonly wrong: number; readonly tmuxWrong?: number }>;
}
const rows = new Map<string, Row>();
for (const [cols, height] of SIZES) {
  const ours = await openOurs(cols, height);
  const theirs = withTmux ? await openTmux(cols, height) : undefined;
  try {
    for (const [name, bytes] of cases) {
      const shown = await wrongCells(ours, name, bytes, quick ? POPUPS.slice(0, 2) : POPUPS);
      const inTmux = theirs && (await wrongCells(theirs, name, bytes, []));
      note(name, `${cols} x ${height}`, shown.wrong, shown.of, inTmux?.wrong);
      note(name, `${cols} x ${height}, popups opened and closed`, shown.afterPopups, shown.of);
    }
  } finally {
    ours.close();
    theirs?.close();
  }
}
process.stdout.write(JSON.stringify([...rows.values()]));
process.exit(0);

function note(name: string, how: string, wrong: number, of: number, tmuxWrong?: number): void {
  const what = `${kindOf(name)}, ${how}`;
  const row: Row = rows.get(what) ?? { what, wrong: 0, of: 0, bound: 0, cases: {} };
  row.wrong += wrong;
  row.of += of;
  if (tmuxWrong !== undefined) row.tmuxWrong = (row.tmuxWrong ?? 0) + tmuxWrong;
  row.cases[name] = { wrong, ...(tmuxWrong === undefined ? {} : { tmuxWrong }) };
  rows.set(what, row);
}

/** The program that a recording is of: `claude-psp` is Claude's. */
function kindOf(name: string): string {
  const agent = /^(claude|codex|gemini|kimi)-/.exec(name)?.[1];
  if (agent === undefined) return name;
  const count = [...cases.keys()].filter((one) => one.startsWith(`${agent}-`)).length;
  return `${agent} (${count} recording${count === 1 ? "" : "s"})`;
}

async function wrongCells(session: Session, name: string, bytes: Uint8Array, popups: readonly string[]) {
  const file = join(dir, "played.bin");
  const whole = Buffer.concat([Buffer.from("\x1bc"), bytes, Buffer.from("\x1b\\\x1b[?2026l")]);
  writeFileSync(file, whole);
  rmSync(`${file}.done`, { force: true });
  session.type(`sh ${play} ${file}\r`);
  await until(() => existsSync(`${file}.done`));
  const ideal = createOuterTerminal(session.pane.cols, session.pane.rows);
  ideal.write(whole);
  const wrong = await settled(session, ideal, name);
  for (const keys of popups) {
    session.type(keys);
    // What is open covers something, or it was not there.
    await until(() => compare(session, ideal) > wrong);
    session.type("\x1b");
    await settled(session, ideal, `${name} after ${JSON.stringify(keys)}`);
  }
  const afterPopups = popups.length === 0 ? wrong : compare(session, ideal, `${name} after popups`);
  session.type("q");
  await until(() => session.outer.rowText(session.pane.y).includes("bench-prompt"));
  return { wrong, afterPopups, of: session.pane.cols * session.pane.rows };
}

/** Looks until nothing is wrong any more, or nothing has changed for a while. */
async function settled(session: Session, ideal: OuterTerminal, name: string): Promise<number> {
  const deadline = Date.now() + DRAWN_WITHIN_MS;
  while (compare(session, ideal) > 0 && Date.now() < deadline && !session.isQuiet()) await pause();
  return compare(session, ideal, name);
}

/** How many cells differ; with a name the first is told. */
function compare({ outer, pane }: Session, ideal: OuterTerminal, name?: string): number {
  let wrong = 0;
  for (let y = 0; y < pane.rows; y++)
    for (let x = 0; x < pane.cols; x++) {
      const [shown, wanted] = [outer.cell(pane.x + x, pane.y + y), ideal.cell(x, y)];
      if (shown === wanted) continue;
      if (wrong++ === 0 && name !== undefined)
        process.stderr.write(`${name}: (${x},${y}) shows ${shown} instead of ${wanted}\n`);
    }
  return wrong;
}

async function openOurs(cols: number, height: number): Promise<Session> {
  const place = freshPlace(`ours-${cols}`);
  const layout = join(place.dir, "one.yaml");
  writeFileSync(layout, "name: one\nwindows:\n  - { name: main, panes: [{ profile: shell }] }\n");
  const session = open([process.execPath, main, "open", "--layout", layout], place, cols, height);
  await until(() => session.text().includes("bench-prompt"));
  await session.settle();
  const cli = (...args: string[]) =>
    execFileSync(process.execPath, [main, ...args], { cwd: place.cwd, env: place.env, encoding: "utf8" });
  const [pane] = JSON.parse(cli("ls", "--json")) as { inner: Place }[];
  return {
    ...session,
    pane: pane?.inner as Place,
    close() {
      cli("down", "--yes");
      session.close();
    },
  };
}

async function openTmux(cols: number, height: number): Promise<Session> {
  const place = freshPlace(`tmux-${cols}`);
  const tmux = ["tmux", "-L", "bench", "-f", join(dir, "tmux.conf")];
  const session = open([...tmux, "new-session"], place, cols, height);
  await until(() => session.text().includes("bench-prompt"));
  await session.settle();
  return {
    ...session,
    pane: { x: 0, y: 0, cols, rows: height - 1 },
    close() {
      execFileSync("tmux", ["-L", "bench", "kill-server"], { cwd: place.cwd, env: place.env });
      session.close();
    },
  };
}

function open(command: readonly string[], place: ReturnType<typeof freshPlace>, cols: number, rows: number) {
  const outer = createOuterTerminal(cols, rows);
  const [file = "", ...args] = command;
  const pty = spawn(file, args, {
    cols,
    rows,
    cwd: place.cwd,
    env: place.env,
    encoding: null,
    name: "xterm-256color",
  });
  let lastMs = Date.now();
  pty.onData((data) => {
    lastMs = Date.now();
    outer.write(data as unknown as Uint8Array);
  });
  return {
    outer,
    text: () => Array.from({ length: rows }, (_, y) => outer.rowText(y)).join("\n"),
    type(text: string) {
      lastMs = Date.now();
      pty.write(text);
    },
    isQuiet: () => Date.now() - lastMs > QUIET_MS,
    async settle() {
      lastMs = Date.now();
      await until(() => Date.now() - lastMs > QUIET_MS / 4);
    },
    close: () => pty.kill(),
  };
}

function freshPlace(name: string) {
  const place = join(dir, name);
  for (const each of ["home", "work", "run", "state"])
    mkdirSync(join(place, each), { recursive: true, mode: 0o700 });
  // The hints of the first run would lie over the pane.
  writeFileSync(join(place, "state", "coach-ended"), "", { mode: 0o600 });
  execFileSync("git", ["init", "-q"], { cwd: join(place, "work") });
  return {
    dir: place,
    cwd: join(place, "work"),
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: join(place, "home"),
      IA_TMUX_STATE_DIR: join(place, "state"),
      IA_TMUX_RUNTIME_DIR: join(place, "run"),
      TMUX_TMPDIR: join(place, "run"),
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
      COLORTERM: "truecolor",
      SHELL: "/bin/sh",
      PS1: "bench-prompt> ",
      ENV: "",
    },
  };
}

async function until(condition: () => boolean, limitMs = 30_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("waited in vain");
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
