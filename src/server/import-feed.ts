/** What belongs to the machine it was made on. A pane or a lock of another machine would bind ghosts here. */
const LOCAL: readonly string[] = [
  "panes",
  "workspace",
  "locks",
  "waiters",
  "bypasses",
  "counters",
  "deliveries",
  "session",
];

/** The text of an export, put together from pieces, as the lines that the store may take. */
export interface ImportFeed {
  readonly lines: AsyncIterable<string>;
  /** Resolves when the piece has been taken: whoever sends waits, so that nothing piles up. */
  push(text: string): Promise<void>;
  end(): void;
  readonly leftOut: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
}

export function createImportFeed(knowsAgent: (name: string, id: string) => boolean): ImportFeed {
  const waiting: { readonly text: string; taken(): void }[] = [];
  const rejected: { line: number; reason: string }[] = [];
  let wake: (() => void) | null = null;
  let ended = false;
  let leftOut = 0;

  async function* lines(): AsyncGenerator<string> {
    let rest = "";
    let number = 0;
    for (;;) {
      const piece = waiting.shift();
      if (piece === undefined) {
        if (ended) break;
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const parts = (rest + piece.text).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) yield fitted(line, ++number);
      piece.taken();
    }
    if (rest.trim() !== "") yield fitted(rest, ++number);
  }

  /** The line as it may come in. An empty one keeps the numbers of those behind it right. */
  function fitted(line: string, number: number): string {
    let value: { collection?: unknown; document?: Record<string, unknown> };
    try {
      value = JSON.parse(line) as typeof value;
    } catch {
      return line;
    }
    if (typeof value !== "object" || value === null) return line;
    if (typeof value.collection === "string" && LOCAL.includes(value.collection)) {
      leftOut++;
      return "";
    }
    if (value.collection !== "agents" || typeof value.document !== "object" || value.document === null)
      return line;
    const { name, id } = value.document;
    if (typeof name === "string" && typeof id === "string" && knowsAgent(name, id)) {
      rejected.push({ line: number, reason: `an agent named ${name} is known already` });
      return "";
    }
    // It ran in a pane of the other machine.
    return JSON.stringify({ ...value, document: { ...value.document, paneId: null } });
  }

  return {
    lines: lines(),
    push: (text) =>
      new Promise((resolve) => {
        waiting.push({ text, taken: resolve });
        wake?.();
      }),
    end() {
      ended = true;
      wake?.();
    },
    get leftOut() {
      return leftOut;
    },
    rejected,
  };
}
