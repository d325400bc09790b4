// `profile …` and `layout check`: they read files, not the server, so that a broken file can be looked into at any time.
import { resolve } from "node:path";
import { stringify } from "yaml";
import { AppError } from "../base/errors.ts";
import { parseLayout } from "../config/layouts.ts";
import { loadProfiles, parseProfile } from "../config/profiles.ts";
import { readConfigFile, type ConfigFile } from "../config/read-file.ts";
import { inertText } from "../domain/text/inert.ts";
import type { CommandContext } from "./command.ts";
import { configPlaces } from "./config-dirs.ts";
import { statSync } from "node:fs";

export function listProfiles(context: CommandContext): number {
  const { dirs, trust } = configPlaces(context.world);
  const library = loadProfiles(dirs, trust);
  const rows = [...library.profiles.values()].map(({ profile, origin, path }) => ({
    name: profile.name,
    title: profile.title,
    kind: profile.kind,
    command: profile.command,
    origin,
    path,
  }));
  const errors = library.errors.map((error) => error.message);
  const untrusted = library.untrusted.map(({ path, sha256, commands }) => ({ path, sha256, commands }));
  const { output } = context;
  output.show({ profiles: rows, untrusted, errors }, () =>
    [
      output.table(
        rows.map((row) => [{ text: row.name, tone: "strong" }, row.title, row.origin, row.command.join(" ")]),
      ),
      ...untrusted.map((file) =>
        output.paint(`not trusted: ${inertText(file.path)} (${file.sha256.slice(0, 12)})`, "warn"),
      ),
      ...errors.map((error) => output.paint(inertText(error.split("\n")[0] ?? "", 400), "bad")),
    ].join("\n"),
  );
  return errors.length > 0 ? 78 : 0;
}

export function showProfile(context: CommandContext, name: string): void {
  const { dirs, trust } = configPlaces(context.world);
  const library = loadProfiles(dirs, trust);
  const found = library.profiles.get(name);
  if (!found) {
    throw new AppError("not-found", `no profile "${inertText(name, 40)}"`, {
      hint: `There are ${[...library.profiles.keys()].join(", ")}.`,
    });
  }
  if (context.output.json) context.output.show(found, () => "");
  else context.output.text(`# ${found.path}\n${stringify(found.profile)}`);
}

/** Reads one file as a profile or a layout; throws with every problem at its place. */
export function checkFile(context: CommandContext, kind: "profile" | "layout", path: string): void {
  const file = openFile(context, path);
  const { paths } = configPlaces(context.world);
  if (kind === "profile") parseProfile(file);
  else parseLayout(file, paths.root);
  context.output.show({ ok: true, path: file.path }, () => `${inertText(path)}: ok`);
}

function openFile(context: CommandContext, path: string): ConfigFile {
  const full = resolve(context.world.cwd, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (!stat) throw new AppError("no-input", `${inertText(path)}: no such file`);
  // As a project's file: the strictest rules, and no question of who owns it.
  const file = readConfigFile(full, "project");
  if (file === null) throw new AppError("no-input", `${inertText(path)}: no such file`);
  return { ...file, path };
}
