// Panes that were closed a moment ago, so that a slip of the finger can be undone.
import type { Clock } from "../../base/clock.ts";
import type { Window } from "../../domain/mux/model.ts";
import type { PaneRecord } from "../../domain/pane/pane.ts";

/** How long a closed pane can be brought back. */
export const REOPEN_MS = 10_000;
/** More than these nobody closes by mistake; the oldest is let go. */
const MAX_KEPT = 20;

/** What was closed by one deed: a pane, or a window with its panes. */
export interface Closed {
  /** As it was before. */
  readonly window: Window;
  /** Those that can come back. */
  readonly records: readonly PaneRecord[];
}

export interface ClosedPanes {
  keep(closed: Closed): void;
  /** The last one that was kept; it is the caller's from now on. */
  take(): Closed | null;
}

/** `forget` throws away what is kept of panes that did not come back. */
export function createClosedPanes(clock: Clock, forget: (record: PaneRecord) => void): ClosedPanes {
  const kept: { closed: Closed; cancel: () => void }[] = [];

  function letGo(entry: (typeof kept)[number] | undefined) {
    if (!entry) return;
    entry.cancel();
    const at = kept.indexOf(entry);
    if (at >= 0) kept.splice(at, 1);
    for (const record of entry.closed.records) forget(record);
  }

  return {
    keep(closed) {
      if (closed.records.length === 0) return;
      const entry = { closed, cancel: clock.after(REOPEN_MS, () => letGo(entry)) };
      kept.push(entry);
      if (kept.length > MAX_KEPT) letGo(kept[0]);
    },
    take() {
      const entry = kept.pop();
      entry?.cancel();
      return entry?.closed ?? null;
    },
  };
}
