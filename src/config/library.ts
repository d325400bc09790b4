import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { AppError } from "../base/errors.ts";
import { type ConfigFile, type Origin, readConfigFile } from "./read-file.ts";

/** Where profiles and layouts lie: each directory has `profiles/` and `layouts/`. */
export interface ConfigDirs {
  /** The package. */
  readonly builtIn: string;
  /** `$XDG_CONFIG_HOME/ia-tmux`. */
  readonly user: string;
  /** `.ia-tmux` of the project; null outside of one. */
  readonly project: string | null;
}

/** Files of one kind in one directory. More is a mistake, not a library. */
const MAX_FILES = 200;

/** Files by name, the nearest origin last: it covers the ones before. Unreadable ones are errors, not absences. */
export function findFiles(
  dirs: ConfigDirs,
  kind: "profiles" | "layouts",
): { files: ConfigFile[]; errors: AppError[] } {
  const files: ConfigFile[] = [];
  const errors: AppError[] = [];
  const origins: [Origin, string | null][] = [
    ["built-in", dirs.builtIn],
    ["user", dirs.user],
    ["project", dirs.project],
  ];
  const seen = new Map<string, ConfigFile>();
  for (const [origin, dir] of origins) {
    if (dir === null) continue;
    for (const name of listYaml(join(dir, kind))) {
      try {
        const file = readConfigFile(join(dir, kind, name), origin);
        if (file === null) continue;
        const before = seen.get(nameOf(file).toLowerCase());
        const sameOrigin = before?.origin === origin;
        if (before !== undefined && (sameOrigin || nameOf(before) !== nameOf(file))) {
          const what = sameOrigin ? "have one name" : "have names that differ only in case";
          throw new AppError("bad-config", `${before.path} and ${file.path} ${what}`, {
            hint: "rename one of them",
          });
        }
        seen.set(nameOf(file).toLowerCase(), file);
        files.push(file);
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown;
        errors.push(thrown);
      }
    }
  }
  return { files, errors };
}

/** The name that a file's name gives: `layouts/trio.yaml` is `trio`. */
export function nameOf(file: ConfigFile): string {
  return basename(file.path).replace(/\.(?:yaml|yml|json)$/, "");
}

function listYaml(dir: string): string[] {
  try {
    const names = readdirSync(dir).filter((name) =>
      /^[A-Za-z0-9][A-Za-z0-9._-]*\.(?:yaml|yml|json)$/.test(name),
    );
    return names.sort().slice(0, MAX_FILES);
  } catch {
    return [];
  }
}
