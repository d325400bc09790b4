// A pane with a real screen and a real profile, and no program behind it.
import type { PaneRuntime } from "../../src/server/services/pane-runtime.ts";
import { builtInProfile } from "../domain/agent/recorded-screen.ts";
import { createTestScreen } from "../terminal/test-screen.ts";

export function fakePane(
  options: { id?: string; number?: number; profile?: string; agent?: string | null; nowMs?: number } = {},
) {
  const test = createTestScreen();
  const nowMs = options.nowMs ?? 1_800_000_000_000;
  const pane = {
    id: options.id ?? "%1",
    number: options.number ?? 1,
    record: { agent: options.agent === undefined ? "ben" : options.agent, message: null },
    profile: builtInProfile(options.profile ?? "demo"),
    screen: test.screen,
    pid: 7,
    dead: null,
    offset: 0,
    startedAtMs: nowMs,
    lastOutputMs: nowMs,
    lastHumanKeyMs: 0,
    heldInput: null,
    heldBytes: 0,
    copyModeClients: new Set<string>(),
    recording: null,
    bell: false,
    activity: false,
  } as unknown as PaneRuntime;
  return {
    pane,
    /** Shows these rows from the top of a fresh screen. */
    show: (rows: readonly string[]) => test.type(`\x1b[2J\x1b[H${rows.join("\r\n")}`),
  };
}

const LINE = "─".repeat(58);
export const IDLE = [`╭${LINE}╮`, `│ > ${" ".repeat(55)}│`, `╰${LINE}╯`, "  enter send"];
export const DIALOG = [
  `╭${LINE}╮`,
  `│ Do you want to run this command?${" ".repeat(25)}│`,
  `│   $ make deploy${" ".repeat(42)}│`,
  `│ ❯ 1. Yes${" ".repeat(49)}│`,
  `│   2. No${" ".repeat(50)}│`,
  `╰${LINE}╯`,
  "  enter confirm · y/n · esc reject",
];
