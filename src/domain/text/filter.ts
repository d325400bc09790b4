// The one filter. Text goes through it when it enters the project and again just before it is written into a pane.

const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;
/** C0 but TAB and LF, DEL and C1, bidi marks and overrides, the byte order mark. */
const DROPPED =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text that can neither act as a key nor reorder or hide what a human reads: every kind of line break becomes LF,
 * controls other than LF and TAB are dropped, lone surrogates become U+FFFD. Filtering twice changes nothing.
 */
export function filterText(text: string): string {
  return text.replace(LINE_BREAKS, "\n").replace(DROPPED, "").replace(LONE_SURROGATES, "\ufffd");
}

/** Whether the filter would leave the text as it is. */
export function isFiltered(text: string): boolean {
  return filterText(text) === text;
}
