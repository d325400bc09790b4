import { expect, test } from "vitest";
import { glyphsFor } from "../../src/tui/glyphs.ts";
import { createTheme } from "../../src/tui/theme.ts";
import { statusParts } from "../../src/tui/view/status-line.ts";
import { modelFor } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

const CAPTION =
  "Your turn: C-b D delegates a task, C-b ! shows what needs you, C-b ? all keys, C-b d leaves.";

function line(cols: number, more: Parameters<typeof modelFor>[1] = {}): string {
  const model = modelFor(trioView(cols, 24, { caption: CAPTION }), more);
  return statusParts(model, createTheme("dark"), glyphsFor(false))
    .map((part) => part.text)
    .join("");
}

test("a caption that is too long for the line is cut at its end, not left out", () => {
  expect(line(80)).toMatch(/Your turn: C-b D delegates a task.*…/);
  expect(line(200)).toContain(CAPTION);
});

test("that the server is gone is said even beside a long caption", () => {
  const link = { kind: "lost", sinceMs: 0, attempt: 1, reason: "" } as const;
  expect(line(80, { link })).toContain("server gone");
});
