// Text for the chrome: ages, lengths, cutting to a width. Columns, never characters.
import { splitClusters, textWidth } from "../protocol/width.ts";

/** `0:42`, `12:05`, `3 h`, `2 d`: how long something has lasted. */
export function clockAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return shortAge(ms);
}

/** `now`, `12 s`, `4 m`, `3 h`, `2 d`. */
export function shortAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 2) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `just now`, `12 s ago`, `4 m ago`. */
export function longAgo(ms: number): string {
  const age = shortAge(ms);
  return age === "now" ? "just now" : `${age} ago`;
}

/** Hours and minutes on the wall, as the user's time zone has it. `offsetMinutes` is minutes east of UTC. */
export function wallTime(atMs: number, offsetMinutes: number): string {
  const minutes = Math.floor(atMs / 60_000) + offsetMinutes;
  const ofDay = ((minutes % 1_440) + 1_440) % 1_440;
  return `${String(Math.floor(ofDay / 60)).padStart(2, "0")}:${String(ofDay % 60).padStart(2, "0")}`;
}

/** Cuts to at most `columns`, with an ellipsis where something is missing. */
export function fit(text: string, columns: number, ellipsis = "…"): string {
  if (columns <= 0) return "";
  const clusters = splitClusters(text);
  let width = 0;
  for (const cluster of clusters) width += cluster.width;
  if (width <= columns) return clusters.map((cluster) => cluster.text).join("");
  const room = columns - textWidth(ellipsis);
  let shown = "";
  let used = 0;
  for (const cluster of clusters) {
    if (used + cluster.width > room) break;
    shown += cluster.text;
    used += cluster.width;
  }
  return room < 0 ? "" : shown + ellipsis;
}

/** Exactly `columns` wide: cut, or filled up with blanks. */
export function pad(text: string, columns: number, side: "left" | "right" = "left", ellipsis = "…"): string {
  const shown = fit(text, columns, ellipsis);
  const blanks = " ".repeat(Math.max(0, columns - textWidth(shown)));
  return side === "left" ? shown + blanks : blanks + shown;
}

/** Wraps at blanks, and inside a word only when it is longer than a line. Newlines start new lines. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  const width = Math.max(1, columns);
  for (const paragraph of text.split("\n")) {
    let line = "";
    let used = 0;
    for (const word of paragraph.split(/(?<= )/)) {
      const size = textWidth(word.trimEnd());
      if (used > 0 && used + size > width) {
        lines.push(line.trimEnd());
        line = "";
        used = 0;
      }
      let rest = word;
      while (textWidth(rest.trimEnd()) > width) {
        const head = cut(rest, width);
        lines.push(head);
        rest = rest.slice(head.length);
      }
      line += rest;
      used += textWidth(rest);
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

function cut(text: string, columns: number): string {
  let length = 0;
  let used = 0;
  for (const cluster of splitClusters(text)) {
    if (used + cluster.width > columns) break;
    used += cluster.width;
    length += cluster.text.length;
  }
  return text.slice(0, Math.max(1, length));
}

export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}
