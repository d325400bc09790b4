import { describe, expect, test } from "vitest";
import type { WorkspaceView } from "../../src/protocol/views.ts";
import { textWidth } from "../../src/protocol/width.ts";
import { UNICODE_GLYPHS } from "../../src/tui/glyphs.ts";
import type { Model } from "../../src/tui/model.ts";
import { createTheme } from "../../src/tui/theme.ts";
import { statusParts } from "../../src/tui/view/status-line.ts";
import { keysTo } from "./support/keys.ts";
import { modelFor, session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

function lineOf(cols: number, view: Partial<WorkspaceView> = {}, more: Partial<Model> = {}) {
  const model = { ...modelFor(trioView(cols, 24, view), more), size: { cols, rows: 24 } };
  return statusParts(model, createTheme("dark"), UNICODE_GLYPHS);
}
const words = (parts: ReturnType<typeof lineOf>) => parts.map((part) => part.text.trim()).join(" | ");

describe("what has no room goes in order", () => {
  test.each([
    [200, ["shop", "1:main*", "needs you", "2 waiting", "3 locks", "tasks 2▸", "C-b ? help", "14:02"], []],
    [80, ["shop", "1:main*", "needs you", "✉2", "⚿3", "2▸ 1‖ 4✓", "C-b ?", "14:02"], ["help"]],
    [72, ["1:main*", "needs you", "✉2", "⚿3", "2▸", "C-b ?"], ["14:02"]],
    [60, ["1:main*", "needs you", "✉2", "⚿3"], ["14:02", "C-b ?", "2▸"]],
    [40, ["1:main*", "needs you"], ["14:02", "C-b ?", "⚿3"]],
  ] as const)("at %i columns", (cols, there, gone) => {
    const parts = lineOf(cols);
    for (const text of there) expect(words(parts)).toContain(text);
    for (const text of gone) expect(words(parts)).not.toContain(text);
    for (const part of parts) expect(part.x + textWidth(part.text)).toBeLessThanOrEqual(cols);
  });
});

test("what needs the human stays whatever the number of windows", () => {
  const view = trioView(80, 24);
  const windows = Array.from({ length: 20 }, (_, at) => ({
    ...view.windows[1]!,
    id: `@${at}`,
    index: at + 1,
    name: `window-${at}`,
    current: at === 3,
  }));
  expect(words(lineOf(80, { windows }))).toContain("needs you (C-b !)");
});

test("a bell in another window marks it", () => {
  const windows = trioView(80, 24).windows.map((window) => ({ ...window, bell: !window.current }));
  expect(words(lineOf(80, { windows }))).toContain("2:logs!+");
});

describe("the title of the focused program", () => {
  const titled = (cols: number, title: string, view: Partial<WorkspaceView> = {}) => {
    const base = trioView(cols, 24, view);
    const panes = base.panes.map((pane) => (pane.focused ? { ...pane, title } : pane));
    return words(lineOf(cols, { ...view, panes }));
  };
  const calm = { counts: { needsYou: 0, waiting: 2, locks: 0, tasks: { working: 0, waiting: 0, done: 0 } } };

  test("stands before the help, cut where it is long, and takes nothing's place", () => {
    expect(titled(80, "✳ Token refresh", calm)).toContain('| "✳ Token refresh" | C-b ? help | 14:02');
    expect(titled(80, "✳ Token refresh for the auth module of the shop", calm)).toMatch(
      /✉2( waiting)? \| "✳ Token refresh[^|]*…" \| C-b \? help \| 14:02/,
    );
    expect(titled(80, "✳ Token refresh")).toContain("| C-b ? | 14:02");
    expect(titled(80, "✳ Token refresh")).not.toContain("Token");
  });

  test("is left out when it only says what the window and the border say", () => {
    expect(titled(120, "✳ Claude Code", calm)).not.toContain("Claude");
  });

  test("cannot bring anything but text into the line", () => {
    expect(titled(120, "\x1b[31mred\x07", calm)).not.toMatch(/[\x00-\x1f]/);
  });
});

test("synchronized typing stands in the line, and a click there ends it", () => {
  const windows = trioView(80, 24).windows.map((window) => ({ ...window, synchronized: window.current }));
  const held = session({ ...modelFor(trioView(80, 24, { windows })) });
  const parts = lineOf(80, { windows });
  const sign = parts.find((part) => part.text.includes("ALL PANES"))!;
  const press = (kind: string) => `\x1b[<0;${sign.x + 2};24${kind}`;
  keysTo(held, press("M") + press("m"));
  expect(held.effects).toContainEqual(
    expect.objectContaining({ method: "window.synchronize", params: { on: false } }),
  );
});

test("a read-only client and a lost server are said", () => {
  expect(words(lineOf(120, {}, { readOnly: true }))).toContain("watching only");
  const link = { kind: "lost", sinceMs: 0, attempt: 1, reason: "" } as const;
  expect(words(lineOf(80, {}, { link }))).toContain("server gone, reconnecting");
});
