/** A screen whose clock and events the test holds. */
import type { ProgramStatus } from "../../src/terminal/program-status.ts";
import type { Screen, ScreenOptions } from "../../src/terminal/screen.ts";
import { createXtermScreen } from "../../src/terminal/xterm-screen.ts";

export interface TestScreen {
  readonly screen: Screen;
  readonly clock: { advance(ms: number): void };
  readonly replies: string[];
  readonly titles: string[];
  readonly statuses: ProgramStatus[];
  readonly clipboards: { kind: string; text: string }[];
  readonly notifications: string[];
  readonly directories: string[];
  bells: number;
  type(text: string): void;
}

export function createTestScreen(options: Partial<ScreenOptions> = {}): TestScreen {
  let nowMs = 1_000;
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const seen: Omit<TestScreen, "screen" | "clock" | "type"> = {
    replies: [],
    titles: [],
    statuses: [],
    clipboards: [],
    notifications: [],
    directories: [],
    bells: 0,
  };
  const test = seen as TestScreen & { bells: number };
  const screen = createXtermScreen({
    cols: 80,
    rows: 24,
    now: () => nowMs,
    onReply: (bytes) => test.replies.push(decoder.decode(bytes)),
    onTitle: (title) => test.titles.push(title),
    onBell: () => test.bells++,
    onStatus: (status) => test.statuses.push(status),
    onClipboard: (kind, text) => test.clipboards.push({ kind, text }),
    onNotification: (text) => test.notifications.push(text),
    onWorkingDirectory: (path) => test.directories.push(path),
    ...options,
  });
  return Object.assign(test, {
    screen,
    clock: { advance: (ms: number) => void (nowMs += ms) },
    type: (text: string) => screen.write(encoder.encode(text)),
  });
}
