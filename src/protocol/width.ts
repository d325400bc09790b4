/**
 * How many columns text takes, the same for the server's screens and the client's chrome.
 * Rules: Unicode East Asian Width W and F and Emoji_Presentation are 2; marks and format characters are 0; an emoji with
 * U+FE0F, a ZWJ sequence, a skin tone or a pair of regional indicators is one cluster of 2 (as string-width has it, which
 * the coding agents lay out their screens with).
 */

/** Pairs of first and last code point with East Asian Width W or F, without what Emoji_Presentation covers. */
const WIDE_RANGES = [
  0x1100, 0x115f, 0x2329, 0x232a, 0x2e80, 0x2e99, 0x2e9b, 0x2ef3, 0x2f00, 0x2fd5, 0x2ff0, 0x303e, 0x3041,
  0x3096, 0x3099, 0x30ff, 0x3105, 0x312f, 0x3131, 0x318e, 0x3190, 0x31e3, 0x31ef, 0x321e, 0x3220, 0x3247,
  0x3250, 0x4dbf, 0x4e00, 0xa48c, 0xa490, 0xa4c6, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10,
  0xfe19, 0xfe30, 0xfe52, 0xfe54, 0xfe66, 0xfe68, 0xfe6b, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x16fe4,
  0x16ff0, 0x16ff1, 0x17000, 0x187f7, 0x18800, 0x18cd5, 0x18d00, 0x18d08, 0x1aff0, 0x1affe, 0x1b000, 0x1b122,
  0x1b132, 0x1b132, 0x1b150, 0x1b152, 0x1b155, 0x1b155, 0x1b164, 0x1b167, 0x1b170, 0x1b2fb, 0x1f200, 0x1f202,
  0x1f210, 0x1f23b, 0x1f240, 0x1f248, 0x1f250, 0x1f251, 0x1f260, 0x1f265, 0x1fa70, 0x1faff, 0x20000, 0x2fffd,
  0x30000, 0x3fffd,
];

const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\u200b-\u200f]$/u;
const EMOJI_PRESENTATION = /^\p{Emoji_Presentation}$/u;
const PICTOGRAPHIC = /^\p{Extended_Pictographic}$/u;

const SOFT_HYPHEN = 0xad;
const ZERO_WIDTH_JOINER = 0x200d;
const EMOJI_VARIATION = 0xfe0f;

const IS_PICTOGRAPHIC = 4;
const pages = new Map<number, Uint8Array>();

function measure(codePoint: number): number {
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)) return 0;
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return 1;
  const character = String.fromCodePoint(codePoint);
  const kind = PICTOGRAPHIC.test(character) ? IS_PICTOGRAPHIC : 0;
  if (codePoint === SOFT_HYPHEN || isRegionalIndicator(codePoint)) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  if (EMOJI_PRESENTATION.test(character)) return kind | 2;
  for (let i = 0; i < WIDE_RANGES.length; i += 2) {
    if (codePoint < (WIDE_RANGES[i] as number)) break;
    if (codePoint <= (WIDE_RANGES[i + 1] as number)) return kind | 2;
  }
  return kind | 1;
}

/** Looks up a page of 256 code points that is filled on first use: start-up costs nothing, a hit costs two reads. */
function lookUp(codePoint: number): number {
  if (codePoint > 0x10ffff) return 1;
  const number = codePoint >>> 8;
  let page = pages.get(number);
  if (page === undefined) {
    page = new Uint8Array(256);
    for (let i = 0; i < 256; i++) page[i] = measure((number << 8) | i);
    pages.set(number, page);
  }
  return page[codePoint & 0xff] as number;
}

function isRegionalIndicator(codePoint: number): boolean {
  return codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff;
}

/** Columns of one code point on its own: 0, 1 or 2. Control characters have 0. */
export function codePointWidth(codePoint: number): 0 | 1 | 2 {
  if (codePoint >= 0x20 && codePoint < 0x7f) return 1;
  return (lookUp(codePoint) & 3) as 0 | 1 | 2;
}

const AFTER_JOINER = 1;
const AFTER_REGIONAL = 2;
const AFTER_PICTOGRAPHIC = 4;
const AFTER_KEYCAP_BASE = 8;
const KEYCAP_BASE = (AFTER_KEYCAP_BASE << 3) | (1 << 1);

/** Digits, # and *, which U+FE0F U+20E3 make a keycap. */
function isKeycapBase(codePoint: number): boolean {
  return (codePoint >= 0x30 && codePoint <= 0x39) || codePoint === 0x23 || codePoint === 0x2a;
}

/**
 * What a code point does to the cluster before it, packed as the emulator wants it: bit 0 joins the cluster before,
 * bits 1-2 columns of the cluster so far, from bit 3 our own state. `preceding` is the last answer, or 0 when a control
 * character or a sequence came between.
 */
export function joinProperties(codePoint: number, preceding: number): number {
  if (codePoint >= 0x20 && codePoint < 0x7f) return isKeycapBase(codePoint) ? KEYCAP_BASE : 1 << 1;
  const found = lookUp(codePoint);
  const width = found & 3;
  const clusterWidth = (preceding >> 1) & 3;
  const state = preceding >> 3;
  if (width === 0) {
    const base = state & AFTER_PICTOGRAPHIC;
    if (codePoint === ZERO_WIDTH_JOINER) return pack(base | (base ? AFTER_JOINER : 0), clusterWidth, true);
    const takesVariation = (state & (AFTER_PICTOGRAPHIC | AFTER_KEYCAP_BASE)) !== 0;
    const widens = codePoint === EMOJI_VARIATION && takesVariation && clusterWidth === 1;
    return pack(base, widens ? 2 : clusterWidth, true);
  }
  if (isRegionalIndicator(codePoint)) {
    return state & AFTER_REGIONAL ? pack(0, 2, true) : pack(AFTER_REGIONAL, 1, false);
  }
  const pictographic = (found & IS_PICTOGRAPHIC) !== 0;
  const isSkinTone = codePoint >= 0x1f3fb && codePoint <= 0x1f3ff;
  const joins =
    clusterWidth > 0 &&
    (isSkinTone ? (state & AFTER_PICTOGRAPHIC) !== 0 : pictographic && (state & AFTER_JOINER) !== 0);
  // a joiner may follow the skin tone: what it joins is still the picture before
  const isPicture = pictographic || (isSkinTone && joins);
  return pack(isPicture ? AFTER_PICTOGRAPHIC : 0, joins ? Math.max(2, clusterWidth) : width, joins);
}

function pack(state: number, width: number, joins: boolean): number {
  return (state << 3) | (width << 1) | (joins ? 1 : 0);
}

export interface Cluster {
  readonly text: string;
  readonly width: 1 | 2;
}

/** What an untrusted control character is shown as. */
const REPLACEMENT = "\ufffd";

/** Code points that one cell may hold; what comes after is dropped. */
export const MAX_CELL_CODE_POINTS = 32;

/**
 * Splits text into what goes into one cell each. Control characters become U+FFFD (tab and newline a blank), bidirectional
 * controls vanish, a mark without a base gets a blank to stand on.
 */
export function splitClusters(text: string): Cluster[] {
  const clusters: { text: string; width: 1 | 2; count: number }[] = [];
  let preceding = 0;
  for (const character of text) {
    let codePoint = character.codePointAt(0) as number;
    if (codePoint === 0x09 || codePoint === 0x0a || codePoint === 0x0d) codePoint = 0x20;
    else if (isBidirectionalControl(codePoint)) continue;
    else if (isUnprintable(codePoint)) codePoint = 0xfffd;
    const shown = codePoint === 0xfffd ? REPLACEMENT : String.fromCodePoint(codePoint);
    const properties = joinProperties(codePoint, preceding);
    preceding = properties;
    const width = (properties >> 1) & 3;
    const last = clusters.at(-1);
    if ((properties & 1) !== 0) {
      if (last === undefined) {
        clusters.push({ text: ` ${shown}`, width: 1, count: 2 });
        preceding = 1 << 1;
      } else if (last.count < MAX_CELL_CODE_POINTS) {
        last.text += shown;
        last.count++;
        if (width === 2) last.width = 2;
      }
      continue;
    }
    clusters.push({ text: shown, width: width === 2 ? 2 : 1, count: 1 });
  }
  return clusters;
}

/** Columns that `splitClusters(text)` takes. */
export function textWidth(text: string): number {
  let columns = 0;
  for (const cluster of splitClusters(text)) columns += cluster.width;
  return columns;
}

/** C0, DEL, C1, lone surrogates, separators and bidirectional overrides: never to be written to a terminal. */
export function isUnprintable(codePoint: number): boolean {
  return (
    codePoint < 0x20 ||
    (codePoint >= 0x7f && codePoint < 0xa0) ||
    (codePoint >= 0xd800 && codePoint <= 0xdfff) ||
    (codePoint >= 0x2028 && codePoint <= 0x202e) ||
    (codePoint >= 0x2066 && codePoint <= 0x2069) ||
    codePoint > 0x10ffff
  );
}

function isBidirectionalControl(codePoint: number): boolean {
  return (
    (codePoint >= 0x202a && codePoint <= 0x202e) ||
    (codePoint >= 0x2066 && codePoint <= 0x2069) ||
    codePoint === 0x061c ||
    codePoint === 0x200e ||
    codePoint === 0x200f
  );
}

/** Makes a title, a name or a path fit for one line of a terminal: controls and bidi gone, line breaks blanks, at most `limit` characters. */
export function sanitiseLine(text: string, limit = 200): string {
  let shown = "";
  let count = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) as number;
    const isBlank = codePoint === 0x09 || codePoint === 0x0a;
    if (!isBlank && (isUnprintable(codePoint) || isBidirectionalControl(codePoint))) continue;
    shown += isBlank ? " " : character;
    if (++count >= limit) break;
  }
  return shown;
}
