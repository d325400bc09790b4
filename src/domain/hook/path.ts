/** A path as seen from a directory: absolute paths stay, others get the directory in front. Nothing is normalised. */
export function joinPath(directory: string | null, path: string): string {
  if (path.startsWith("/") || directory === null) return path;
  return `${directory.replace(/\/+$/u, "")}/${path.replace(/^(?:\.\/+)+(?=.)/u, "")}`;
}

/** The last name of a path. */
export function baseName(path: string): string {
  return path.replace(/\/+$/u, "").split("/").at(-1) ?? path;
}
