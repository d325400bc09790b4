// What the `config` commands do with the settings file.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { AppError } from "../base/errors.ts";
import { readConfigFile } from "../config/read-file.ts";
import {
  DEFAULT_SETTINGS_TEXT,
  loadSettings,
  parseSettings,
  settingsPath,
  settingsText,
} from "../config/settings.ts";
import { bindingsFor } from "../domain/keys/bindings.ts";
import { inertText } from "../domain/text/inert.ts";
import type { CommandContext } from "./command.ts";
import { configPlaces } from "./config-dirs.ts";

function pathOf(context: CommandContext): string {
  return settingsPath(configPlaces(context.world).dirs.user);
}

/** Writes the commented defaults. An existing file is never touched. Answers the exit status. */
export async function initSettings(context: CommandContext): Promise<number> {
  const path = pathOf(context);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let written = true;
  try {
    writeFileSync(path, DEFAULT_SETTINGS_TEXT, { mode: 0o600, flag: "wx" });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
    written = false;
  }
  // From now on a running server follows the file; without one there is nobody to tell.
  if (written) await context.call("settings.reload", {}).catch(ignoreAbsentServer);
  context.output.show({ path, written }, () => `${written ? "wrote" : "kept "} ${inertText(path)}`);
  return 0;
}

function ignoreAbsentServer(thrown: unknown): void {
  if (!(thrown instanceof AppError)) throw thrown;
}

/** Throws `bad-config` with every problem at its place; a missing file is fine unless it was named. */
export function checkSettings(context: CommandContext, named: string | undefined): void {
  const path = named === undefined ? pathOf(context) : resolve(context.world.cwd, named);
  const file = readConfigFile(path, named === undefined ? "user" : "project");
  if (file !== null) parseSettings(file);
  else if (named !== undefined) throw new AppError("no-input", `${inertText(named)}: no such file`);
  context.output.show({ ok: true, path, exists: file !== null }, () =>
    file === null ? `${inertText(path)}: not there, the defaults hold` : `${inertText(path)}: ok`,
  );
}

export function showSettings(context: CommandContext): void {
  const path = pathOf(context);
  const settings = loadSettings(configPlaces(context.world).dirs.user);
  if (context.output.json) context.output.show({ path, settings }, () => "");
  else context.output.text(`# ${path}\n${settingsText(settings)}`);
}

export function showSettingsPath(context: CommandContext): void {
  const path = pathOf(context);
  context.output.show({ path }, () => inertText(path));
}

/** The binding table as the screen has it: with the user's prefix and keys. */
export function showKeys(context: CommandContext): void {
  const { prefix, keys } = loadSettings(configPlaces(context.world).dirs.user);
  const bindings = bindingsFor(prefix, keys).map(({ key, command, description, group }) => ({
    key,
    command,
    description,
    group,
  }));
  context.output.show({ prefix, bindings }, () =>
    context.output.table(
      bindings.map((binding) => [
        { text: `${prefix} ${binding.key}`, tone: "strong" },
        inertText(binding.command, 60),
        inertText(binding.description, 80),
      ]),
      ["key", "command", "what it does"],
    ),
  );
}
