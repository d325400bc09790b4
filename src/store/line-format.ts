import { crc32 } from "node:zlib";

/**
 * A line of a datafile: 8 hex digits of the CRC-32 of the JSON's UTF-8 bytes, a space, the JSON. The three characters
 * that JSON leaves raw but line readers split on are escaped. `formatLine` and `parseLine` are nedb's
 * afterSerialization and beforeDeserialization, so a plain nedb with these hooks can read our files.
 */
export function formatLine(json: string): string {
  const escaped = json.replace(
    /[\u0085\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${crc32(escaped).toString(16).padStart(8, "0")} ${escaped}`;
}

/** The JSON of a line. Throws if the line is not exactly what was written. */
export function parseLine(line: string): string {
  const json = line.slice(CHECKSUM_BYTES);
  if (line.slice(0, CHECKSUM_BYTES) !== `${crc32(json).toString(16).padStart(8, "0")} `)
    throw new Error("the checksum does not fit");
  return json;
}

/** The checksum and its space. */
export const CHECKSUM_BYTES = 9;
const NEWLINE = 0x0a;
const SPACE = 0x20;
/** Where a record's JSON begins. Inside a JSON string every quote has a backslash before it, so no text can look like this. */
const RECORD_START = Buffer.from(' {"');
/** All that a cut record, or the zeros of an unwritten block, can look like. */
const TORN_TAIL = /^(?:[0-9a-f]{0,8}|[0-9a-f]{8} (?:\{[^\n]*)?|\0+)$/;

export interface ScanResult {
  /** Runs of bytes that belong to no record. */
  damagedParts: number;
  recoveredRecords: number;
  /** Length of an unfinished last record; these bytes can be cut off. */
  tornTailBytes: number;
  /** True if the file, but for its torn tail, is exactly its records with a newline after each. */
  clean: boolean;
}

/**
 * Walks through a datafile in file order and says where each whole record's JSON begins and ends: between its checksum
 * and its newline. Nothing is parsed here, so that what a later line replaces costs no more than its checksum.
 */
export function scanLines(file: Buffer, onRecord: (jsonStart: number, jsonEnd: number) => void): ScanResult {
  const result: ScanResult = { damagedParts: 0, recoveredRecords: 0, tornTailBytes: 0, clean: true };
  let start = 0;
  while (start < file.length) {
    const newline = file.indexOf(NEWLINE, start);
    const end = newline === -1 ? file.length : newline;
    const lineStart = start;
    start = end + 1;
    if (isRecord(file, lineStart, end)) {
      onRecord(lineStart + CHECKSUM_BYTES, end);
      if (newline === -1) result.clean = false;
      continue;
    }
    const { recovered, damagedParts } = salvage(file, lineStart, end, onRecord);
    if (newline === -1 && recovered === 0 && TORN_TAIL.test(file.toString("latin1", lineStart, end))) {
      result.tornTailBytes = end - lineStart;
      continue;
    }
    result.clean = false;
    result.recoveredRecords += recovered;
    result.damagedParts += damagedParts;
  }
  return result;
}

/** A damaged line may hold whole records: two of them with a broken newline between, or one behind a torn one. */
function salvage(
  file: Buffer,
  lineStart: number,
  lineEnd: number,
  onRecord: (jsonStart: number, jsonEnd: number) => void,
): { recovered: number; damagedParts: number } {
  const line = file.subarray(lineStart, lineEnd);
  const starts: number[] = [];
  for (let at = line.indexOf(RECORD_START); at !== -1; at = line.indexOf(RECORD_START, at + 1)) {
    if (at >= 8 && checksumAt(line, at - 8) !== null) starts.push(at - 8);
  }
  let recovered = 0;
  let damagedParts = 0;
  let accountedTo = 0;
  for (const [index, from] of starts.entries()) {
    const limit = starts[index + 1] ?? line.length;
    // one byte less: what was a newline, or the CR of a file that went through an editor
    const end = [limit, limit - 1].find((candidate) => isRecord(line, from, candidate));
    if (end === undefined) continue;
    if (from > accountedTo) damagedParts++;
    accountedTo = limit;
    recovered++;
    onRecord(lineStart + from + CHECKSUM_BYTES, lineStart + end);
  }
  if (accountedTo < line.length) damagedParts++;
  return { recovered, damagedParts };
}

function isRecord(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= CHECKSUM_BYTES || bytes[start + CHECKSUM_BYTES - 1] !== SPACE) return false;
  const checksum = checksumAt(bytes, start);
  return checksum !== null && checksum === crc32(bytes.subarray(start + CHECKSUM_BYTES, end));
}

/** The number that eight lower-case hex digits say, or null when there are other bytes. */
function checksumAt(bytes: Buffer, from: number): number | null {
  let checksum = 0;
  for (let index = from; index < from + 8; index++) {
    const byte = bytes[index] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) checksum = checksum * 16 + byte - 0x30;
    else if (byte >= 0x61 && byte <= 0x66) checksum = checksum * 16 + byte - 0x57;
    else return null;
  }
  return checksum;
}
