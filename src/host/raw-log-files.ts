/**
 * Names of a pane's raw log: segments `<name>.<offset of the first byte>.raw` and one `<name>.marks` with a line per resize and
 * per stretch of output that is missing.
 * A byte's place in a file is its offset less the one in the name, so an offset is found without an index.
 */
export function segmentFileName(logName: string, startOffset: number): string {
  return `${logName}.${String(startOffset).padStart(16, "0")}.raw`;
}

export function marksFileName(logName: string): string {
  return `${logName}.marks`;
}

/** The log that a segment or a file of marks belongs to, or undefined for any other file. */
export function logNameOf(fileName: string): string | undefined {
  return /^(.+?)\.(?:\d{16}\.raw|marks)$/.exec(fileName)?.[1];
}

/** The offset in a segment's name, or undefined for any other file. */
export function segmentStart(logName: string, fileName: string): number | undefined {
  if (!fileName.startsWith(`${logName}.`)) return undefined;
  const match = /^(\d{16})\.raw$/.exec(fileName.slice(logName.length + 1));
  return match === null ? undefined : Number(match[1]);
}
