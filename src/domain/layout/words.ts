// The words for arranging panes, apart from the tree and its schemas: who only needs the words loads no zod for them.

/** In the order in which the key for the next layout goes through them (tmux's names and meanings). */
export const PRESETS = [
  "even-horizontal",
  "even-vertical",
  "main-horizontal",
  "main-vertical",
  "tiled",
] as const;
/** Columns or rows of a pane as a part of the window's, such as `50%`. */
export const SHARE_PATTERN = /^(100|[1-9]\d?)%$/;
/** More cells than this no screen has. */
export const MAX_EXTENT = 10_000;

/** Columns or rows as people write them: cells, or a part of the window's. Null: neither. */
export function parseExtent(text: string): number | string | null {
  if (SHARE_PATTERN.test(text)) return text;
  const cells = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return cells >= 1 && cells <= MAX_EXTENT ? cells : null;
}

/** What may be asked for: a preset, the one after the present, equal shares, or what was before the last of these. */
export const ARRANGEMENTS = [...PRESETS, "next", "spread", "undo"] as const;
