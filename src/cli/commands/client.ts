// Attached screens: which there are, and what only a screen does, asked for from the command line.
import { quoteWord } from "../../domain/commands/words.ts";
import { type CommandContext, defineCommand, flag, text } from "../command.ts";
import { showList } from "../output.ts";

const which = { client: text("client", "Which screen; default the one that was used last.", { short: "c" }) };

export const clientCommands = [
  defineCommand({
    name: "client list",
    short: ["list-clients"],
    summary: "List the attached screens.",
    async run(context) {
      const clients = await context.call("client.list", {});
      showList(context.output, clients, "No screen is attached.", () =>
        context.output.table(
          clients.map(({ clientId, cols, rows, readOnly, kind }) => [
            { text: clientId, tone: "strong" },
            `${cols}x${rows}`,
            kind,
            readOnly ? "only watches" : "",
          ]),
          ["client", "size", "kind", ""],
        ),
      );
    },
  }),
  defineCommand({
    name: "client command",
    summary: "Do on an attached screen what a line of its `:` prompt does.",
    details:
      "Examples: ia-tmux client command display-panes\n          ia-tmux client command find-window needle",
    args: "<line...>",
    options: which,
    run: (context, { args, options }) => onScreen(context, args, options),
  }),
  defineCommand({
    name: "detach",
    short: ["detach-client"],
    summary: "Let an attached screen leave; everything goes on running.",
    args: "[client]",
    options: { all: flag("All of them.", { short: "a" }) },
    run: (context, { args, options }) =>
      onScreen(context, ["detach-client"], { client: args[0], all: options.all }),
  }),
  defineCommand({
    name: "client copy-mode",
    short: ["copy-mode"],
    summary: "Look back in the focused pane on an attached screen.",
    options: {
      ...which,
      up: flag("One page up at once.", { short: "u" }),
      search: flag("Search at once.", { short: "s" }),
    },
    run: (context, { options }) =>
      onScreen(
        context,
        ["copy-mode", ...(options.up ? ["-u"] : []), ...(options.search ? ["-s"] : [])],
        options,
      ),
  }),
  defineCommand({
    name: "client choose-tree",
    short: ["choose-tree"],
    summary: "Open the list of windows and panes on an attached screen.",
    options: which,
    run: (context, { options }) => onScreen(context, ["choose-tree"], options),
  }),
  defineCommand({
    name: "pane mark",
    summary: "Mark a pane on an attached screen, or unmark it: `join-pane` and `swap-pane` there take it.",
    args: "[pane]",
    options: which,
    run: (context, { args, options }) =>
      onScreen(context, ["select-pane", "-m", ...args.flatMap((pane) => ["-t", pane])], options),
  }),
];

/** `line` is one at the prompt: a single word may hold all of it. */
async function onScreen(
  context: CommandContext,
  line: readonly string[],
  screens: { readonly client?: string | undefined; readonly all?: boolean },
): Promise<void> {
  const [only = ""] = line;
  const told = await context.call("client.command", {
    line: line.length === 1 ? only : line.map(quoteWord).join(" "),
    client: screens.client,
    all: screens.all,
  });
  context.output.show(told, () => "");
}
