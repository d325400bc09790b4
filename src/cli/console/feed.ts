/** More lines than that do not wait for the end of a span: the oldest go, and how many is said. */
export const MAX_WAITING_LINES = 500;

export interface Feed {
  add(line: string): void;
  /** Prints what waits; nothing is printed afterwards. */
  end(): void;
}

/** Prints each line as it comes, or, with a span, all of the span at its end. */
export function createFeed(print: (text: string) => void, spanMs: number | null): Feed {
  let waiting: string[] = [];
  let left = 0;
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;

  function flush() {
    timer = null;
    if (waiting.length === 0) return;
    const text = [...(left > 0 ? [`(${left} earlier; \`ia-tmux log\` has them)`] : []), ...waiting].join(
      "\n",
    );
    waiting = [];
    left = 0;
    print(text);
  }

  return {
    add(line) {
      if (isOver) return;
      if (spanMs === null) {
        print(line);
        return;
      }
      waiting.push(line);
      if (waiting.length > MAX_WAITING_LINES) {
        waiting.shift();
        left++;
      }
      timer ??= setTimeout(flush, spanMs);
    },
    end() {
      if (timer !== null) clearTimeout(timer);
      flush();
      isOver = true;
    },
  };
}
