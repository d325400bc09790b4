// Short lines that pass in a pane's border: a relay's receipt, a refused edit. In memory only; the activity log keeps them.
import type { Clock } from "../../base/clock.ts";
import type { Level } from "../../protocol/views.ts";

/** How long a line stays. */
const SHOWN_MS = 5_000;

export type NoticeBoard = ReturnType<typeof createNoticeBoard>;

export function createNoticeBoard(clock: Clock, changed: () => void) {
  const lines = new Map<string, { text: string; level: Level; cancel: () => void }>();

  return {
    show(paneId: string, level: Level, text: string) {
      lines.get(paneId)?.cancel();
      const cancel = clock.after(SHOWN_MS, () => {
        lines.delete(paneId);
        changed();
      });
      lines.set(paneId, { text, level, cancel });
      changed();
    },
    of(paneId: string): { text: string; level: Level } | null {
      const line = lines.get(paneId);
      return line ? { text: line.text, level: line.level } : null;
    },
    stop() {
      for (const { cancel } of lines.values()) cancel();
    },
  };
}
