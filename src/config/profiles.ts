import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../base/errors.ts";
import { type Profile, ProfileSchema } from "../domain/agent/profile.ts";
import { isDeniedVariable } from "./environment.ts";
import { type ConfigDirs, findFiles, nameOf } from "./library.ts";
import type { ConfigFile, Origin } from "./read-file.ts";
import { parseSource } from "./source.ts";
import type { TrustStore } from "./trust.ts";
import { validateSource } from "./validate.ts";

export interface LoadedProfile {
  readonly profile: Profile;
  readonly origin: Origin;
  readonly path: string;
}

/** A project file that wants to run commands and has not been trusted yet. */
export interface UntrustedFile {
  readonly path: string;
  readonly sha256: string;
  /** What it would run, one line each. */
  readonly commands: readonly string[];
}

export interface ProfileLibrary {
  /** By name; the project's cover the user's, the user's cover the built-in ones. */
  readonly profiles: ReadonlyMap<string, LoadedProfile>;
  /** Files that could not be used, each with its place and reason. The others are there all the same. */
  readonly errors: readonly AppError[];
  /** Not in `profiles`: a profile is a command. */
  readonly untrusted: readonly UntrustedFile[];
}

/** Reads every profile. Throws only on trouble of our own; what a file has wrong is in `errors`. */
export function loadProfiles(dirs: ConfigDirs, trust: TrustStore): ProfileLibrary {
  const found = findFiles(dirs, "profiles");
  const errors = [...found.errors];
  const profiles = new Map<string, LoadedProfile>();
  const untrusted: UntrustedFile[] = [];
  const parsed = parsedAtBuild(dirs.builtIn);
  for (const file of found.files) {
    try {
      const known = file.origin === "built-in" ? parsed[file.sha256] : undefined;
      const profile = known ?? parseProfile(file);
      if (file.origin === "project" && !trust.isTrusted(file.sha256)) {
        untrusted.push({ path: file.path, sha256: file.sha256, commands: profileCommands(profile) });
      } else profiles.set(profile.name, { profile, origin: file.origin, path: file.path });
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      errors.push(thrown);
    }
  }
  return { profiles, errors, untrusted };
}

/**
 * The built-in profiles as the build parsed them, by the hash of their file: YAML and schema would be a third of the
 * server's start. A file that was changed since has another hash and is parsed.
 */
function parsedAtBuild(packageRoot: string): Readonly<Record<string, Profile | undefined>> {
  try {
    return JSON.parse(readFileSync(join(packageRoot, "dist", "profiles.json"), "utf8"));
  } catch {
    // run from source, or never built: everything is parsed
    return {};
  }
}

/** One profile out of its file. Throws `bad-config`. */
export function parseProfile(file: ConfigFile): Profile {
  const source = parseSource(file.path, file.text);
  return validateSource(ProfileSchema, source, (profile) => {
    const problems = [];
    const name = nameOf(file);
    if (profile.name !== name) {
      problems.push({ path: ["name"], message: `the file is called ${name}`, fix: `write name: ${name}` });
    }
    if (file.origin === "project") {
      for (const variable of Object.keys(profile.env).filter(isDeniedVariable)) {
        problems.push({
          path: ["env", variable],
          message: "not allowed from a project file",
          fix: "set it in your own shell",
        });
      }
    }
    return problems;
  });
}

function profileCommands(profile: Profile): string[] {
  const variables = Object.entries(profile.env).map(([name, value]) => `${name}=${value}`);
  const commands = [[...variables, ...profile.command].join(" ")];
  if (profile.version !== null) commands.push(profile.version.join(" "));
  return commands;
}
