// The user's settings reach the screen: with the attach, and whenever the file changes.
import { bindingsFor, DEFAULT_PREFIX } from "../../domain/keys/bindings.ts";
import { formatKey, parseKey } from "../../domain/keys/key.ts";
import type { SettingsView } from "../../protocol/views.ts";
import type { Model } from "../model.ts";
import { type Change, toast } from "./change.ts";

export function takeSettings(model: Model, { path, settings, problem }: SettingsView): Change {
  const key = parseKey(settings.prefix);
  const prefixKey = key ? formatKey(key) : DEFAULT_PREFIX;
  const next: Model = {
    ...model,
    prefixKey,
    bindings: bindingsFor(prefixKey, settings.keys),
    wantedTheme: settings.theme,
    ascii: model.asciiTerminal || settings.ascii,
    hasStatusLine: settings.status,
    statusLeft: settings.statusLeft,
    statusRight: settings.statusRight,
    wantedCopyKeys: settings.modeKeys,
    // `:mode-keys` holds until the setting itself changes.
    copyKeys:
      settings.modeKeys === model.wantedCopyKeys
        ? model.copyKeys
        : settings.modeKeys === "auto"
          ? model.environmentCopyKeys
          : settings.modeKeys,
  };
  const themed: Model = { ...next, theme: themeOf(next) };
  return [
    problem === null
      ? themed
      : toast(themed, "bad", `The settings are not used: ${inOneLine(path, problem)}`, "settings"),
    [{ type: "mouse-reports", on: settings.mouse }],
  ];
}

/** The environment's theme, else the user's, else the one that fits the terminal's background. */
export function themeOf(model: Model): Model["theme"] {
  if (model.themeFixed) return model.theme;
  return model.wantedTheme === "auto" ? model.backgroundTheme : model.wantedTheme;
}

/** The first line, by the file's own name: its whole path would leave no room for what is wrong. */
function inOneLine(path: string, problem: string): string {
  const [line = ""] = problem.split("\n");
  return line.replace(path, path.slice(path.lastIndexOf("/") + 1));
}
