import headless from "@xterm/headless";
import { expect, test } from "vitest";
import { lineText, styleOf } from "../../src/terminal/line-text.ts";
import { openPublicCore } from "../../src/terminal/xterm-public.ts";

test("without the private names text, colours and flags still come, a turn later", async () => {
  const terminal = new headless.Terminal({ cols: 20, rows: 2, allowProposedApi: true, logLevel: "off" });
  const core = openPublicCore(terminal);
  core.onCsi({ final: "b" }, (params) => {
    params.params[0] = Math.min(params.params[0] ?? 0, 20);
    return false;
  });
  const parsed = new Promise<void>((resolve) => core.onDirty(() => resolve()));
  core.parse(new TextEncoder().encode("a\x1b[1;38;5;9me\u0301\x1b[0;48;2;1;2;3mz\x1b[2000000000b"));
  expect(core.isGround()).toBe(false);
  await parsed;
  expect(core.isGround()).toBe(true);
  const line = core.line(core.baseRow());
  expect(lineText(line)).toBe("ae\u0301z");
  expect(styleOf(line, 1)).toMatchObject({ bold: true, foreground: 0x2000009 });
  expect(styleOf(line, 2)).toMatchObject({ bold: false, background: 0x3010203 });
});
