import type { Message } from "../../domain/message/message.ts";
import { receiptOf } from "../../domain/message/receipts.ts";
import type { Collection } from "../../store/contract.ts";
import { createMessageSearch, type MessageSearch } from "./message-search.ts";

/**
 * Finds a recipient's messages without reading all of them. It holds ids only and asks the collection for the truth,
 * so a write that was taken back leaves nothing behind but an id that leads nowhere.
 */
export interface MessageIndex extends Pick<MessageSearch, "find"> {
  add(message: Message): void;
  /** All messages to `name`, oldest first. */
  of(name: string): readonly Message[];
  /** Those `name` has not read, expired ones included. */
  unread(name: string): readonly Message[];
  /** How many they are at most, without looking at them. */
  unreadAtMost(name: string): number;
  thread(threadId: string): readonly Message[];
  /** The mark is durable: `name` need not be asked about this message any more. */
  settled(name: string, messageId: string): void;
  /** Reads all messages anew: some came in or went behind the index's back. */
  reload(): void;
}

export function createMessageIndex(messages: Pick<Collection<Message>, "get" | "all">): MessageIndex {
  const byRecipient = new Map<string, string[]>();
  const unreadBy = new Map<string, Set<string>>();
  /** What followed a thread's first message: most messages begin one and have no answer. */
  const repliesByThread = new Map<string, string[]>();
  const search = createMessageSearch(messages);

  function add(message: Message): void {
    search.add(message);
    if (message.threadId !== message.id) push(repliesByThread, message.threadId, message.id);
    for (const { agent, state } of message.receipts) {
      const key = agent.toLowerCase();
      push(byRecipient, key, message.id);
      if (state !== "unread") continue;
      const unread = unreadBy.get(key) ?? new Set<string>();
      unread.add(message.id);
      unreadBy.set(key, unread);
    }
  }

  const load = (ids: readonly string[] | undefined): Message[] =>
    (ids ?? []).flatMap((id) => {
      const message = messages.get(id);
      return message === undefined ? [] : [message];
    });

  function reload(): void {
    search.reload();
    for (const map of [byRecipient, unreadBy, repliesByThread]) map.clear();
    for (const message of messages.all()) add(message);
  }

  reload();
  return {
    add,
    reload,
    find: search.find,
    of: (name) => load(byRecipient.get(name.toLowerCase())),
    unread(name) {
      const ids = unreadBy.get(name.toLowerCase());
      if (ids === undefined) return [];
      return load([...ids]).filter((message) => receiptOf(message, name)?.state === "unread");
    },
    unreadAtMost: (name) => unreadBy.get(name.toLowerCase())?.size ?? 0,
    thread: (threadId) => load([threadId, ...(repliesByThread.get(threadId) ?? [])]),
    settled(name, messageId) {
      unreadBy.get(name.toLowerCase())?.delete(messageId);
    },
  };
}

function push(map: Map<string, string[]>, key: string, id: string): void {
  const ids = map.get(key);
  if (ids === undefined) map.set(key, [id]);
  else ids.push(id);
}
