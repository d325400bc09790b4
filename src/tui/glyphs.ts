// Every sign the screen uses, and its twin in plain ASCII.
import type { AgentStateName } from "../domain/agent/state.ts";

export interface Glyphs {
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  readonly horizontal: string;
  readonly vertical: string;
  readonly teeDown: string;
  readonly teeLeft: string;
  readonly state: Readonly<Record<AgentStateName, string>>;
  readonly exited: string;
  readonly mail: string;
  readonly lock: string;
  readonly needs: string;
  readonly good: string;
  readonly bad: string;
  readonly info: string;
  readonly working: string;
  readonly waiting: string;
  readonly done: string;
  readonly bell: string;
  readonly activity: string;
  readonly arrow: string;
  readonly becomes: string;
  readonly dot: string;
  readonly pickLeft: string;
  readonly pickRight: string;
  readonly cursor: string;
  readonly ellipsis: string;
  readonly barFull: string;
  readonly barEmpty: string;
  readonly mark: string;
  readonly outside: string;
}

export const UNICODE_GLYPHS: Glyphs = {
  topLeft: "╭",
  topRight: "╮",
  bottomLeft: "╰",
  bottomRight: "╯",
  horizontal: "─",
  vertical: "│",
  teeDown: "┬",
  teeLeft: "┤",
  state: { starting: "…", idle: "○", working: "●", blocked: "▲", error: "✕", exited: "∅", unknown: "?" },
  exited: "∅",
  mail: "✉",
  lock: "⚿",
  needs: "▲",
  good: "✓",
  bad: "✕",
  info: "·",
  working: "▸",
  waiting: "‖",
  done: "✓",
  bell: "!",
  activity: "+",
  arrow: "▸",
  becomes: "→",
  dot: "·",
  pickLeft: "‹",
  pickRight: "›",
  cursor: "▌",
  ellipsis: "…",
  barFull: "━",
  barEmpty: "─",
  mark: "◆",
  outside: "·",
};

export const ASCII_GLYPHS: Glyphs = {
  topLeft: "+",
  topRight: "+",
  bottomLeft: "+",
  bottomRight: "+",
  horizontal: "-",
  vertical: "|",
  teeDown: "+",
  teeLeft: "+",
  state: { starting: ".", idle: "o", working: "*", blocked: "!", error: "x", exited: "0", unknown: "?" },
  exited: "0",
  mail: "@",
  lock: "#",
  needs: "!",
  good: "+",
  bad: "x",
  info: "-",
  working: ">",
  waiting: "=",
  done: "+",
  bell: "!",
  activity: "+",
  arrow: ">",
  becomes: "->",
  dot: "-",
  pickLeft: "<",
  pickRight: ">",
  cursor: "|",
  ellipsis: "..",
  barFull: "#",
  barEmpty: "-",
  mark: "*",
  outside: ".",
};

/** ASCII for the Linux console, for terminals without UTF-8, and on request. */
export function wantsAscii(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env["IA_TMUX_ASCII"] === "1") return true;
  if (env["TERM"] === "linux" || env["TERM"] === "dumb") return true;
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"];
  return locale !== undefined && locale !== "" && !/utf-?8/i.test(locale) && /^(C|POSIX)$|iso/i.test(locale);
}

export function glyphsFor(ascii: boolean): Glyphs {
  return ascii ? ASCII_GLYPHS : UNICODE_GLYPHS;
}
