// The services of looking back, with the screens and logs that they need.
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { createXtermScreen } from "../terminal/xterm-screen.ts";
import type { LiveSettings } from "./live-settings.ts";
import { openRawLog } from "./raw-log.ts";
import { createRawLogAge } from "./raw-log-age.ts";
import { createBufferService } from "./services/buffer-service.ts";
import type { PaneService } from "./services/pane-service.ts";
import { createScrollbackService } from "./services/scrollback-service.ts";
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

export interface LookBackDeps {
  readonly panes: PaneService;
  /** Where the raw logs are. */
  readonly logDir: string;
  readonly settings: LiveSettings;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createLookBack({ panes, logDir, settings, clock, log }: LookBackDeps) {
  const rawLogAge = createRawLogAge({
    directory: logDir,
    clock,
    log,
    days: () => settings.current().scrollbackDays,
    logNames: panes.logNames,
  });
  settings.changes.on(rawLogAge.settingsRead);
  const old = {
    openLog: (logName: string) => openRawLog(logDir, logName),
    openScreen: (cols: number, rows: number, scrollbackLines: number) =>
      createXtermScreen({ ...SILENT, cols, rows, scrollbackLines, now: () => performance.now() }),
  };
  return {
    rawLogAge,
    buffers: createBufferService(() => clock.nowMs()),
    search: createSearchService({ panes: panes.all, ...old }),
    scrollback: createScrollbackService(old),
  };
}
