/** A pane's screen on @xterm/headless: guards before the parser, our own answers, events for the server. */
import { isPlainText } from "../domain/text/plain-text.ts";
import { sanitiseLine } from "../protocol/width.ts";
import { createKittyKeyboard } from "./kitty-keyboard.ts";
import { lineAnsi, lineText, screenText, styleOf } from "./line-text.ts";
import { parseProgramStatus } from "./program-status.ts";
import {
  DEFAULT_THEME,
  MAX_REPLY_BYTES_PER_SECOND,
  type PaneModes,
  type RowRange,
  type Screen,
  type ScreenOptions,
} from "./screen.ts";
import {
  answerQueries,
  answerStatusQuery,
  COLOUR_SCHEME_MODE,
  isAlternate,
  schemeNotice,
} from "./terminal-queries.ts";
import { type CsiParams, openXtermCore } from "./xterm-core.ts";

const DEFAULT_SCROLLBACK_LINES = 2_000;
const MAX_TITLE_LENGTH = 200;
/** A program that began a frame and never ends it is painted anyway. */
const SYNCHRONIZED_LIMIT_MS = 150;
/** A string sequence that nobody ends is given up. */
const STRING_LIMIT_MS = 5_000;
const MIN_COLS = 2;
const MAX_SIZE = 1_000;
const ESC = 0x1b;
/** Longer output is not looked through for what could change a mode. */
const SHORT_BYTES = 64;

export function createXtermScreen(options: ScreenOptions): Screen {
  const { now } = options;
  const theme = () => options.theme?.() ?? DEFAULT_THEME;
  const core = openXtermCore({
    cols: clampSize(options.cols, MIN_COLS),
    rows: clampSize(options.rows, 1),
    scrollbackLines: options.scrollbackLines ?? DEFAULT_SCROLLBACK_LINES,
  });
  const { terminal } = core;
  const kitty = createKittyKeyboard();
  const encoder = new TextEncoder();
  const readers = new Set<{ y0: number; y1: number }>();
  let title = "";
  let shape = 0;
  let cursorVisible = true;
  let mouseSgr = false;
  let wantsScheme = false;
  let modifyOtherKeys = 0;
  let synchronizedSinceMs = 0;
  let stringSinceMs: number | undefined;
  /** As long as nothing but text came: each echo asks for them several times, and the emulator makes them anew. */
  let knownModes: PaneModes | null = null;
  /** Output is being parsed that can change them: who hears of a title in the middle of it may ask for them. */
  let modesCanChange = false;
  let droppedReplyBytes = 0;
  let replyAllowance = MAX_REPLY_BYTES_PER_SECOND;
  let replyAtMs = now();

  const markRows = (y0: number, y1: number) => {
    for (const reader of readers) {
      if (y0 < reader.y0) reader.y0 = y0;
      if (y1 > reader.y1) reader.y1 = y1;
    }
  };
  core.onDirty((range) =>
    range === null ? markRows(0, terminal.rows - 1) : markRows(range.start, range.end),
  );

  const reply = (text: string) => {
    const bytes = encoder.encode(text);
    const nowMs = now();
    const earned = ((nowMs - replyAtMs) * MAX_REPLY_BYTES_PER_SECOND) / 1_000;
    replyAllowance = Math.min(MAX_REPLY_BYTES_PER_SECOND, replyAllowance + earned);
    replyAtMs = nowMs;
    if (bytes.length > replyAllowance) {
      droppedReplyBytes += bytes.length;
      return;
    }
    replyAllowance -= bytes.length;
    options.onReply(bytes);
  };
  terminal.onData(reply);
  terminal.onBell(() => options.onBell());
  terminal.onTitleChange((raw) => {
    const next = sanitiseLine(raw, MAX_TITLE_LENGTH).trim();
    if (next === title) return;
    title = next;
    options.onTitle(title);
  });
  answerQueries(core, {
    theme,
    wantsScheme: () => wantsScheme,
    kitty,
    modifyOtherKeys: () => modifyOtherKeys,
    reply,
  });

  // One sequence of twelve bytes would else make the emulator loop for minutes.
  const clamp = (finals: string, limit: () => number, intermediates?: string) => {
    for (const final of finals) {
      core.onCsi({ final, ...(intermediates === undefined ? {} : { intermediates }) }, (params) => {
        const most = limit();
        for (let i = 0; i < params.length; i++) if ((params.params[i] ?? 0) > most) params.params[i] = most;
        return false;
      });
    }
  };
  clamp("SLM", () => terminal.rows);
  clamp("@PXIZb", () => terminal.cols);
  clamp("@A", () => terminal.cols, " ");
  clamp("}~", () => terminal.cols, "'");
  core.onCsi({ final: "T" }, (params) => {
    if ((params.params[0] ?? 0) > terminal.rows) params.params[0] = terminal.rows;
    return false;
  });

  const trackPrivateModes = (params: CsiParams, enabled: boolean): boolean => {
    for (let i = 0; i < params.length; i++) {
      const mode = params.params[i];
      if (mode === 25) cursorVisible = enabled;
      else if (mode === 1006) mouseSgr = enabled;
      else if (mode === COLOUR_SCHEME_MODE) wantsScheme = enabled;
      else if (mode === 1016) params.params[i] = 0;
      else if (mode === 2026 && enabled && !isSynchronized()) synchronizedSinceMs = now();
    }
    return false;
  };
  core.onCsi({ prefix: "?", final: "h" }, (params) => trackPrivateModes(params, true));
  core.onCsi({ prefix: "?", final: "l" }, (params) => trackPrivateModes(params, false));
  core.onCsi({ intermediates: " ", final: "q" }, (params) => {
    const wanted = params.params[0] ?? 0;
    if (wanted <= 6) shape = wanted;
    return false;
  });
  core.onCsi({ prefix: ">", final: "u" }, (params) => {
    kitty.push(isAlternate(core), params.params[0] ?? 0);
    return true;
  });
  core.onCsi({ prefix: "<", final: "u" }, (params) => {
    kitty.pop(isAlternate(core), params.params[0] ?? 1);
    return true;
  });
  core.onCsi({ prefix: "=", final: "u" }, (params) => {
    kitty.set(isAlternate(core), params.params[0] ?? 0, params.length > 1 ? (params.params[1] ?? 1) : 1);
    return true;
  });
  core.onCsi({ prefix: ">", final: "m" }, (params) => {
    if (params.params[0] === 4) modifyOtherKeys = params.length > 1 ? Math.min(params.params[1] ?? 0, 2) : 0;
    return true;
  });
  const softReset = () => {
    cursorVisible = true;
    shape = 0;
    modifyOtherKeys = 0;
    kitty.reset();
  };
  core.onCsi({ intermediates: "!", final: "p" }, () => {
    softReset();
    return false;
  });
  terminal.parser.registerEscHandler({ final: "c" }, () => {
    softReset();
    mouseSgr = false;
    wantsScheme = false;
    return false;
  });

  terminal.parser.registerOscHandler(7, (data) => {
    const told = workingDirectory(data);
    if (told !== undefined) options.onWorkingDirectory?.(told.path, told.host);
    return true;
  });
  terminal.parser.registerOscHandler(9, (data) => {
    // "4;" is a progress bar, not a message
    if (!/^4(;|$)/.test(data)) options.onNotification(sanitiseLine(data, MAX_TITLE_LENGTH));
    return true;
  });
  terminal.parser.registerOscHandler(777, (data) => {
    const [verb, ...words] = data.split(";");
    if (verb === "notify") options.onNotification(sanitiseLine(words.join(": "), MAX_TITLE_LENGTH));
    return true;
  });
  terminal.parser.registerOscHandler(52, (data) => {
    const separator = data.indexOf(";");
    const payload = data.slice(separator + 1);
    if (separator < 0 || payload === "?") return true;
    options.onClipboard(
      sanitiseLine(data.slice(0, separator), 8) || "c",
      Buffer.from(payload, "base64").toString("utf8"),
    );
    return true;
  });
  terminal.parser.registerOscHandler(7501, (data) => {
    if (data.startsWith("?")) answerStatusQuery(reply);
    else {
      const status = parseProgramStatus(data);
      if (status !== undefined) options.onStatus(status);
    }
    return true;
  });

  function isSynchronized(): boolean {
    return terminal.modes.synchronizedOutputMode && now() - synchronizedSinceMs < SYNCHRONIZED_LIMIT_MS;
  }

  const screen: Screen = {
    write(bytes) {
      if (bytes.length === 0) return;
      modesCanChange = bytes.length > SHORT_BYTES || !core.isGround() || !isPlainText(bytes);
      if (modesCanChange) knownModes = null;
      // only bytes that can end a string make one young again
      if (stringSinceMs !== undefined && now() - stringSinceMs > STRING_LIMIT_MS && !bytes.includes(ESC)) {
        core.resetParser();
        stringSinceMs = undefined;
      }
      try {
        core.parse(bytes);
      } catch {
        // a fault of the emulator must not take the server with it: the rest of this chunk is lost, the parser starts anew
        core.resetParser();
        markRows(0, terminal.rows - 1);
      }
      modesCanChange = false;
      if (!core.isInString()) stringSinceMs = undefined;
      else if (stringSinceMs === undefined || bytes.includes(ESC)) stringSinceMs = now();
    },
    resize(cols, rows) {
      terminal.resize(clampSize(cols, MIN_COLS), clampSize(rows, 1));
      markRows(0, terminal.rows - 1);
    },
    get cols() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    get title() {
      return title;
    },
    cursor() {
      const { cursorX, cursorY } = terminal.buffer.active;
      return { x: Math.min(cursorX, terminal.cols - 1), y: cursorY, visible: cursorVisible, shape };
    },
    modes(): PaneModes {
      // A frame that is never ended becomes one by time alone.
      if (knownModes !== null && !knownModes.synchronized) return knownModes;
      const { modes } = terminal;
      const found: PaneModes = {
        bracketedPaste: modes.bracketedPasteMode,
        applicationCursor: modes.applicationCursorKeysMode,
        applicationKeypad: modes.applicationKeypadMode,
        mouse: modes.mouseTrackingMode,
        mouseSgr,
        focusEvents: modes.sendFocusMode,
        alternateScreen: isAlternate(core),
        synchronized: isSynchronized(),
        kittyFlags: kitty.flags(isAlternate(core)),
        modifyOtherKeys,
      };
      if (!modesCanChange) knownModes = found;
      return found;
    },
    get isGround() {
      return core.isGround();
    },
    createReader() {
      const reader = { y0: 0, y1: terminal.rows - 1 };
      readers.add(reader);
      return {
        take(): RowRange | null {
          if (reader.y0 > reader.y1) return null;
          const range = { y0: reader.y0, y1: Math.min(reader.y1, terminal.rows - 1) };
          reader.y0 = Number.POSITIVE_INFINITY;
          reader.y1 = -1;
          return range;
        },
        dispose: () => void readers.delete(reader),
      };
    },
    line: (y) => core.line(core.baseRow() + y),
    text: (wanted) => screenText(screen, wanted),
    rowText: (y) => lineText(screen.line(y)),
    cellStyle: (x, y) => styleOf(screen.line(y), x),
    get historyLength() {
      return core.baseRow();
    },
    get historyTrimmed() {
      return core.trimmedRows();
    },
    clearHistory() {
      core.clearHistory();
      markRows(0, terminal.rows - 1);
    },
    historyLine: (i) => core.line(i),
    ansi: () => Array.from({ length: terminal.rows }, (_, y) => lineAnsi(screen.line(y))),
    get wantsScheme() {
      return wantsScheme;
    },
    tellScheme() {
      if (wantsScheme) reply(schemeNotice(theme()));
    },
    get droppedReplyBytes() {
      return droppedReplyBytes;
    },
    reset() {
      core.resetParser();
      terminal.reset();
      core.buffersReset();
      terminal.options.convertEol = false;
      terminal.options.cursorBlink = false;
      softReset();
      mouseSgr = false;
      wantsScheme = false;
      stringSinceMs = undefined;
      knownModes = null;
      title = "";
      markRows(0, terminal.rows - 1);
    },
    dispose() {
      readers.clear();
      terminal.dispose();
    },
  };
  return screen;
}

function clampSize(size: number, least: number): number {
  return Math.max(least, Math.min(MAX_SIZE, Math.trunc(size) || least));
}

/** Host and path of an OSC 7 `file://host/path`. */
function workingDirectory(data: string): { host: string; path: string } | undefined {
  const [, host, encoded] = /^file:\/\/([^/]*)(\/.*)$/.exec(data.slice(0, 4_096)) ?? [];
  if (host === undefined || encoded === undefined) return undefined;
  try {
    const path = decodeURIComponent(encoded);
    return sanitiseLine(path, 4_096) === path ? { host, path } : undefined;
  } catch {
    return undefined;
  }
}
