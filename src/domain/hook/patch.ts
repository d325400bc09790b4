const FILE_LINE = /^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (?<path>.+?)\s*$/gmu;

/** Every path that a patch in Codex's `*** Begin Patch` format writes, moves or deletes, once each, in order. */
export function patchPaths(patch: string): string[] {
  return [...new Set([...patch.matchAll(FILE_LINE)].map((match) => match.groups?.path ?? ""))].filter(
    (path) => path !== "",
  );
}
