import { AppError } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { CaptureResult, ResultOf } from "../../protocol/results.ts";
import { type CommandContext, defineCommand, flag, integer, text } from "../command.ts";
import { showList } from "../output.ts";

const program = {
  profile: text("profile", "Start this profile."),
  cwd: text("dir", "Start it there.", { short: "c" }),
  name: text("name", "Name of the pane."),
  autoClaim: flag("Its agent takes the next task from the board when it starts."),
};

export const paneCommands = [
  defineCommand({
    name: "pane list",
    short: ["ls", "list-panes"],
    summary: "List panes.",
    async run(context) {
      const panes = await context.call("pane.list", {});
      showList(context.output, panes, "No panes.", () =>
        context.output.table(
          panes.map((pane) => [
            { text: pane.id, tone: "strong" },
            pane.windowId,
            pane.focused ? "*" : "",
            pane.agent ?? "-",
            pane.profile,
            pane.dead
              ? { text: `exited ${pane.dead.exitCode}`, tone: "bad" }
              : pane.pid === null
                ? "-"
                : `pid ${pane.pid}`,
            pane.title,
          ]),
          ["pane", "window", "", "agent", "profile", "process", "title"],
        ),
      );
    },
  }),
  defineCommand({
    name: "pane capture",
    short: ["capture", "capture-pane"],
    summary: "Print what stands on a pane's screen, or on the whole workspace's.",
    details:
      "Examples: ia-tmux capture kimi\n          ia-tmux capture kimi -S - > all-it-printed.txt\n          ia-tmux capture --client --svg > workspace.svg",
    args: "[pane]",
    options: {
      client: flag("The whole screen: panes, borders and status line. Only with --svg."),
      svg: flag("As an SVG picture."),
      ansi: flag("With colours, as escape sequences.", { short: "e" }),
      target: text("pane", "Which pane; the same as the argument.", { short: "t" }),
      history: integer("rows", "That many rows of scrollback before it.", { min: 0, max: 1_000_000_000 }),
      start: text(
        "row",
        "From there: 0 the screen's first, -20 twenty above it, - the oldest that is kept.",
        {
          short: "S",
        },
      ),
      join: flag("Join wrapped lines.", { short: "J" }),
      print: flag("What tmux calls printing: this does nothing else.", { short: "p" }),
    },
    async run(context, { args, options }) {
      const target = args[0] ?? options.target;
      if (options.client || options.svg) return printPicture(context, target, options);
      const above = options.start === undefined ? (options.history ?? 0) : rowsAbove(options.start);
      const capture = await captureFrom(context, target, above, options);
      // With --ansi the server made the sequences from cells: only colours and attributes, nothing of the program's own.
      if (context.output.json) context.output.show(capture, () => "");
      else if (options.ansi) context.output.raw(capture.lines.join("\n"));
      else
        context.output.text(
          capture.lines
            .map((line) => line.trimEnd())
            .join("\n")
            .replace(/\n+$/, "\n"),
        );
    },
  }),
  defineCommand({
    name: "pane send-keys",
    short: ["send-keys"],
    summary: "Type into a pane: names of keys (Enter, C-c, M-x, Up) or text.",
    args: "<pane> <keys...>",
    starts: true,
    options: { literal: flag("Everything is text, no names of keys.", { short: "l" }) },
    async run(context, { args, options }) {
      const [target, ...keys] = args as [string, ...string[]];
      const result = await context.call("pane.send-keys", { target, keys, literal: options.literal });
      context.output.show(result, () => "");
    },
  }),
  defineCommand({
    name: "pane split",
    short: ["split-window"],
    summary: "Split a pane and run something in the new one.",
    args: "[command...]",
    starts: true,
    options: {
      ...program,
      target: text("pane", "The pane to split.", { short: "t" }),
      down: flag("The new pane is below; else right of it.", { short: "v" }),
      before: flag("The new pane comes first: left of it, or above.", { short: "b" }),
      full: flag("The new pane goes along the whole window.", { short: "f" }),
      percent: integer("number", "Its share.", { min: 1, max: 99 }, { short: "p" }),
    },
    async run(context, { args, options }) {
      const { down, ...rest } = options;
      const pane = await context.call("pane.split", {
        ...rest,
        autoClaim: options.autoClaim || undefined,
        direction: down ? "down" : "right",
        command: args.length > 0 ? [...args] : undefined,
      });
      context.output.show(pane, () => inertText(pane.paneId));
    },
  }),
  defineCommand({
    name: "pane kill",
    short: ["kill-pane"],
    summary: "Close a pane and end its program.",
    args: "<pane>",
    starts: true,
    options: { force: flag("Although an agent works in it.") },
    async run(context, { args, options }) {
      const result = await context.call("pane.kill", { target: args[0] as string, force: options.force });
      context.output.show(result, () => "");
    },
  }),
  defineCommand({
    name: "pane respawn",
    short: ["respawn-pane"],
    summary: "Start the program of a dead pane again.",
    args: "[pane]",
    starts: true,
    options: { kill: flag("End one that still runs first.", { short: "k" }) },
    async run(context, { args, options }) {
      const result = await context.call("pane.respawn", { target: args[0], kill: options.kill });
      context.output.show(result, () => "");
    },
  }),
  defineCommand({
    name: "pane rename",
    short: ["rename-pane"],
    summary: "Give a pane a title that stays; without one the program's own is shown again.",
    args: "[title]",
    starts: true,
    options: { target: text("pane", "Which pane; else the focused one.", { short: "t" }) },
    async run(context, { args, options }) {
      const title = args[0] ?? "";
      context.output.show(await context.call("pane.rename", { target: options.target, title }), () => "");
    },
  }),
];

/** Rows above the screen at which a capture begins: fewer than none within it. @throws AppError usage */
function rowsAbove(start: string): number {
  if (start === "-") return Infinity;
  if (/^-?\d{1,9}$/.test(start)) return -Number(start);
  throw new AppError("usage", `--start cannot be "${inertText(start, 60)}"`, {
    hint: "It is a number of rows, as in -200, or - for all that is kept.",
  });
}

/** The pane's screen with rows above it, read from its log where the screen has them no more. */
async function captureFrom(
  context: CommandContext,
  target: string | undefined,
  above: number,
  options: { readonly ansi: boolean; readonly join: boolean },
): Promise<CaptureResult> {
  const how = { ansi: options.ansi, joinWrapped: options.join };
  const capture = await context.call("pane.capture", { target, ...how });
  const { paneId, rows } = capture;
  if (above === 0 || rows === 0) return capture;
  const known = await context.call("pane.rows", { paneId, from: null, count: 1 });
  const top = known.total - rows;
  let older: ResultOf<"pane.older"> = known;
  while (older.above === "older" && top - older.first < above) {
    const { first } = older;
    older = await context.call("pane.older", { paneId });
    if (older.first >= first) break;
  }
  const lines: string[] = [];
  let goesOn = false;
  let from: number | null = Math.max(older.first, Math.min(top - above, known.total - 1));
  while (from !== null) {
    const piece: ResultOf<"pane.text"> = await context.call("pane.text", {
      paneId,
      from,
      to: known.total,
      ...how,
    });
    // Rows have other numbers then: some would be read twice, others not at all.
    if (piece.cols !== capture.cols)
      throw new AppError("interrupted", `Pane ${paneId} got another width while it was read`, {
        hint: "Run the command again.",
      });
    const [first, ...rest] = piece.lines;
    if (goesOn && first !== undefined) lines[lines.length - 1] += first;
    else if (first !== undefined) lines.push(first);
    for (const line of rest) lines.push(line);
    ({ goesOn, next: from } = piece);
  }
  return { ...capture, lines };
}

async function printPicture(
  context: CommandContext,
  target: string | undefined,
  options: { readonly client: boolean; readonly svg: boolean },
): Promise<void> {
  if (options.client && (!options.svg || target !== undefined)) {
    throw new AppError("usage", "--client takes no pane and needs --svg", {
      hint: "ia-tmux capture --client --svg > workspace.svg",
    });
  }
  const { paneSvg, workspaceSvg } = await import("../../tui/snapshot.ts");
  const connection = await context.connection();
  const { env } = context.world;
  const about = { connection, env, nowMs: context.world.nowMs() };
  const svg = options.client ? await workspaceSvg(about) : await paneSvg({ ...about, target });
  if (context.output.json) context.output.show({ svg }, () => "");
  else context.output.raw(svg.trimEnd());
}

export const windowCommands = [
  defineCommand({
    name: "window new",
    short: ["new-window"],
    summary: "Open a window and run something in it.",
    args: "[command...]",
    starts: true,
    options: program,
    async run(context, { args, options }) {
      const pane = await context.call("window.new", {
        ...options,
        autoClaim: options.autoClaim || undefined,
        command: args.length > 0 ? [...args] : undefined,
      });
      context.output.show(pane, () => inertText(pane.paneId));
    },
  }),
  defineCommand({
    name: "window select",
    short: ["select-window"],
    summary: "Show a window: its number, name, + or -.",
    args: "<window>",
    starts: true,
    async run(context, { args }) {
      context.output.show(await context.call("window.select", { target: args[0] as string }), () => "");
    },
  }),
  defineCommand({
    name: "window rename",
    short: ["rename-window"],
    summary: "Name a window.",
    args: "<name>",
    starts: true,
    options: { target: text("window", "Which; default the current one.", { short: "t" }) },
    async run(context, { args, options }) {
      const result = await context.call("window.rename", { target: options.target, name: args[0] as string });
      context.output.show(result, () => "");
    },
  }),
  defineCommand({
    name: "window kill",
    short: ["kill-window"],
    summary: "Close a window and end its programs.",
    args: "<window>",
    starts: true,
    options: { force: flag("Although agents work in it.") },
    async run(context, { args, options }) {
      const result = await context.call("window.kill", { target: args[0] as string, force: options.force });
      context.output.show(result, () => "");
    },
  }),
];
