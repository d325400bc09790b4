// A screen that is brought back while its pane prints on.
import { expect, test } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import type { HostPane } from "../../../src/protocol/host-frames.ts";
import type { RawLog } from "../../../src/server/raw-log.ts";
import { createPaneHistory, type PaneHistoryDeps } from "../../../src/server/services/pane-history.ts";
import type { PaneRuntime } from "../../../src/server/services/pane-runtime.ts";
import type { Screen } from "../../../src/terminal/screen.ts";
import { testClock } from "../../support/host-process.ts";
import { fakePane } from "../fake-pane.ts";

const lines = (from: number, to: number) =>
  Buffer.from(Array.from({ length: to - from }, (_, index) => `line ${from + index}\r\n`).join(""));

function logOf(bytes: Buffer): RawLog {
  return {
    start: 0,
    end: bytes.length,
    sizes: [],
    gaps: [],
    read: async (offset, most) => ({ offset, bytes: bytes.subarray(offset, offset + most) }),
  };
}

test("has what left the host's memory meanwhile, though the disk takes it late", async () => {
  const [atStart, all] = [lines(0, 100), lines(0, 200)];
  const { pane } = fakePane();
  pane.record = { ...pane.record, logName: "log" };
  const logs = [atStart, atStart, atStart, all];
  const warnings: unknown[] = [];
  const history = createPaneHistory({
    host: { resume: async () => all.length },
    rawLogs: { open: async () => logOf(logs.length > 1 ? logs.shift()! : logs[0]!) },
    checkpoints: { read: () => null },
    clock: testClock,
    log: { ...silentLogger, warn: (...about: unknown[]) => void warnings.push(about) },
    slices: { hold() {}, release() {} },
    listeners: { output() {} },
    parse: (_pane: PaneRuntime, screen: Screen, _offset: number, bytes: Uint8Array) => screen.write(bytes),
  } as unknown as PaneHistoryDeps);
  const live = { logName: "log", oldestOffset: 10 } as unknown as HostPane;
  await history.rejoin(pane, pane.screen!, live, 1);
  expect(warnings).toEqual([]);
  expect(pane.screen!.rowText(pane.screen!.cursor().y - 1)).toBe("line 199");
});
