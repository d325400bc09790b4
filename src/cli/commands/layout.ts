import { AppError } from "../../base/errors.ts";
import { ARRANGEMENTS } from "../../domain/layout/words.ts";
import { inertText } from "../../domain/text/inert.ts";
import { defineCommand } from "../command.ts";

export const layoutCommands = [
  defineCommand({
    name: "layout list",
    short: ["layouts"],
    summary: "List layouts: ours, yours, the project's.",
    async run(context) {
      const layouts = await context.call("layout.list", {});
      context.output.show(layouts, () =>
        context.output.table(
          layouts.map((layout) => [{ text: layout.name, tone: "strong" }, layout.source, layout.summary]),
        ),
      );
    },
  }),
  defineCommand({
    name: "layout open",
    summary: "Open a layout in the running workspace.",
    args: "<name>",
    starts: true,
    async run(context, { args }) {
      const result = await context.call("layout.open", { name: args[0] as string });
      context.output.show(result, () => `Opened ${inertText(args[0] as string)}`);
    },
  }),
  defineCommand({
    name: "layout save",
    summary: "Save the open panes as a layout of yours.",
    args: "<name>",
    async run(context, { args }) {
      const result = await context.call("layout.save", { name: args[0] as string });
      context.output.show(result, () => `Saved ${inertText(result.path)}`);
    },
  }),
  defineCommand({
    name: "layout arrange",
    short: ["select-layout"],
    summary: `Arrange the panes: ${ARRANGEMENTS.join(", ")}.`,
    args: "<preset>",
    starts: true,
    async run(context, { args }) {
      const name = ARRANGEMENTS.find((preset) => preset === args[0]);
      if (!name) {
        throw new AppError("usage", `no arrangement "${inertText(args[0] as string, 40)}"`, {
          hint: `There are ${ARRANGEMENTS.join(", ")}.`,
        });
      }
      context.output.show(await context.call("layout.preset", { name }), () => "");
    },
  }),
  defineCommand({
    name: "layout check",
    summary: "Check a layout file; every problem is named with its line.",
    args: "<file>",
    async run(context, { args }) {
      (await import("../config-files.ts")).checkFile(context, "layout", args[0] as string);
    },
  }),
  defineCommand({
    name: "profile list",
    short: ["profiles"],
    summary: "List profiles: ours, yours, the project's.",
    async run(context) {
      return (await import("../config-files.ts")).listProfiles(context);
    },
  }),
  defineCommand({
    name: "profile show",
    summary: "Print a profile with its defaults filled in.",
    args: "<name>",
    async run(context, { args }) {
      (await import("../config-files.ts")).showProfile(context, args[0] as string);
    },
  }),
  defineCommand({
    name: "profile check",
    summary: "Check a profile file; every problem is named with its line.",
    args: "<file>",
    async run(context, { args }) {
      (await import("../config-files.ts")).checkFile(context, "profile", args[0] as string);
    },
  }),
];
