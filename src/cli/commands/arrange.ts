// Moving panes and windows about: what the keys of the screen do, for scripts.
import { AppError } from "../../base/errors.ts";
import { parseExtent } from "../../domain/layout/words.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { Params } from "../../protocol/methods.ts";
import { type CommandContext, choice, defineCommand, flag, type OptionSpec, text } from "../command.ts";
import { showList } from "../output.ts";

const beside = { target: text("pane", "Which pane; default the focused one.", { short: "t" }) };
const DIRECTIONS = ["left", "right", "up", "down"] as const;
/** As tmux writes directions. */
const towards = {
  left: flag("To the left.", { short: "L" }),
  right: flag("To the right.", { short: "R" }),
  up: flag("Up.", { short: "U" }),
  down: flag("Down.", { short: "D" }),
};

function directionOf(given: Readonly<Record<(typeof DIRECTIONS)[number], boolean>>) {
  return DIRECTIONS.find((direction) => given[direction]);
}

/** Cells, or a part such as `50%`. */
function extent(
  value: string,
  summary: string,
  more: { short: string },
): OptionSpec<number | string | undefined> {
  return {
    ...text(value, summary, more),
    parse(raw, name) {
      const parsed = parseExtent(raw);
      if (parsed !== null) return parsed;
      throw new AppError("usage", `${name} cannot be "${inertText(raw, 40)}"`, {
        hint: "A number of cells, or a part of the window such as 50%.",
      });
    },
  };
}

export const arrangeCommands = [
  defineCommand({
    name: "pane focus",
    short: ["select-pane"],
    summary: "Make a pane the focused one.",
    args: "[pane]",
    starts: true,
    options: {
      ...beside,
      direction: choice(DIRECTIONS, "The neighbour in this direction."),
      ...towards,
      last: flag("The one that had the focus before.", { short: "l" }),
      next: flag("The next one.", { short: "n" }),
    },
    run(context, { args, options }) {
      const direction = options.direction ?? directionOf(options);
      const target = options.last ? "last" : options.next ? "next" : (options.target ?? args[0]);
      if (target === undefined && direction === undefined)
        throw new AppError("usage", "which pane?", {
          hint: "Name it, or give --direction, --last or --next.",
        });
      return quietly(context, context.call("pane.focus", { target, direction }));
    },
  }),
  defineCommand({
    name: "pane last",
    short: ["last-pane"],
    summary: "Go back to the pane that had the focus before.",
    starts: true,
    run: (context) => quietly(context, context.call("pane.focus", { target: "last" })),
  }),
  defineCommand({
    name: "pane resize",
    short: ["resize-pane"],
    summary: "Move a pane's border, or give the pane a size.",
    details: "Examples: ia-tmux pane resize left 5\n          ia-tmux resize-pane -t kimi -x 80 -y 50%",
    args: "[direction] [cells]",
    starts: true,
    options: {
      ...beside,
      ...towards,
      columns: extent("columns", "So many columns, or a part of the window's.", { short: "x" }),
      rows: extent("rows", "So many rows, or a part of the window's.", { short: "y" }),
      zoom: flag("Fill the window with it, or put it back.", { short: "Z" }),
    },
    run(context, { args, options }) {
      const { target, columns: cols, rows } = options;
      if (options.zoom) return quietly(context, context.call("pane.zoom", { target }));
      if (cols !== undefined || rows !== undefined)
        return quietly(context, context.call("pane.size", { target, cols, rows }));
      const given = directionOf(options);
      const direction = given ?? DIRECTIONS.find((word) => word === args[0]);
      const cells = Number(args[given ? 0 : 1] ?? "5");
      if (!direction || !Number.isInteger(cells) || cells < 1) {
        throw new AppError(
          "usage",
          "give a direction (left, right, up, down) and a number of cells, or a size",
          {
            hint: "ia-tmux pane resize --columns 80",
          },
        );
      }
      return quietly(context, context.call("pane.resize", { target, direction, cells }));
    },
  }),
  defineCommand({
    name: "pane zoom",
    summary: "Let a pane fill the window, or put it back.",
    args: "[pane]",
    starts: true,
    run: (context, { args }) => quietly(context, context.call("pane.zoom", { target: args[0] })),
  }),
  defineCommand({
    name: "pane swap",
    short: ["swap-pane"],
    summary: "Exchange two panes: with another one, or with next or previous.",
    args: "[other]",
    starts: true,
    options: {
      ...beside,
      up: flag("With the one before it.", { short: "U" }),
      down: flag("With the one after it.", { short: "D" }),
    },
    run(context, { args, options }) {
      const other = options.up ? "previous" : options.down ? "next" : args[0];
      if (other === undefined)
        throw new AppError("usage", "with which pane?", { hint: "Name it, or give --up or --down." });
      return quietly(context, context.call("pane.swap", { target: options.target, with: other }));
    },
  }),
  defineCommand({
    name: "pane rotate",
    short: ["rotate-window"],
    summary: "Every pane of the window moves to the next one's place.",
    starts: true,
    run: (context) => quietly(context, context.call("pane.rotate", {})),
  }),
  defineCommand({
    name: "pane break",
    short: ["break-pane"],
    summary: "Move a pane into a window of its own.",
    args: "[pane]",
    starts: true,
    run: (context, { args }) => quietly(context, context.call("pane.break", { target: args[0] })),
  }),
  defineCommand({
    name: "pane join",
    short: ["join-pane"],
    summary: "Move a pane beside another one, from wherever it is.",
    args: "<pane> [beside]",
    starts: true,
    options: { down: flag("Below it; else right of it.", { short: "v" }) },
    run: (context, { args, options }) =>
      quietly(
        context,
        context.call("pane.join", {
          target: args[0] as string,
          into: args[1] ?? "",
          direction: options.down ? "down" : "right",
        }),
      ),
  }),
  defineCommand({
    name: "pane reopen",
    short: ["undo-close"],
    summary: "Bring back what was closed in the last ten seconds: a shell comes with what it had printed.",
    async run(context) {
      const pane = await context.call("pane.reopen", {});
      context.output.show(pane, () => inertText(pane.paneId));
    },
  }),
  defineCommand({
    name: "window list",
    short: ["list-windows"],
    summary: "List windows.",
    async run(context) {
      const panes = await context.call("pane.list", {});
      const ids = [...new Set(panes.map((pane) => pane.windowId))];
      const windows = ids.map((id) => ({
        id,
        panes: panes.filter((pane) => pane.windowId === id).map((pane) => pane.id),
        current: panes.some((pane) => pane.windowId === id && pane.outer !== null),
      }));
      showList(context.output, windows, "No windows.", () =>
        context.output.table(
          windows.map((window) => [
            { text: window.id, tone: "strong" },
            window.current ? "*" : "",
            window.panes.join(" "),
          ]),
          ["window", "", "panes"],
        ),
      );
    },
  }),
  stepCommand("next", "next-window", "Show the next window."),
  stepCommand("previous", "previous-window", "Show the window before."),
  stepCommand("last", "last-window", "Show the window that was shown before."),
  defineCommand({
    name: "window move",
    short: ["move-window"],
    summary: "Give a window another number; the one that has it takes the old one.",
    args: "<number>",
    starts: true,
    options: { source: text("window", "Which; default the current one.", { short: "s" }) },
    run(context, { args, options }) {
      const index = Number(args[0]);
      if (!Number.isInteger(index) || index < 1 || index > 999)
        throw new AppError("usage", "the number must be from 1 to 999");
      return quietly(context, context.call("window.move", { target: options.source, index }));
    },
  }),
  defineCommand({
    name: "window synchronize",
    short: ["synchronize-panes"],
    summary: "Type into every pane of the window at once: on, off, or change over.",
    args: "[on|off]",
    starts: true,
    run(context, { args }) {
      const word = args[0];
      if (word !== undefined && word !== "on" && word !== "off") throw new AppError("usage", "say on or off");
      const params: Params<"window.synchronize"> = word === undefined ? {} : { on: word === "on" };
      return quietly(context, context.call("window.synchronize", params));
    },
  }),
];

function stepCommand(step: "next" | "previous" | "last", short: string, summary: string) {
  return defineCommand({
    name: `window ${step}`,
    short: [short],
    summary,
    starts: true,
    run: (context) => quietly(context, context.call("window.select", { target: step })),
  });
}

async function quietly(context: CommandContext, result: Promise<unknown>): Promise<void> {
  context.output.show(await result, () => "");
}
