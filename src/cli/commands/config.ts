// `config …`: the user's settings. All but `reload` work without a server, so that a broken file can be mended.
import { inertText } from "../../domain/text/inert.ts";
import { defineCommand } from "../command.ts";

export const configCommands = [
  defineCommand({
    name: "config init",
    summary: "Write a settings file with every setting and its default as comments; keeps one that is there.",
    async run(context) {
      return (await import("../settings-file.ts")).initSettings(context);
    },
  }),
  defineCommand({
    name: "config check",
    summary: "Check the settings file; every problem is named with its line.",
    args: "[file]",
    async run(context, { args }) {
      (await import("../settings-file.ts")).checkSettings(context, args[0]);
    },
  }),
  defineCommand({
    name: "config show",
    summary: "Print the settings in force, defaults filled in.",
    async run(context) {
      (await import("../settings-file.ts")).showSettings(context);
    },
  }),
  defineCommand({
    name: "config keys",
    short: ["list-keys"],
    summary: "List every key behind the prefix with its command, your own first.",
    async run(context) {
      (await import("../settings-file.ts")).showKeys(context);
    },
  }),
  defineCommand({
    name: "config path",
    summary: "Print where the settings file is.",
    async run(context) {
      (await import("../settings-file.ts")).showSettingsPath(context);
    },
  }),
  defineCommand({
    name: "config reload",
    short: ["reload-config", "source-file"],
    summary: "Have the running workspace read the settings file anew.",
    async run(context) {
      const { path, problem } = await context.call("settings.reload", {});
      context.output.show({ path, problem }, () =>
        problem === null
          ? `Read ${inertText(path)}`
          : problem
              .split("\n")
              .map((line) => context.output.paint(inertText(line, 400), "bad"))
              .join("\n"),
      );
      return problem === null ? 0 : 78;
    },
  }),
];
