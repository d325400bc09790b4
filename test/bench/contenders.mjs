// The programs that are measured, each opened in the same way: two shells side by side in 200 x 50, the left one first.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openOuterTerminal } from "./outer-terminal.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const PROMPT = "bench-prompt> ";
/** What a user of a modern terminal sets so that tmux shows everything it can. */
const TMUX_CONFIG = `set -g default-command "exec /bin/sh -i"
set -g default-terminal tmux-256color
set -as terminal-features ",xterm-256color:RGB:usstyle:overline:strikethrough:hyperlinks:sync"
set -g history-limit 2000
`;
const TWO_SHELLS = `name: bench
windows:
  - name: main
    split: right
    panes:
      - { profile: shell }
      - { profile: shell }
`;

/** A directory of the benchmark's own, with a copy of the built program: a build meanwhile changes nothing. */
export function createWorkshop() {
  const dir = mkdtempSync(join(tmpdir(), "iab-"));
  const program = join(dir, "program");
  mkdirSync(program);
  for (const name of ["dist", "profiles", "layouts", "package.json"])
    cpSync(join(root, name), join(program, name), { recursive: true, filter: (path) => !path.endsWith(".cache") });
  symlinkSync(join(root, "node_modules"), join(program, "node_modules"));
  writeFileSync(join(dir, "tmux.conf"), TMUX_CONFIG);
  writeFileSync(join(dir, "two.yaml"), TWO_SHELLS);
  let count = 0;
  return {
    dir,
    main: join(program, "dist", "main.js"),
    tmuxConfig: join(dir, "tmux.conf"),
    twoShells: join(dir, "two.yaml"),
    /** A fresh project and home. */
    freshPlace() {
      const place = join(dir, `p${++count}`);
      mkdirSync(join(place, "home"), { recursive: true });
      mkdirSync(join(place, "work"));
      mkdirSync(join(place, "run"), { mode: 0o700 });
      spawnSync("git", ["init", "-q"], { cwd: join(place, "work") });
      return { cwd: join(place, "work"), env: environment(place), dir: place };
    },
    /** Ends what a failed measurement left running, then takes everything away. */
    remove() {
      for (let at = 1; at <= count; at++) {
        const place = join(dir, `p${at}`);
        const sockets = [
          [[process.execPath, join(program, "dist", "main.js"), "down", "--yes"], join(place, "run", "server.sock")],
          [["tmux", "-L", "bench", "kill-server"], join(place, "run", `tmux-${process.getuid()}`, "bench")],
        ];
        for (const [[file, ...args], socket] of sockets)
          if (existsSync(socket)) spawnSync(file, args, { cwd: join(place, "work"), env: environment(place) });
      }
      rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

function environment(place) {
  return {
    PATH: process.env.PATH,
    HOME: join(place, "home"),
    XDG_RUNTIME_DIR: join(place, "run"),
    IA_TMUX_STATE_DIR: join(place, "state"),
    IA_TMUX_RUNTIME_DIR: join(place, "run"),
    TMUX_TMPDIR: join(place, "run"),
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    COLORTERM: "truecolor",
    SHELL: "/bin/sh",
    PS1: PROMPT,
    ENV: "",
  };
}

export const hasTmux = spawnSync("tmux", ["-V"]).status === 0;
export const tmuxVersion = hasTmux ? execFileSync("tmux", ["-V"], { encoding: "utf8" }).trim() : "not installed";

/** @returns contenders by name; tmux only where it is installed */
export function contenders(workshop) {
  const all = { "ia-tmux": () => openIaTmux(workshop) };
  if (hasTmux) all.tmux = () => openTmux(workshop);
  return all;
}

/** `layout` is a file; opened with the first pane in hand. */
export async function openIaTmux(workshop, layout = workshop.twoShells) {
  const place = workshop.freshPlace();
  const { cwd, env } = place;
  const outer = openOuterTerminal({
    command: [process.execPath, workshop.main, "open", "--layout", layout],
    cwd,
    env,
  });
  const { sinceStartMs } = await outer.expect(PROMPT.trimEnd(), 20_000);
  await outer.idle(600);
  const cli = (...args) =>
    execFileSync(process.execPath, [workshop.main, ...args], { cwd, env, encoding: "utf8" });
  const info = JSON.parse(cli("server", "status", "--json"));
  const client = (await outer.bytes()).pid;
  return {
    outer,
    place,
    cli,
    startedMs: sinceStartMs,
    commands: { attach: [process.execPath, workshop.main, "attach"], list: [process.execPath, workshop.main, "ls"] },
    pids: { server: info.pid, host: info.hostPid, client },
    nextPane: () => outer.send("\x02o"),
    async close() {
      try {
        cli("down", "--yes");
      } catch {
        // it was down already
      }
      await outer.end();
      await gone([info.pid, info.hostPid]);
    },
  };
}

/** `layout` is what follows `new-session`, in tmux's words; the first pane has to be in hand at its end. */
export async function openTmux(workshop, layout = ["split-window", "-h", ";", "select-pane", "-L"]) {
  const place = workshop.freshPlace();
  const { cwd, env } = place;
  const tmux = ["tmux", "-L", "bench", "-f", workshop.tmuxConfig];
  const outer = openOuterTerminal({ command: [...tmux, "new-session", ";", ...layout], cwd, env });
  const { sinceStartMs } = await outer.expect(PROMPT.trimEnd(), 10_000);
  await outer.idle(600);
  const cli = (...args) => execFileSync(tmux[0], [...tmux.slice(1), ...args], { cwd, env, encoding: "utf8" });
  const server = Number(cli("display-message", "-p", "#{pid}"));
  return {
    outer,
    place,
    cli,
    startedMs: sinceStartMs,
    commands: { attach: [...tmux, "attach"], list: [...tmux, "list-panes"] },
    pids: { server, client: (await outer.bytes()).pid },
    nextPane: () => outer.send("\x02o"),
    async close() {
      try {
        cli("kill-server");
      } catch {
        // it was down already
      }
      await outer.end();
      await gone([server]);
    },
  };
}

/** No multiplexer: the shell right on the terminal. */
export async function openRaw(workshop) {
  const place = workshop.freshPlace();
  const outer = openOuterTerminal({ command: ["/bin/sh", "-i"], cwd: place.cwd, env: place.env });
  await outer.expect(PROMPT.trimEnd());
  return { outer, place, pids: {}, nextPane: async () => {}, close: () => outer.end() };
}

async function gone(pids) {
  for (let round = 0; round < 500 && pids.some(isAlive); round++)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

function isAlive(pid) {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Processor seconds of a process so far. */
export function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

/** Resident memory of a process in MB. */
export function residentMb(pid) {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return match ? Number(match[1]) / 1024 : Number.NaN;
}
