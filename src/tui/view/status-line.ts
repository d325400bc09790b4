// The last row: project and windows, what needs the human first, counts, the program's title, help and clock. Also the mouse's
// menu bar.
import type { ListName } from "../../domain/commands/command.ts";
import type { Style } from "../compositor/style.ts";
import { inertText } from "../../domain/text/inert.ts";
import { fillIn } from "../fill-in.ts";
import { fit, wallTime } from "../format.ts";
import type { Glyphs } from "../glyphs.ts";
import { agentOfPane, currentWindow, focusedPane, type Model, topLayer } from "../model.ts";
import type { Theme } from "../theme.ts";
import { textWidth } from "../../protocol/width.ts";
import { captionOf } from "../coach.ts";
import type { Drawing } from "./context.ts";

/** What a click on a part of the line does. */
export type StatusAction =
  | { readonly kind: "window"; readonly windowId: string }
  | { readonly kind: "list"; readonly list: ListName }
  | { readonly kind: "command"; readonly line: string }
  | { readonly kind: "help" };

export interface StatusPart {
  readonly x: number;
  readonly text: string;
  readonly style: Style;
  readonly action: StatusAction | null;
}

/** Who looks back for the first time wants to know how to get out, and what it is for. */
const COPY_HINTS = {
  vi: ["q leaves  v select  y copy", "/ ? search"],
  emacs: ["q leaves  C-Space select  M-w copy", "C-s C-r search"],
} as const;

interface Piece {
  readonly side: "left" | "right";
  readonly text: string;
  /** What stands there when there is not room for everything. */
  readonly short: string;
  readonly style: Style;
  readonly action: StatusAction | null;
  /** What goes first when even the short forms do not fit: the highest. 0 stays. */
  readonly weight: number;
}

/** Left out first: the clock, the help, tasks, locks, what waits, the project, other windows. What needs the human never. */
const WEIGHT = {
  stays: 0,
  window: 3,
  project: 4,
  waiting: 5,
  locks: 6,
  tasks: 7,
  help: 8,
  clock: 9,
} as const;

/** The parts of the line, placed, and whether the caption found room in it. Pure: drawing and clicking read the same. */
export function statusLine(
  model: Model,
  theme: Theme,
  glyphs: Glyphs,
): { readonly parts: readonly StatusPart[]; readonly hasCaption: boolean } {
  const { cols } = model.size;
  const all = pieces(model, theme, glyphs);
  const caption = captionOf(model);
  if (caption !== null && model.prefix.kind !== "armed") {
    const piece = plain(`   ${caption}`, theme.barAccent);
    for (const form of [all, shortened(all)])
      if (widthOf(form) + textWidth(piece.text) <= cols)
        return { parts: place([...form, piece], cols, glyphs), hasCaption: true };
  }
  return { parts: place(withTitle(all, model, theme, glyphs), cols, glyphs), hasCaption: false };
}

export function statusParts(model: Model, theme: Theme, glyphs: Glyphs): readonly StatusPart[] {
  return statusLine(model, theme, glyphs).parts;
}

export function drawStatusLine(drawing: Drawing): void {
  const { frame, model, theme, glyphs } = drawing;
  const y = model.size.rows - 1;
  frame.fill({ x: 0, y, width: model.size.cols, height: 1 }, theme.bar);
  for (const part of statusParts(model, theme, glyphs)) frame.text(part.x, y, part.text, part.style);
}

const widthOf = (all: readonly Piece[]) => all.reduce((sum, piece) => sum + textWidth(piece.text), 0);
const shortened = (all: readonly Piece[]) => all.map((piece) => ({ ...piece, text: piece.short }));

function fitted(all: readonly Piece[], cols: number): readonly Piece[] {
  let left = all;
  for (let weight = 9; weight >= 0 && widthOf(left) > cols; weight--)
    left = left.map((piece) => (piece.weight === weight ? { ...piece, text: piece.short } : piece));
  for (let weight = 9; weight > 0; weight--) {
    for (let at = left.length - 1; at >= 0 && widthOf(left) > cols; at--)
      if (left[at]!.weight === weight) left = left.toSpliced(at, 1);
  }
  return left;
}

const TITLE_COLUMNS = 32;
/** With fewer it is left out. */
const SHORT_TITLE_COLUMNS = 16;

/** The focused program's own title, where there is room for it besides all the rest: whole words first, then their short forms. */
function withTitle(all: readonly Piece[], model: Model, theme: Theme, glyphs: Glyphs): readonly Piece[] {
  const { cols } = model.size;
  const title = ownTitle(model);
  if (title === "") return fitted(all, cols);
  const least = Math.min(SHORT_TITLE_COLUMNS, textWidth(title));
  const around = textWidth(quoted(""));
  const roomBeside = (form: readonly Piece[]) => cols - widthOf(form) - around;
  const isShort = roomBeside(all) < least;
  if (isShort && roomBeside(shortened(all)) < least) return fitted(all, cols);
  const text = fit(title, isShort ? least : Math.min(TITLE_COLUMNS, roomBeside(all)), glyphs.ellipsis);
  const piece: Piece = { ...plain(quoted(text), theme.barMuted), side: "right" };
  return [piece, ...fitted(all, cols - textWidth(piece.text))];
}

/** As tmux writes a title, so that it is not taken for a part of what stands before it. */
const quoted = (title: string) => ` "${title}" `;

/** What the program calls itself, if that says more than its name. */
function ownTitle(model: Model): string {
  const pane = focusedPane(model);
  if (!pane) return "";
  const title = inertText(pane.title, 200).trim();
  const names = [pane.profile, pane.agent, agentOfPane(model, pane)?.title];
  // Signs before it say what the agent does; the border says that too.
  const said = title.replace(/^[^\p{L}\p{N}]+/u, "").toLowerCase();
  return names.some((name) => name?.toLowerCase() === said) ? "" : title;
}

function place(all: readonly Piece[], cols: number, glyphs: Glyphs): StatusPart[] {
  const parts: StatusPart[] = [];
  const right = all.filter((piece) => piece.side === "right");
  let x = 0;
  for (const piece of all.filter((each) => each.side === "left")) {
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

function plain(text: string, style: Style): Piece {
  return { side: "left", text, short: text, style, action: null, weight: WEIGHT.stays };
}

function pieces(model: Model, theme: Theme, glyphs: Glyphs): Piece[] {
  const { view } = model;
  if (!view) return [plain(" ia-tmux ", theme.barStrong), ...rightPieces(model, theme, glyphs)];
  return [
    ...windowPieces(model, theme, glyphs),
    ...countPieces(model, theme, glyphs),
    ...rightPieces(model, theme, glyphs),
  ];
}

function windowPieces(model: Model, theme: Theme, glyphs: Glyphs): Piece[] {
  const { view } = model;
  if (!view) return [];
  const left = model.statusLeft === null ? null : inertText(fillIn(model.statusLeft, model), 200);
  const name = ` ${left === null ? fit(view.project.name, 24, glyphs.ellipsis) : fit(left, 60, glyphs.ellipsis)} `;
  const project = { side: "left", action: { kind: "list", list: "tree" }, weight: WEIGHT.project } as const;
  const arrow = `${glyphs.arrow} `;
  const all: Piece[] = [
    { ...project, text: name, short: name, style: theme.barStrong },
    { ...project, text: arrow, short: arrow, style: theme.barMuted },
  ];
  for (const window of view.windows) {
    const marks = `${window.zoomed ? "Z" : ""}${window.bell ? glyphs.bell : ""}${window.activity && !window.current ? glyphs.activity : ""}`;
    const text = `${window.index}:${fit(window.name, 16, glyphs.ellipsis)}${window.current ? "*" : ""}${marks} `;
    all.push({
      side: "left",
      text,
      short: text,
      style: window.current ? theme.barAccent : window.bell ? theme.barWarn : theme.barMuted,
      action: { kind: "window", windowId: window.id },
      weight: window.current ? WEIGHT.stays : WEIGHT.window,
    });
  }
  return all;
}

function countPieces(model: Model, theme: Theme, glyphs: Glyphs): Piece[] {
  const { view } = model;
  if (!view) return [];
  const { needsYou, waiting, locks, tasks } = view.counts;
  const all: Piece[] = [];
  const add = (text: string, short: string, list: ListName, weight: number, style: Style = theme.bar) =>
    all.push({
      side: "left",
      text: `   ${text}`,
      short: `  ${short}`,
      style,
      action: { kind: "list", list },
      weight,
    });
  if (needsYou > 0) {
    const text = `${glyphs.needs}${needsYou} ${needsYou === 1 ? "needs" : "need"} you (${model.prefixKey} !)`;
    add(text, text, "needs", WEIGHT.stays, theme.barWarn);
  }
  if (model.prefix.kind === "armed") {
    all.push(plain(`   D delegate  ! needs me  i inbox  t tasks  % " split  o next  : command`, theme.bar));
    // While a key is awaited these words matter more than counts: they are cut, never left out.
    return all;
  }
  if (topLayer(model)?.kind === "copy") {
    const [short, search] = COPY_HINTS[model.copyKeys];
    const hint = plain(`   ${short}  ${search}`, theme.bar);
    all.push({ ...hint, short: `   ${short}`, weight: WEIGHT.waiting });
    return all;
  }
  if (waiting > 0)
    add(`${glyphs.mail}${waiting} waiting`, `${glyphs.mail}${waiting}`, "deliveries", WEIGHT.waiting);
  if (locks > 0)
    add(
      `${glyphs.lock}${locks} ${locks === 1 ? "lock" : "locks"}`,
      `${glyphs.lock}${locks}`,
      "locks",
      WEIGHT.locks,
    );
  const counts = [
    tasks.working > 0 ? `${tasks.working}${glyphs.working}` : "",
    tasks.waiting > 0 ? `${tasks.waiting}${glyphs.waiting}` : "",
    tasks.done > 0 ? `${tasks.done}${glyphs.done}` : "",
  ].filter((text) => text !== "");
  if (counts.length > 0) add(`tasks ${counts.join(" ")}`, counts.join(" "), "tasks", WEIGHT.tasks);
  return all;
}

function rightEnd(model: Model, glyphs: Glyphs): string {
  if (model.statusRight === null) return wallTime(model.nowMs, model.offsetMinutes);
  return fit(inertText(fillIn(model.statusRight, model), 200), 60, glyphs.ellipsis);
}

function rightPieces(model: Model, theme: Theme, glyphs: Glyphs): Piece[] {
  const all: Piece[] = [];
  const badge = (text: string, short: string, style: Style, line: string | null) =>
    all.push({
      side: "right",
      text: ` ${text} `,
      short: ` ${short} `,
      style,
      action: line === null ? null : { kind: "command", line },
      weight: WEIGHT.stays,
    });
  if (model.link.kind === "lost")
    badge(`server gone, reconnecting${glyphs.ellipsis}`, "server gone, reconnecting", theme.badgeWarn, null);
  if (model.readOnly) badge("watching only", "watching", theme.badgeWarn, null);
  if (currentWindow(model)?.synchronized)
    badge("ALL PANES typed into", "ALL PANES", theme.badgeWarn, "synchronize-panes off");
  if (model.markedPaneId !== null) badge(`${glyphs.mark} marked`, glyphs.mark, theme.barWarn, "choose-tree");
  if (model.prefix.kind === "armed") badge(model.prefixKey, model.prefixKey, theme.badge, null);
  const clock = ` ${rightEnd(model, glyphs)} `;
  all.push(
    {
      side: "right",
      text: ` ${model.prefixKey} ? help `,
      short: ` ${model.prefixKey} ? `,
      style: theme.barMuted,
      action: { kind: "help" },
      weight: WEIGHT.help,
    },
    {
      side: "right",
      text: clock,
      short: clock,
      style: theme.bar,
      action: null,
      // What the user asked for stays as long as the project's name does.
      weight: model.statusRight === null ? WEIGHT.clock : WEIGHT.project,
    },
  );
  return all;
}
