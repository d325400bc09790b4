// The user's settings while the server runs: read at the start, and again when the file changes.
import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Clock } from "../base/clock.ts";
import { RARE_CHECK } from "../base/check-mode.ts";
import { createEmitter, type Emitter } from "../base/emitter.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { loadSettings, settingsPath, type Settings, SettingsSchema } from "../config/settings.ts";
import type { ClientSettings, SettingsView } from "../protocol/views.ts";

/** Editors write a file in several steps: it is read when nothing has happened for so long. */
const SETTLE_MS = 150;

export interface LiveSettings {
  readonly path: string;
  current(): Settings;
  /** What is wrong with the file, in words; the settings before stay in force. Null: nothing. */
  problem(): string | null;
  /** Reads the file again. Says what is wrong instead of throwing. */
  reload(): string | null;
  /** After each reading of the file. */
  readonly changes: Pick<Emitter<void>, "on">;
}

export function createLiveSettings(configDir: string, clock: Clock, log: Logger): LiveSettings {
  const path = settingsPath(configDir);
  const changes = createEmitter<void>((thrown) => log.error("listener.failed", { error: messageOf(thrown) }));
  let settings: Settings = SettingsSchema.parse({}, RARE_CHECK);
  let problem: string | null = null;
  let followed: { readonly directory: string; readonly watcher: FSWatcher } | null = null;
  let pending: (() => void) | null = null;

  function read() {
    try {
      settings = loadSettings(configDir);
      problem = null;
    } catch (thrown) {
      problem = messageOf(thrown);
      log.warn("settings.bad", { error: problem });
    }
  }

  function reload(): string | null {
    pending?.();
    pending = null;
    follow();
    read();
    changes.emit();
    return problem;
  }

  /** The directory, because editors replace the file. While it is not there, the nearest one above it says when it comes. */
  function follow() {
    const directory = nearestDirectory(configDir);
    if (followed?.directory === directory) return;
    leave();
    try {
      const watcher = watch(directory, { persistent: false }, (_event, name) => {
        const isFile = directory === configDir && (name === null || name === basename(path));
        if (nearestDirectory(configDir) !== directory) leave();
        else if (!isFile) return;
        pending?.();
        pending = clock.after(SETTLE_MS, reload);
      });
      followed = { directory, watcher };
      watcher.on("error", (thrown) => {
        log.warn("settings.not-watched", { error: messageOf(thrown) });
        if (followed?.watcher === watcher) leave();
      });
    } catch (thrown) {
      log.warn("settings.not-watched", { error: messageOf(thrown) });
      return;
    }
    // It may have come, or gone, just before it was watched.
    follow();
  }

  function leave() {
    followed?.watcher.close();
    followed = null;
  }

  follow();
  read();
  return { path, current: () => settings, problem: () => problem, reload, changes };
}

function nearestDirectory(path: string): string {
  const isThere = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isThere || dirname(path) === path ? path : nearestDirectory(dirname(path));
}

export function settingsView(live: LiveSettings): SettingsView {
  return { path: live.path, settings: clientSettings(live.current()), problem: live.problem() };
}

/** The part of the settings that a screen needs. */
function clientSettings(settings: Settings): ClientSettings {
  const { prefix, keys, theme, status, statusLeft, statusRight, mouse, modeKeys, ascii } = settings;
  return { prefix, keys, theme, status, statusLeft, statusRight, mouse, modeKeys, ascii };
}
