// Bytes for the panes' programs. A long paste goes in pieces, each when the pane's terminal has taken the one before: it waits
// here, and no queue behind this one has to hold it.
import { messageOf } from "../base/errors.ts";
import type { Connection } from "../client/connection.ts";
import { MAX_PASTE_BYTES } from "../domain/keys/paste.ts";

export interface PaneInput {
  /** In order for each pane. What comes behind a long paste waits for it; other panes do not. */
  send(paneNumber: number, bytes: Uint8Array): void;
}

export interface PaneInputDeps {
  readonly connection: () => Pick<Connection, "sendInput" | "call"> | null;
  /** Says why something was not typed. */
  readonly refuse: (message: string) => void;
  /** Counts work that is under way; call the answer when it is over. */
  readonly begin: () => () => void;
}

/** Longer input goes in pieces of this size. */
const PIECE_BYTES = 131_072;
/** A paste and what is typed behind it. More is refused with words. */
const MAX_WAITING_BYTES = MAX_PASTE_BYTES + 1_048_576;

interface Waiting {
  readonly pieces: Uint8Array[];
  bytes: number;
}

export function createPaneInput(deps: PaneInputDeps): PaneInput {
  const waiting = new Map<number, Waiting>();

  function enqueue(queue: Waiting, bytes: Uint8Array): void {
    if (queue.bytes + bytes.length > MAX_WAITING_BYTES) {
      return deps.refuse("The pane does not read what was pasted; what came behind it is lost.");
    }
    queue.bytes += bytes.length;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES)
      queue.pieces.push(bytes.subarray(at, at + PIECE_BYTES));
  }

  async function drain(paneNumber: number, queue: Waiting): Promise<void> {
    const over = deps.begin();
    try {
      for (let piece = queue.pieces.shift(); piece !== undefined; piece = queue.pieces.shift()) {
        const data = Buffer.from(piece).toString("base64");
        await deps.connection()?.call("pane.input", { pane: paneNumber, data }, { timeoutMs: 0 });
        queue.bytes -= piece.length;
      }
    } catch (thrown) {
      deps.refuse(`Not all of it was pasted: ${messageOf(thrown)}`);
    } finally {
      waiting.delete(paneNumber);
      over();
    }
  }

  return {
    send(paneNumber, bytes) {
      const before = waiting.get(paneNumber);
      if (before) return enqueue(before, bytes.slice());
      if (bytes.length <= PIECE_BYTES) return deps.connection()?.sendInput(paneNumber, bytes);
      const queue: Waiting = { pieces: [], bytes: 0 };
      waiting.set(paneNumber, queue);
      enqueue(queue, bytes);
      void drain(paneNumber, queue);
    },
  };
}
