import { fixedPrefix } from "./glob.ts";
import type { LockTarget } from "./lease.ts";

/** A directory to watch, relative to the project; "" is the project itself. */
export interface WatchPlace {
  readonly directory: string;
  /** With everything below. */
  readonly deep: boolean;
}

/** Where changes of what is locked show: the files' directories, directories with all below, patterns' fixed parts. */
export function watchPlaces(targets: readonly LockTarget[]): readonly WatchPlace[] {
  const deep = new Set<string>();
  const flat = new Set<string>();
  for (const target of targets) {
    switch (target.kind) {
      case "file":
        flat.add(parentOf(target.path));
        break;
      case "directory":
        // Its own end shows in its parent.
        flat.add(parentOf(target.path));
        deep.add(target.path);
        break;
      case "glob": {
        const prefix = fixedPrefix(target.pattern);
        const rest = prefix === "" ? target.pattern : target.pattern.slice(prefix.length + 1);
        (rest.includes("/") || rest.includes("**") ? deep : flat).add(prefix);
        break;
      }
      case "resource":
        break;
    }
  }
  const isBelowDeep = (directory: string) =>
    ancestorsOf(directory).some((ancestor) => ancestor !== directory && deep.has(ancestor));
  return [
    ...[...flat]
      .filter((directory) => !deep.has(directory) && !isBelowDeep(directory))
      .map((directory) => ({ directory, deep: false })),
    ...[...deep]
      .filter((directory) => !isBelowDeep(directory))
      .map((directory) => ({ directory, deep: true })),
  ];
}

/** The path's own directories from the project down: "", "a", "a/b" of `a/b`. */
export function ancestorsOf(path: string): readonly string[] {
  if (path === "") return [""];
  const parts = path.split("/");
  return ["", ...parts.map((_part, index) => parts.slice(0, index + 1).join("/"))];
}

export function parentOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}
