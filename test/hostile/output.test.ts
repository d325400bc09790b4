// A program prints what it likes in its pane: the other panes, the server and the user's own terminal do not notice.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";
import { HOSTILE_OUTPUT, SECRET, SOBER } from "./corpus.ts";
import type { TuiProcess } from "../support/tui-process.ts";

const PRINTER = join(import.meta.dirname, "printer.mjs");
const LAYOUT = `name: rig
windows:
  - name: main
    split: right
    panes:
      - command: [node, ${JSON.stringify(PRINTER)}]
      - command: [cat]
`;
const RSS_GROWTH_MAX_MB = 150;

let workspace: Workspace;
let tui: TuiProcess;
let printed = 0;
let marks = 0;
let slowestEchoMs = 0;

beforeAll(async () => {
  workspace = await openWorkspace({ layout: LAYOUT });
  tui = workspace.attachTui({ cols: 120, rows: 40 });
  await tui.shows("the printer is ready");
});
afterAll(async () => {
  process.stdout.write(`the slowest echo beside hostile output took ${Math.round(slowestEchoMs)} ms\n`);
  await workspace.close();
});

const rssMb = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
const textOf = (target: string) =>
  workspace.withServer(async (server) => (await server.call("pane.capture", { target })).lines.join("\n"));

/** Hands bytes to the printer. */
function begin(bytes: Buffer): string {
  printed += 1;
  const file = join(workspace.project, `next-${printed}`);
  writeFileSync(`${file}.part`, bytes);
  renameSync(`${file}.part`, file);
  return join(workspace.project, `done-${printed}`);
}

async function answersIn(file: string): Promise<string> {
  await eventually("everything was printed", () => existsSync(file), { timeoutMs: 60_000 });
  return readFileSync(file, "latin1");
}

/** Types into the quiet pane and waits for what it shows. */
async function otherPaneAnswers(): Promise<void> {
  marks += 1;
  const mark = `mark ${marks}.`;
  const startedMs = performance.now();
  await workspace.withServer(async (server) => {
    await server.call("pane.send-keys", { target: "%2", keys: [`\r${mark}\r`], literal: true });
    await eventually("the other pane answers", async () =>
      (await server.call("pane.capture", { target: "%2" })).lines.some((line) => line.includes(mark)),
    );
  });
  slowestEchoMs = Math.max(slowestEchoMs, performance.now() - startedMs);
}

describe("whatever a program prints", () => {
  test.each(HOSTILE_OUTPUT)("$name: the other panes go on", async ({ bytes, answersMax }) => {
    const pid = await workspace.serverPid();
    const before = rssMb(pid);
    const done = begin(bytes);
    await otherPaneAnswers();
    const answers = await answersIn(done);
    if (answersMax !== undefined) expect(answers.length).toBeLessThanOrEqual(answersMax);
    expect(answers).not.toContain(SECRET);
    expect(await workspace.serverPid()).toBe(pid);
    await answersIn(begin(Buffer.from(`${SOBER}sober ${printed}.`)));
    const at = printed - 1;
    await eventually("the pane shows what is printed next", async () =>
      (await textOf("%1")).includes(`sober ${at}.`),
    );
    await tui.shows(`sober ${at}.`);
    expect(rssMb(pid) - before).toBeLessThan(RSS_GROWTH_MAX_MB);
  });

  test("60: a frame that is never closed is shown all the same", async () => {
    begin(Buffer.from(`${SOBER}\x1b[?2026hnever closed`));
    await tui.shows("never closed");
    await answersIn(begin(Buffer.from(SOBER)));
  });

  test("58: a pane whose program does not read holds up nobody, and takes no more than a bounded queue", async () => {
    const pid = await workspace.serverPid();
    const printer = await workspace.withServer(
      async (server) => (await server.call("pane.list", {})).find((pane) => pane.id === "%1")?.pid ?? 0,
    );
    const before = rssMb(pid);
    process.kill(printer, "SIGSTOP");
    await workspace.withServer(async (server) => {
      for (let sent = 0; sent < 64; sent++)
        await server
          .call("pane.send-keys", { target: "%1", keys: ["k".repeat(60_000)], literal: true })
          .catch(() => {});
    });
    await otherPaneAnswers();
    expect(rssMb(pid) - before).toBeLessThan(RSS_GROWTH_MAX_MB);
    process.kill(printer, "SIGCONT");
    await answersIn(begin(Buffer.from(SOBER)));
  });

  test("59: a line of 6,000 bytes for a program that reads lines holds up nobody, and the program goes on", async () => {
    await workspace.withServer((server) =>
      server.call("pane.send-keys", { target: "%2", keys: ["x".repeat(6_000)], literal: true }),
    );
    await answersIn(begin(Buffer.from(`${SOBER}beside the long line`)));
    await tui.shows("beside the long line");
    await otherPaneAnswers();
  });

  test("nothing of it came out of the user's terminal but cells, and its modes are off after the detach", async () => {
    tui.press("\x02d");
    expect((await tui.exited).exitCode).toBe(0);
    const output = tui.output();
    // oxlint-disable-next-line no-control-regex
    const strings = output.match(/\x1b[\]P_^X][^\x07\x1b]*/g) ?? [];
    const foreign = strings.filter(
      (string) =>
        !/^\x1b\](?:1[0-2];\?|8;;(?:https?:[\x21-\x7e]*)?|[02];[^\x00-\x1f\x7f-\x9f]{0,80})$/u.test(string),
    );
    expect([...new Set(foreign)]).toEqual([]);
    expect(strings.filter((string) => /^\x1b\]8;;./.test(string))).toEqual([]);
    expect(output).not.toMatch(/[\x80-\x9f]|\x1b\[5i|\x1b\[8;\d+;\d+t|\x1bc|\x1b\[\?3h|\x1b#8/);
    for (const mode of new Set([...output.matchAll(/\x1b\[\?(\d+)h/g)].map(([, mode]) => mode))) {
      if (mode === "25") continue;
      expect(output.lastIndexOf(`\x1b[?${mode}l`)).toBeGreaterThan(output.lastIndexOf(`\x1b[?${mode}h`));
    }
    expect(output.lastIndexOf("\x1b[?25h")).toBeGreaterThan(output.lastIndexOf("\x1b[?25l"));
  });
});
