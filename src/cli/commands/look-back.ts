// Search through what panes show and have printed, and the paste buffers.
import { AppError } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import { bufferPieces, MAX_BUFFER_LENGTH } from "../../protocol/buffer.ts";
import type { SearchHit } from "../../protocol/results.ts";
import { readBody } from "../body.ts";
import { type CommandContext, defineCommand, flag, text } from "../command.ts";
import { showList } from "../output.ts";

const NAME_LENGTH = 64;

export const lookBackCommands = [
  defineCommand({
    name: "pane search",
    short: ["find-window"],
    summary: "Find text in the scrollback of a pane, or of all; with --all in everything they have printed.",
    details: "A capital letter in the pattern means that the case matters. Ends 1 when nothing is found.",
    args: "<words...>",
    options: {
      pane: text("pane", "Only there."),
      regex: flag("It is a regular expression.", { short: "E" }),
      all: flag("Also what scrolled away and what full-screen programs have shown."),
    },
    async run(context, { args, options }) {
      const pattern = args.join(" ");
      const query = {
        paneId: options.pane,
        pattern,
        regex: options.regex,
        ignoreCase: pattern === pattern.toLowerCase(),
      };
      const hits = options.all ? await searchAll(context, query) : await context.call("pane.search", query);
      context.output.show(hits, () =>
        context.output.table(
          hits.map((hit) => [
            hit.paneId,
            hit.logOffset === null ? String(hit.row) : `@${hit.logOffset}`,
            hit.text,
          ]),
        ),
      );
      return hits.length > 0 ? 0 : 1;
    },
  }),
  defineCommand({
    name: "pane clear-history",
    short: ["clear-history"],
    summary: "Throw away what a pane printed, but for its screen; also what is on disk of it.",
    details:
      "Nothing is kept aside: no search finds it, and no restart brings it back. Paste buffers stay as they are.",
    args: "[pane]",
    options: { target: text("pane", "Which pane; default the focused one.", { short: "t" }) },
    async run(context, { args, options }) {
      const target = options.target ?? args[0];
      context.output.show(await context.call("pane.clear-history", { target }), () => "");
    },
  }),
  defineCommand({
    name: "buffer list",
    short: ["list-buffers"],
    summary: "List the paste buffers, newest first.",
    async run(context) {
      const buffers = await context.call("buffer.list", {});
      showList(context.output, buffers, "Nothing was copied yet.", () =>
        context.output.table(
          buffers.map((buffer) => [
            { text: buffer.name, tone: "strong" },
            String(buffer.length),
            buffer.preview.replaceAll("\n", " ").slice(0, 80),
          ]),
          ["buffer", "length", "text"],
        ),
      );
    },
  }),
  defineCommand({
    name: "buffer show",
    short: ["show-buffer"],
    summary: "Print a paste buffer, the newest without a name.",
    args: "[name]",
    async run(context, { args }) {
      const buffer = await context.call("buffer.show", { name: args[0] });
      if (context.output.json) context.output.show(buffer, () => "");
      else context.output.text(buffer.text);
    },
  }),
  defineCommand({
    name: "buffer set",
    short: ["set-buffer"],
    summary: "Put a text into a paste buffer: words, `-` for what stdin says, or a file.",
    args: "[words...]",
    options: {
      name: text("name", "Which buffer; a new one without.", { short: "b" }),
      append: flag("Behind what it holds.", { short: "a" }),
      file: text("path", "What this file holds."),
    },
    async run(context, { args, options }) {
      if ((options.name?.length ?? 0) > NAME_LENGTH) throw new AppError("usage", "this name is too long");
      const { file, name, append } = options;
      const limitBytes = MAX_BUFFER_LENGTH;
      const body = await readBody(context.world, { words: args, file, what: "text", limitBytes });
      const [first, ...rest] = bufferPieces(body);
      let buffer = await context.call("buffer.set", { text: first!, name, append });
      for (const piece of rest)
        buffer = await context.call("buffer.set", { text: piece, name: buffer.name, append: true });
      context.output.show(buffer, () => inertText(buffer.name));
    },
  }),
  defineCommand({
    name: "buffer paste",
    short: ["paste-buffer"],
    summary: "Paste a buffer into a pane, the newest without a name.",
    args: "[name]",
    options: { target: text("pane", "Which pane; else the focused one.", { short: "t" }) },
    async run(context, { args, options }) {
      const result = await context.call("buffer.paste", { name: args[0], target: options.target });
      context.output.show(result, () => "");
    },
  }),
  defineCommand({
    name: "buffer delete",
    short: ["delete-buffer"],
    summary: "Forget a paste buffer, the newest without a name.",
    args: "[name]",
    async run(context, { args }) {
      context.output.show(await context.call("buffer.delete", { name: args[0] }), () => "");
    },
  }),
];

async function searchAll(
  context: CommandContext,
  query: { paneId: string | undefined; pattern: string; regex: boolean | undefined; ignoreCase: boolean },
): Promise<SearchHit[]> {
  const { searchId } = await context.call("search.open", query);
  const hits: SearchHit[] = [];
  for (;;) {
    const read = await context.call("search.read", { searchId, from: hits.length });
    hits.push(...read.hits);
    if (!read.isOver) continue;
    if (read.problem !== null) throw new AppError("failed", read.problem);
    return hits;
  }
}
