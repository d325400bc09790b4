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
  const json = line.slice(PREFIX_BYTES);
  if (line.slice(0, PREFIX_BYTES) !== `${crc32(json).toString(16).padStart(8, "0")} `)
    throw new Error("the checksum does not fit");
  return json;
}

const PREFIX_BYTES = 9;
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

/** Walks through a datafile, giving each whole record's JSON and the bytes it takes (newline included) in file order. */
export function scanLines(file: Buffer, onRecord: (json: string, lineBytes: number) => void): ScanResult {
  const result: ScanResult = { damagedParts: 0, recoveredRecords: 0, tornTailBytes: 0, clean: true };
  let start = 0;
  while (start < file.length) {
    const newline = file.indexOf(NEWLINE, start);
    const end = newline === -1 ? file.length : newline;
    const line = file.subarray(start, end);
    start = end + 1;
    if (isRecord(line)) {
      onRecord(line.toString("utf8", PREFIX_BYTES), line.length + 1);
      if (newline === -1) result.clean = false;
      continue;
    }
    const { recovered, damagedParts } = salvage(line, onRecord);
    if (newline === -1 && recovered === 0 && TORN_TAIL.test(line.toString("latin1"))) {
      result.tornTailBytes = line.length;
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
  line: Buffer,
  onRecord: (json: string, lineBytes: number) => void,
): { recovered: number; damagedParts: number } {
  const starts: number[] = [];
  for (let at = line.indexOf(RECORD_START); at !== -1; at = line.indexOf(RECORD_START, at + 1)) {
    if (at >= 8 && isHex(line, at - 8)) starts.push(at - 8);
  }
  let recovered = 0;
  let damagedParts = 0;
  let accountedTo = 0;
  for (const [index, from] of starts.entries()) {
    const limit = starts[index + 1] ?? line.length;
    // one byte less: what was a newline, or the CR of a file that went through an editor
    const record = [line.subarray(from, limit), line.subarray(from, limit - 1)].find(isRecord);
    if (record === undefined) continue;
    if (from > accountedTo) damagedParts++;
    accountedTo = limit;
    recovered++;
    onRecord(record.toString("utf8", PREFIX_BYTES), record.length + 1);
  }
  if (accountedTo < line.length) damagedParts++;
  return { recovered, damagedParts };
}

function isRecord(line: Buffer): boolean {
  if (line.length <= PREFIX_BYTES || line[PREFIX_BYTES - 1] !== SPACE || !isHex(line, 0)) return false;
  return Number.parseInt(line.toString("latin1", 0, 8), 16) === crc32(line.subarray(PREFIX_BYTES));
}

function isHex(bytes: Buffer, from: number): boolean {
  for (let index = from; index < from + 8; index++) {
    const byte = bytes[index] ?? 0;
    if (!((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66))) return false;
  }
  return true;
}
