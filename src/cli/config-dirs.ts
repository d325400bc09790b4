import { join } from "node:path";
import type { ConfigDirs } from "../config/library.ts";
import { PROJECT_DIR } from "../config/project-files.ts";
import { createTrustStore, type TrustStore } from "../config/trust.ts";
import { packageRoot } from "../node/entry-paths.ts";
import { resolveProjectPaths, type ProjectPaths } from "../node/runtime-dir.ts";
import type { World } from "./world.ts";

export interface ConfigPlaces {
  readonly paths: ProjectPaths;
  readonly dirs: ConfigDirs;
  readonly trust: TrustStore;
}

/** Where profiles and layouts come from, as the server sees it; for commands that work without one. */
export function configPlaces(world: Pick<World, "cwd" | "env">): ConfigPlaces {
  const paths = resolveProjectPaths(world.cwd, world.env);
  return {
    paths,
    dirs: { builtIn: packageRoot, user: paths.configDir, project: join(paths.root, PROJECT_DIR) },
    trust: createTrustStore(paths.stateDir),
  };
}
