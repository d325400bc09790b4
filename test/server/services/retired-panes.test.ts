// What a pane printed that was closed a moment ago: it can still be brought back.
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import type { PaneRecord } from "../../../src/domain/pane/pane.ts";
import { segmentFileName } from "../../../src/host/raw-log-files.ts";
import { createLookBack, type LookBackDeps } from "../../../src/server/look-back.ts";
import { createRawLogs } from "../../../src/server/raw-logs.ts";
import type { PaneDeps, PaneListeners } from "../../../src/server/services/pane-contract.ts";
import { createPaneService } from "../../../src/server/services/pane-service.ts";
import { builtInProfile } from "../../domain/agent/recorded-screen.ts";
import { testClock } from "../../support/host-process.ts";
import { createTestScreen } from "../../terminal/test-screen.ts";

const LOG = "1-ab";
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ia-retired-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Panes whose host only takes orders. */
function world() {
  const documents = new Map<string, PaneRecord>();
  const records = {
    all: () => [...documents.values()],
    insert: async (record: PaneRecord) => void documents.set(record.id, record),
    remove: async (id: string) => void documents.delete(id),
    async update(id: string, change: (record: PaneRecord) => PaneRecord) {
      const next = change(documents.get(id)!);
      documents.set(id, next);
      return next;
    },
  };
  const nothing = () => {};
  let output: (paneId: string, offset: number, bytes: Uint8Array) => void = nothing;
  const host = {
    onOutput: (listener: typeof output) => void (output = listener),
    onResized: nothing,
    onLost: nothing,
    onExit: nothing,
    ack: nothing,
    close: nothing,
    forget: nothing,
    spawn: async () => ({ pid: 7, logName: LOG }),
  };
  const profile = builtInProfile("shell");
  const program = { file: "sh", args: [], env: {}, cwd: "/", resumes: false, note: null };
  const panes = createPaneService(
    {
      clock: testClock,
      ids: { token: () => "token" },
      log: silentLogger,
      host,
      records,
      checkpoints: { remove: nothing },
      rawLogs: createRawLogs(dir, silentLogger),
      announce: nothing,
      nextLogicalTime: () => 1,
      createScreen: ({ cols, rows }: { cols: number; rows: number }) =>
        createTestScreen({ cols, rows }).screen,
      prepare: async () => program,
      profileOf: () => profile,
      places: { directoryOf: () => null, foregroundDirectory: () => null, isHere: () => true },
      logBytesMax: () => 1_000_000,
      userUmask: 0o022,
    } as unknown as PaneDeps,
    { output: nothing } as unknown as PaneListeners,
  );
  const request = { agent: null, command: null, name: null, title: null, cwd: "/", env: {}, by: "operator" };
  return {
    panes,
    print: (paneId: string, text: string) => output(paneId, 0, Buffer.from(text)),
    async open() {
      const { pane, stored } = panes.create({ ...request, profile, autoClaim: false });
      await stored;
      await panes.start(pane, 40, 6);
      return pane;
    },
  };
}

const segments = () => readdirSync(dir).filter((name) => name.endsWith(".raw"));
const shown = (screen: { rows: number; rowText(y: number): string }) =>
  Array.from({ length: screen.rows }, (_, y) => screen.rowText(y)).join("\n");

test("its log is there as long as it can come back, however long ago it was written", async () => {
  const { panes, open } = world();
  const pane = await open();
  const path = join(dir, segmentFileName(LOG, 0));
  writeFileSync(path, "earlier\r\n");
  utimesSync(path, 1, 1);
  const sweeps: (() => void)[] = [];
  const { rawLogAge } = createLookBack({
    panes,
    logDir: dir,
    settings: { current: () => ({ scrollbackDays: 30 }), changes: { on() {} } },
    clock: { ...testClock, after: (_delayMs: number, job: () => void) => (sweeps.push(job), () => {}) },
    log: silentLogger,
  } as unknown as LookBackDeps);
  const sweep = async () => {
    sweeps.at(-1)!();
    await rawLogAge.idle();
    return segments().length;
  };

  const closed = await panes.retire(pane.id);
  expect(await sweep()).toBe(1);
  const back = await panes.reopen(closed!);
  expect(await sweep()).toBe(1);
  expect(await panes.retire(back.id)).not.toBeNull();
  panes.forgetRetired(back.record);
  expect(await sweep()).toBe(0);
});

test("brought back at once it has all that it showed, though the disk does not have it yet", async () => {
  const { panes, print, open } = world();
  const pane = await open();
  print(pane.id, "the last words\r\n");
  const closed = await panes.retire(pane.id);
  const back = await panes.reopen(closed!);
  const revived = panes.revive(back, 40, 6);
  writeFileSync(join(dir, segmentFileName(LOG, 0)), "the last words\r\n");
  await revived;
  expect(shown(back.screen!)).toContain("the last words");
});
