// Moving panes and windows about: what the keys of the screen do, for scripts.
import { AppError } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { Params } from "../../protocol/methods.ts";
import { type CommandContext, defineCommand, flag, text } from "../command.ts";
import { showList } from "../output.ts";

const beside = { target: text("pane", "Which pane; default the focused one.", { short: "t" }) };

export const arrangeCommands = [
  defineCommand({
    name: "pane swap",
    short: ["swap-pane"],
    summary: "Exchange two panes: with another one, or with next or previous.",
    args: "<other>",
    starts: true,
    options: beside,
    run: (context, { args, options }) =>
      quietly(context, context.call("pane.swap", { target: options.target, with: args[0] as string })),
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
