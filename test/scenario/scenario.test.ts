import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { parseScenario } from "../../src/scenario/load.ts";
import { toJUnit, xml } from "../../src/scenario/report.ts";
import { makeDelivery, makeLock, makeMessage, makePane, makeTask } from "../cli/records.ts";
import { fakeServer, run, type FakeServer, type Script } from "../cli/rig.ts";

const FULL = `
name: one delegation
layout: pair
deadline: 2m
steps:
  - type: { pane: claude, text: "hello" }
  - keys: { pane: claude, keys: [C-c] }
  - delegate: { to: kimi, text: do it, as: relay }
  - send: { to: kimi, body: hi }
  - lock: { path: src/a.ts, reason: mine }
  - expect: { lock: src/a.ts, holder: kimi }
    within: 10s
  - expect: { agent: kimi, state: idle }
    within: 5s
  - expect: { task: $relay, status: completed }
  - expect: { delivery: $relay, state: confirmed }
  - expect: { screen: { pane: kimi, text: done } }
  - expect: { screen: { pane: kimi, regex: "^do(ne|ing)$" } }
    within: 10s
  - unlock: { path: src/a.ts }
  - run: { command: [sh, -c, "echo out; exit 3"], exit: 3, contains: out }
  - wait: 1ms
`;

let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), "scenario-"))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function works(): Script {
  let looks = 0;
  const screen = (lines: string[]) => ({
    paneId: "%2",
    lines,
    cols: 80,
    rows: 24,
    cursor: { x: 0, y: 0, visible: true },
    title: "",
  });
  return {
    "client.attach": () => ({ clientId: "c1", view: {} as never, settings: {} as never, coach: false }),
    "client.detach": () => ({}),
    "pane.send-keys": () => ({}),
    "task.delegate": () => ({ task: makeTask(), delivery: makeDelivery(), outlook: "goes now" }),
    "message.send": () => makeMessage(),
    "lock.acquire": () => makeLock(),
    "lock.list": () => [makeLock()],
    "lock.release": () => ({ released: true, label: "src/a.ts" }),
    "wait.for": () => ({}),
    "pane.list": () => [makePane()],
    "pane.capture": () => screen(looks++ < 2 ? ["working"] : ["$ do", "done   "]),
  };
}

async function runFile(source: string, script: Script, ...extra: string[]) {
  const path = join(dir, "scenario.yaml");
  writeFileSync(path, source);
  server = await fakeServer(script);
  return run(["run", path, ...extra], { server, cwd: dir });
}

describe("a scenario", () => {
  test("runs its steps in order and ends 0", async () => {
    const { exitCode, stdout, stderr } = await runFile(FULL, works());
    expect(stderr).not.toContain("FAIL");
    expect(stdout).toContain("one delegation: 15 steps");
    expect(exitCode).toBe(0);
    const asked = server?.calls.filter((call) => call.method === "wait.for").map((call) => call.params);
    expect(asked).toMatchObject([
      { agent: "kimi", state: "idle", timeoutMs: 5_000 },
      { task: "task-7f31", status: "completed" },
      { delivery: "dlv-1", state: "confirmed" },
      { pane: "kimi", screen: "done" },
    ]);
    const typed = server?.calls.filter((call) => call.method === "pane.send-keys").map((call) => call.params);
    expect(typed).toMatchObject([
      { target: "claude", keys: ["hello"], literal: true },
      { keys: ["Enter"], literal: false },
      { keys: ["C-c"] },
    ]);
  });

  test("stops at the step that fails, names it, and shows every screen at that moment", async () => {
    const script: Script = {
      ...works(),
      "wait.for": () => {
        throw new AppError("timeout", "kimi is working, not idle");
      },
    };
    const { exitCode, stdout } = await runFile(FULL, script);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("step 8 failed: expect kimi idle");
    expect(stdout).toContain("kimi is working, not idle");
    expect(stdout).toContain("--- %2 kimi");
    expect(server?.calls.some((call) => call.method === "lock.release")).toBe(false);
  });

  test("reports as JSON and as JUnit from the same run", async () => {
    const source =
      'name: "a <b> & \\u001b"\nsteps:\n  - wait: 1ms\n  - run: { command: [sh, -c, "echo \'<oops>\'; exit 1"] }\n  - wait: 1ms\n';
    const { exitCode, stdout } = await runFile(source, works(), "--json", "--junit", "junit.xml");
    expect(exitCode).toBe(1);
    const report = JSON.parse(stdout) as {
      steps: { ok: boolean }[];
      failure: { message: string; screens: unknown[] };
    };
    expect(report.steps.map((step) => step.ok)).toEqual([true, false]);
    expect(report.failure.message).toContain("ended with 1, not 0");
    expect(report.failure.screens).toHaveLength(1);
    const junit = readFileSync(join(dir, "junit.xml"), "utf8");
    expect(junit).toContain('tests="3" failures="1" skipped="1"');
    expect(junit).toContain("a &lt;b&gt; &amp; \ufffd");
    expect(junit).toContain("&lt;oops&gt;");
    expect(junit).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });

  test("ends when its own deadline is over, whatever its steps would still wait for", async () => {
    const { exitCode, stdout } = await runFile(
      "name: x\ndeadline: 500ms\nsteps:\n  - wait: 10s\n  - wait: 1ms\n",
      works(),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain("step 2 failed");
    expect(stdout).toContain("deadline is over");
  });

  test("kills a command that does not end", async () => {
    const { stdout } = await runFile(
      'name: x\nsteps:\n  - run: { command: [sleep, "30"], timeout: 100ms }\n',
      works(),
    );
    expect(stdout).toContain("sleep did not end in time");
  });

  test("names a reference that no step made", async () => {
    const { stdout } = await runFile(
      "name: x\nsteps:\n  - expect: { task: $nothing, status: completed }\n",
      works(),
    );
    expect(stdout).toContain("no earlier step has `as: nothing`");
  });
});

describe("a scenario file that is wrong", () => {
  test.each([
    ["a syntax error", "name: [x", /scenario\.yaml:\d+:\d+/],
    ["no steps", "name: x\n", /steps/],
    ["an unknown key", "name: x\nsteps:\n  - tipe: { pane: a, text: b }\n", /scenario\.yaml:3:5.*"tipe"/],
    [
      "a wrong state",
      "name: x\nsteps:\n  - expect: { agent: kimi, state: lazy }\n",
      /scenario\.yaml:3:\d+.*lazy/,
    ],
    ["a duplicate key", "name: x\nname: y\nsteps: []\n", /duplicate/i],
    ["a wrong duration", "name: x\nsteps:\n  - wait: soon\n", /scenario\.yaml:3:\d+/],
  ])("with %s is refused at its place", async (_, source, pattern) => {
    const { exitCode, stderr } = await runFile(source, {});
    expect(exitCode).toBe(78);
    expect(stderr).toMatch(pattern);
    expect(server?.calls).toEqual([]);
  });

  test("nothing of an alias bomb is expanded", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh"
      .split("")
      .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[at]}`).join(",")}]`)
      .join("\n")}\n`;
    expect(() => parseScenario(bomb, "bomb.yaml")).toThrow(/alias/i);
  });
});

test("a report without failures is a JUnit suite without failures", () => {
  const step = { index: 0, name: "a", ok: true, ms: 12, error: null };
  const report = { name: "n", ok: true, ms: 1_500, steps: [step], failure: null };
  expect(toJUnit(report, ["a"])).toContain(
    '<testsuite name="n" tests="1" failures="0" skipped="0" time="1.500">',
  );
  expect(xml('a"<\u0000\ud800')).toBe("a&quot;&lt;\ufffd\ufffd");
});
