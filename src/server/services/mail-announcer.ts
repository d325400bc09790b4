// Brings messages on their way to the agents they are for. Owns only who is behind: whose mail found no room.
import type { Message } from "../../domain/message/message.ts";
import type { Delivery } from "../../domain/relay/delivery.ts";
import { messageBody, noticeBody } from "../../domain/relay/prompt.ts";
import { sameName } from "../../domain/session/actor.ts";
import type { Agent } from "../../domain/session/session.ts";
import { OPEN_STATES } from "./delivery-records.ts";
import type { MessageService } from "./message-service.ts";
import type { MuteService } from "./mute-service.ts";
import type { RelayService } from "./relay-service.ts";
import type { SessionService } from "./session-service.ts";

/** A message up to this size is carried whole; a longer one is announced, and the agent reads it itself. */
const CARRIED_BYTES = 4_000;
/** So many deliveries share one sync of the disk. */
const ANNOUNCED_AT_ONCE = 50;

export interface MailAnnouncerDeps {
  readonly session: Pick<SessionService, "find">;
  readonly messages: Pick<MessageService, "inbox">;
  readonly mutes: Pick<MuteService, "isMuted">;
  readonly relay: Pick<RelayService, "enqueue" | "knows" | "roomFor">;
  readonly inBackground: (what: string, work: Promise<unknown>) => void;
}

export function createMailAnnouncer(deps: MailAnnouncerDeps) {
  const { relay } = deps;
  /** For each agent that is behind, in lower case: its mail since that moment is to be looked through. */
  const behind = new Map<string, number>();
  const catchingUp = new Set<string>();

  /** The agent that is to hear of the message; undefined when nobody is. */
  function readerOf(message: Message, name: string): Agent | undefined {
    if (sameName(name, message.from) || deps.mutes.isMuted(name, message.from)) return undefined;
    return deps.session.find(name);
  }

  async function bring(message: Message, reader: Agent): Promise<void> {
    const whole = Buffer.byteLength(message.body) <= CARRIED_BYTES;
    await relay.enqueue({
      id: deliveryIdOf(message, reader),
      kind: message.type === "answer" ? "answer" : whole ? "message" : "notice",
      from: message.from,
      to: reader.name,
      priority: message.priority,
      taskId: message.taskId,
      messageIds: [message.id],
      body: whole ? messageBody(message) : noticeBody([message], reader),
    });
  }

  /** The oldest first, as many as there is room for; until nothing is left, or no room. */
  async function catchUp(name: string): Promise<void> {
    const key = name.toLowerCase();
    if (catchingUp.has(key)) return;
    catchingUp.add(key);
    try {
      for (let sinceMs = behind.get(key); sinceMs !== undefined; sinceMs = behind.get(key)) {
        const room = relay.roomFor(name);
        if (room === 0) return;
        const oldestMs = sinceMs;
        const left = deps.messages.inbox(name).flatMap((message) => {
          const reader = message.createdAtMs >= oldestMs ? readerOf(message, name) : undefined;
          return reader === undefined || relay.knows(deliveryIdOf(message, reader))
            ? []
            : [{ message, reader }];
        });
        if (left.length === 0) behind.delete(key);
        const next = left.slice(0, Math.min(room, ANNOUNCED_AT_ONCE));
        await Promise.all(next.map(({ message, reader }) => bring(message, reader)));
      }
    } finally {
      catchingUp.delete(key);
    }
  }

  return {
    /** To each recipient that has room; the others are told as soon as they have. */
    async announce(message: Message): Promise<void> {
      for (const { agent: name } of message.receipts) {
        const reader = readerOf(message, name);
        if (reader === undefined) continue;
        const key = name.toLowerCase();
        // What came before goes before.
        if (!behind.has(key) && relay.roomFor(name) > 0) await bring(message, reader);
        else behind.set(key, Math.min(behind.get(key) ?? message.createdAtMs, message.createdAtMs));
      }
    },

    /** Whatever is unread since that moment and was not announced. Resolves when it is, or waits for room. */
    announceSince(name: string, sinceMs: number): Promise<void> {
      behind.set(name.toLowerCase(), sinceMs);
      return catchUp(name);
    },

    /** A delivery that came to its end makes room for the next. */
    heard(delivery: Delivery): void {
      if (OPEN_STATES.includes(delivery.state) || !behind.has(delivery.to.toLowerCase())) return;
      deps.inBackground("announce waiting mail", catchUp(delivery.to));
    },
  };
}

/** The same each time, so that nothing is announced twice. */
function deliveryIdOf(message: Message, reader: Agent): string {
  return `dlv-${message.id.replace(/^msg-/, "")}-${reader.name}`.slice(0, 64);
}
