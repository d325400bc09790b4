// The services of looking back, with the screens and logs that they need.
import { createXtermScreen } from "../terminal/xterm-screen.ts";
import { openRawLog } from "./raw-log.ts";
import { createBufferService } from "./services/buffer-service.ts";
import type { PaneService } from "./services/pane-service.ts";
import { createSearchService } from "./services/search-service.ts";

/** Old output is looked at: what it asks is not answered, what it tells was told. */
const SILENT = {
  onReply() {},
  onTitle() {},
  onBell() {},
  onStatus() {},
  onClipboard() {},
  onNotification() {},
};

/** `logDir`: where the raw logs are. */
export function createLookBack(panes: PaneService, logDir: string, nowMs: () => number) {
  return {
    buffers: createBufferService(nowMs),
    search: createSearchService({
      panes: panes.all,
      openLog: (logName) => openRawLog(logDir, logName),
      openScreen: (cols, rows, scrollbackLines) =>
        createXtermScreen({ ...SILENT, cols, rows, scrollbackLines, now: () => performance.now() }),
    }),
  };
}
