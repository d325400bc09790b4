// The last row: project and windows, what needs the human first, counts, help and clock. Also the mouse's menu bar.
import type { ListName } from "../../domain/commands/command.ts";
import type { Style } from "../compositor/style.ts";
import { wallTime } from "../format.ts";
import type { Glyphs } from "../glyphs.ts";
import type { Model } from "../model.ts";
import type { Theme } from "../theme.ts";
import { textWidth } from "../../protocol/width.ts";
import { fit } from "../format.ts";
import type { Drawing } from "./context.ts";

/** What a click on a part of the line does. */
export type StatusAction =
  | { readonly kind: "window"; readonly windowId: string }
  | { readonly kind: "list"; readonly list: ListName }
  | { readonly kind: "help" };

export interface StatusPart {
  readonly x: number;
  readonly text: string;
  readonly style: Style;
  readonly action: StatusAction | null;
}

interface Piece {
  readonly text: string;
  readonly style: Style;
  readonly action: StatusAction | null;
  /** Pieces with a higher number are left out first when there is no room. */
  readonly weight: number;
}

/** The parts of the line, placed. Pure: drawing and clicking read the same. */
export function statusParts(model: Model, theme: Theme, glyphs: Glyphs): readonly StatusPart[] {
  const { cols } = model.size;
  const left = leftPieces(model, theme, glyphs);
  const right = rightPieces(model, theme, glyphs);
  const middle = middlePieces(model, theme, glyphs);
  const widthOf = (pieces: readonly Piece[]) => pieces.reduce((sum, piece) => sum + textWidth(piece.text), 0);
  const all = () => widthOf(left) + widthOf(middle) + widthOf(right);
  for (let weight = 9; weight > 0 && all() > cols; weight--) {
    for (const pieces of [middle, right, left]) {
      for (let index = pieces.length - 1; index >= 0 && all() > cols; index--) {
        if (pieces[index]!.weight === weight) pieces.splice(index, 1);
      }
    }
  }
  const parts: StatusPart[] = [];
  let x = 0;
  for (const piece of [...left, ...middle]) {
    const text = fit(piece.text, Math.max(0, cols - x), glyphs.ellipsis);
    if (text === "") break;
    parts.push({ x, text, style: piece.style, action: piece.action });
    x += textWidth(text);
  }
  let end = cols - widthOf(right);
  if (end < x) return parts;
  for (const piece of right) {
    parts.push({ x: end, text: piece.text, style: piece.style, action: piece.action });
    end += textWidth(piece.text);
  }
  return parts;
}

export function drawStatusLine(drawing: Drawing): void {
  const { frame, model, theme, glyphs } = drawing;
  const y = model.size.rows - 1;
  frame.fill({ x: 0, y, width: model.size.cols, height: 1 }, theme.bar);
  for (const part of statusParts(model, theme, glyphs)) frame.text(part.x, y, part.text, part.style);
}

function leftPieces(model: Model, theme: Theme, glyphs: Glyphs): Piece[] {
  const { view } = model;
  if (!view) return [{ text: " ia-tmux ", style: theme.barStrong, action: null, weight: 0 }];
  const pieces: Piece[] = [
    {
      text: ` ${fit(view.project.name, 24, glyphs.ellipsis)} `,
      style: theme.barStrong,
      action: { kind: "list", list: "tree" },
      weight: 3,
    },
    { text: `${glyphs.arrow} `, style: theme.barMuted, action: null, weight: 3 },
  ];
  for (const window of view.windows) {
    const marks = `${window.zoomed ? "Z" : ""}${window.bell ? glyphs.bell : ""}${window.activity && !window.current ? glyphs.activity : ""}`;
    const name = `${window.index}:${fit(window.name, 16, glyphs.ellipsis)}${window.current ? "*" : ""}${marks}`;
    const style = window.current ? theme.barAccent : window.bell ? theme.barWarn : theme.barMuted;
    pieces.push({
      text: `${name} `,
      style,
      action: { kind: "window", windowId: window.id },
      weight: window.current ? 0 : 4,
    });
  }
  return pieces;
}

function middlePieces(model: Model, theme: Theme, glyphs: Glyphs): Piece[] {
  const { view } = model;
  if (!view) return [];
  const gap: Piece = { text: "   ", style: theme.bar, action: null, weight: 9 };
  const pieces: Piece[] = [];
  const add = (text: string, style: Style, list: ListName, weight: number) => {
    pieces.push({ ...gap, weight }, { text, style, action: { kind: "list", list }, weight });
  };
  const { needsYou, waiting, locks, tasks } = view.counts;
  if (needsYou > 0)
    add(
      `${glyphs.needs}${needsYou} ${needsYou === 1 ? "needs" : "need"} you (${model.prefixKey} !)`,
      theme.barWarn,
      "needs",
      0,
    );
  if (model.prefix.kind === "armed") {
    pieces.push(
      { ...gap, weight: 1 },
      {
        text: `D delegate  ! needs me  i inbox  t tasks  % " split  o next  z zoom  : command`,
        style: theme.bar,
        action: null,
        weight: 1,
      },
    );
    return pieces;
  }
  if (view.caption && !model.coachDismissed) {
    pieces.push(
      { ...gap, weight: 1 },
      { text: view.caption, style: theme.barAccent, action: null, weight: 1 },
    );
    return pieces;
  }
  if (waiting > 0) add(`${glyphs.mail}${waiting} waiting`, theme.bar, "deliveries", 5);
  if (locks > 0) add(`${glyphs.lock}${locks} ${locks === 1 ? "lock" : "locks"}`, theme.bar, "locks", 7);
  if (tasks.working + tasks.waiting + tasks.done > 0) {
    const counts = [
      tasks.working > 0 ? `${tasks.working}${glyphs.working}` : "",
      tasks.waiting > 0 ? `${tasks.waiting}${glyphs.waiting}` : "",
      tasks.done > 0 ? `${tasks.done}${glyphs.done}` : "",
    ].filter((text) => text !== "");
    add(`tasks ${counts.join(" ")}`, theme.bar, "tasks", 6);
  }
  return pieces;
}

function rightPieces(model: Model, theme: Theme, glyphs: Glyphs): Piece[] {
  const pieces: Piece[] = [];
  if (model.link.kind === "lost")
    pieces.push({
      text: ` server gone, reconnecting${glyphs.ellipsis} `,
      style: theme.badgeWarn,
      action: null,
      weight: 0,
    });
  if (model.readOnly)
    pieces.push({ text: " watching only ", style: theme.badgeWarn, action: null, weight: 0 });
  if (model.prefix.kind === "armed")
    pieces.push({ text: ` ${model.prefixKey} `, style: theme.badge, action: null, weight: 0 });
  pieces.push({
    text: ` ${model.prefixKey} ? help `,
    style: theme.barMuted,
    action: { kind: "help" },
    weight: 8,
  });
  pieces.push({
    text: ` ${wallTime(model.nowMs, model.offsetMinutes)} `,
    style: theme.bar,
    action: null,
    weight: 4,
  });
  return pieces;
}
