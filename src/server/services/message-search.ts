import type { Message } from "../../domain/message/message.ts";
import type { Collection } from "../../store/contract.ts";

/**
 * Finds messages by words. Their texts stand in a few long strings, folded to lower case once: looking through those
 * is many times quicker than through each message. Made at the first search; a search before costs nothing at the start.
 */
export interface MessageSearch {
  add(message: Message): void;
  /** Messages came in or went behind our back. */
  reload(): void;
  /** The youngest messages that hold all words (lower case, without blanks) and are wanted, the youngest first. */
  find(words: readonly string[], isWanted: (message: Message) => boolean, limit: number): readonly Message[];
}

const BLOCK_MESSAGES = 512;
/** Characters of text kept beside the messages; older texts beyond that are folded anew by each search. */
const MAX_KEPT_CHARACTERS = 64 * 1024 * 1024;

interface Block {
  readonly ids: string[];
  /** Where each message's text begins in `text`. */
  starts: number[];
  /** Null: to be made when it is looked through. */
  text: string | null;
}

export function createMessageSearch(messages: Pick<Collection<Message>, "get" | "all">): MessageSearch {
  /** Oldest first; null until somebody searches. */
  let blocks: Block[] | null = null;
  let keptCharacters = 0;

  function append(to: Block[], id: string): void {
    const last = to.at(-1);
    if (last === undefined || last.ids.length >= BLOCK_MESSAGES)
      to.push({ ids: [id], starts: [], text: null });
    else {
      keptCharacters -= last.text?.length ?? 0;
      last.ids.push(id);
      last.text = null;
    }
  }

  function built(): Block[] {
    if (blocks !== null) return blocks;
    blocks = [];
    keptCharacters = 0;
    for (const message of messages.all()) append(blocks, message.id);
    return blocks;
  }

  function textOf(block: Block): string {
    if (block.text !== null) return block.text;
    const starts: number[] = [];
    const texts: string[] = [];
    let at = 0;
    for (const id of block.ids) {
      const message = messages.get(id);
      const text =
        message === undefined
          ? ""
          : `${id} ${message.from} ${message.to} ${message.subject} ${message.body}`.toLowerCase();
      starts.push(at);
      texts.push(text);
      at += text.length + 1;
    }
    block.starts = starts;
    const text = texts.join("\n");
    if (keptCharacters + text.length <= MAX_KEPT_CHARACTERS) {
      keptCharacters += text.length;
      block.text = text;
    }
    return text;
  }

  return {
    add(message) {
      if (blocks !== null) append(blocks, message.id);
    },
    reload() {
      blocks = null;
    },
    find(words, isWanted, limit) {
      const found: Message[] = [];
      for (const block of built().toReversed()) {
        const text = textOf(block);
        const places = words.map((word) => text.indexOf(word));
        if (places.includes(-1)) continue;
        // The word that comes latest is the rarest, as a rule.
        const first = words[places.indexOf(Math.max(...places))] ?? "";
        const others = words.filter((word) => word !== first);
        const inBlock: Message[] = [];
        for (let at = Math.max(...places); at !== -1; ) {
          const index = lastAtOrBefore(block.starts, at);
          const end = block.starts[index + 1] ?? text.length + 1;
          const own = others.length === 0 ? "" : text.slice(block.starts[index], end - 1);
          const message = others.every((word) => own.includes(word))
            ? messages.get(block.ids[index] ?? "")
            : undefined;
          if (message !== undefined && isWanted(message)) inBlock.push(message);
          at = end > text.length ? -1 : text.indexOf(first, end);
        }
        found.push(...inBlock.toReversed());
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
  };
}

/** Index of the last number that is not above `value`; the list rises and begins with 0. */
function lastAtOrBefore(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
