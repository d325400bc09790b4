import { isAbsolute, relative, resolve, sep } from "node:path";
import { AppError } from "../base/errors.ts";
import {
  geometryOnly,
  layoutCommands,
  layoutPanes,
  LayoutSchema,
  type LayoutSpec,
} from "../domain/layout-spec.ts";
import { inertText } from "../domain/text/inert.ts";
import { isDeniedVariable } from "./environment.ts";
import { type ConfigDirs, findFiles, nameOf } from "./library.ts";
import { type ConfigFile, type Origin, readConfigFile } from "./read-file.ts";
import { parseSource } from "./source.ts";
import { didYouMean } from "./suggest.ts";
import type { TrustStore } from "./trust.ts";
import { validateSource } from "./validate.ts";

export interface LoadedLayout {
  /** Without commands and variables while the file is not trusted. */
  readonly layout: LayoutSpec;
  readonly origin: Origin;
  readonly path: string;
  readonly sha256: string;
  readonly isTrusted: boolean;
  /** What the file itself would run, one line each: for the trust question. */
  readonly commands: readonly string[];
}

export interface LayoutEntry {
  readonly name: string;
  readonly title: string;
  readonly origin: Origin;
  readonly path: string;
}

/**
 * The layout of that name, or of that path when it has a slash in it. The project's covers the user's, the user's the
 * built-in one. Throws `not-found` or `bad-config`.
 */
export function loadLayout(
  dirs: ConfigDirs,
  name: string,
  projectRoot: string,
  trust: TrustStore,
): LoadedLayout {
  const file =
    name.includes("/") || name.endsWith(".yaml") ? readByPath(name, projectRoot) : readByName(dirs, name);
  const full = parseLayout(file, projectRoot);
  const commands = layoutCommands(full);
  const isTrusted = file.origin !== "project" || commands.length === 0 || trust.isTrusted(file.sha256);
  const layout = isTrusted ? full : geometryOnly(full);
  return { layout, origin: file.origin, path: file.path, sha256: file.sha256, isTrusted, commands };
}

/** Every layout by name, and the files that are none, with reasons. */
export function listLayouts(
  dirs: ConfigDirs,
  projectRoot: string,
): { layouts: LayoutEntry[]; errors: AppError[] } {
  const found = findFiles(dirs, "layouts");
  const errors = [...found.errors];
  const layouts = new Map<string, LayoutEntry>();
  for (const file of found.files) {
    try {
      const { name, title } = parseLayout(file, projectRoot);
      layouts.set(name, { name, title, origin: file.origin, path: file.path });
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      errors.push(thrown);
    }
  }
  return { layouts: [...layouts.values()], errors };
}

/** One layout out of its file. Throws `bad-config`. */
export function parseLayout(file: ConfigFile, projectRoot: string): LayoutSpec {
  return validateSource(LayoutSchema, parseSource(file.path, file.text), (layout) => {
    if (file.origin !== "project") return [];
    return layoutPanes(layout).flatMap(({ pane, path }) => {
      const problems = Object.keys(pane.env ?? {})
        .filter(isDeniedVariable)
        .map((variable) => ({
          path: [...path, "env", variable],
          message: "not allowed from a project file",
          fix: "set it in your own shell",
        }));
      if (pane.cwd !== undefined && isOutside(pane.cwd, projectRoot)) {
        const fix = "name a directory below the project's root";
        problems.push({
          path: [...path, "cwd"],
          message: `${inertText(pane.cwd, 80)} is outside the project`,
          fix,
        });
      }
      return problems;
    });
  });
}

function readByName(dirs: ConfigDirs, name: string): ConfigFile {
  const { files, errors } = findFiles(dirs, "layouts");
  const file = files.findLast((candidate) => nameOf(candidate) === name);
  if (file !== undefined) return file;
  const broken = errors.find((error) => error.message.includes(`/${name}.`));
  if (broken !== undefined) throw broken;
  const names = [...new Set(files.map(nameOf))];
  const near = didYouMean(name, names);
  const hint = near === null ? `there are: ${names.join(", ")}` : `did you mean ${near}?`;
  throw new AppError("not-found", `no layout "${inertText(name, 60)}"`, { hint });
}

/** A layout given by path is the project's when it lies in the project, and is trusted no more than that otherwise. */
function readByPath(path: string, projectRoot: string): ConfigFile {
  const file = readConfigFile(resolve(projectRoot, path), "project");
  if (file === null) throw new AppError("not-found", `no layout file ${inertText(path, 120)}`);
  return file;
}

function isOutside(cwd: string, projectRoot: string): boolean {
  const way = relative(projectRoot, resolve(projectRoot, cwd));
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}
