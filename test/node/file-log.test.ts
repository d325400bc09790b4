import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFileLog, formatEvent } from "../../src/node/file-log.ts";

const clock = { nowMs: () => Date.UTC(2026, 0, 2) };
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "log-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

test("writes one JSON line an event into a file only the user can read", () => {
  const path = join(dir, "server.log");
  const log = createFileLog({ path, clock });
  log.info("pane started", { pane: "%1", pid: 42, missing: undefined });
  log.debug("not at this level");
  log.close();
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
    time: "2026-01-02T00:00:00.000Z",
    level: "info",
    event: "pane started",
    pane: "%1",
    pid: 42,
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("the level decides what is written", () => {
  for (const [level, lines] of [
    ["debug", 4],
    ["warn", 2],
    ["off", 0],
    ["nonsense", 3],
  ] as const) {
    const path = join(dir, `${level}.log`);
    writeFileSync(path, "");
    const log = createFileLog({ path, clock, level });
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    log.close();
    expect(readFileSync(path, "utf8").split("\n").length - 1, level).toBe(lines);
  }
});

test("keeps the last file when it grows past its bound, and no more than that", () => {
  const path = join(dir, "server.log");
  const log = createFileLog({ path, clock, maxBytes: 2000 });
  for (let number = 0; number < 100; number++) log.info("event", { number });
  log.close();
  expect(statSync(path).size).toBeLessThanOrEqual(2000);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(2000);
  expect(readFileSync(path, "utf8")).toContain('"number":99');
});

test("hides secrets and shows nothing a terminal would obey", () => {
  const line = formatEvent(0, "info", "x", {
    token: "abc",
    prompt: "do it",
    said: "\u001b[31m\u009b31m\u2028 key sk-abcdefghijklmnop 0123456789abcdef0123456789abcdef",
  });
  expect(line).not.toMatch(/abc"|do it|sk-abc|0123456789abcdef/);
  for (const character of line) expect(character.charCodeAt(0)).toBeGreaterThanOrEqual(32);
  expect(line).not.toMatch(/[\u007f-\u009f\u2028\u2029]/);
  expect(JSON.parse(line).said).toContain("\u001b[31m\u009b31m\u2028");
});

test("a log that cannot be written, or is a planted link, is silent", () => {
  const victim = join(dir, "victim");
  writeFileSync(victim, "precious");
  symlinkSync(victim, join(dir, "link.log"));
  for (const path of [join(dir, "no/such/dir.log"), dir, join(dir, "link.log")]) {
    const log = createFileLog({ path, clock });
    log.error("event");
    log.close();
  }
  expect(readFileSync(victim, "utf8")).toBe("precious");
});
