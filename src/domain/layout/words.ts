// The words for arranging panes, apart from the tree and its schemas: who only needs the words loads no zod for them.

/** In the order in which the key for the next layout goes through them (tmux's names and meanings). */
export const PRESETS = [
  "even-horizontal",
  "even-vertical",
  "main-horizontal",
  "main-vertical",
  "tiled",
] as const;
/** What may be asked for: a preset, the one after the present, equal shares, or what was before the last of these. */
export const ARRANGEMENTS = [...PRESETS, "next", "spread", "undo"] as const;
