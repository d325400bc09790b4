import { AppError } from "../../base/errors.ts";
import { type Addressed, resolveAddress } from "../../domain/message/addressing.ts";
import { type MESSAGE_TYPES, type Message, type ReceiptState } from "../../domain/message/message.ts";
import { MAX_FOUND } from "../../domain/message/words.ts";
import { isPartyTo, isUnreadBy, receiptOf, withMark } from "../../domain/message/receipts.ts";
import { MAX_TEXT_BYTES } from "../../domain/record.ts";
import { type Actor, actorName, isActor, sameName } from "../../domain/session/actor.ts";
import type { Roster } from "../../domain/session/roster.ts";
import { requireOperator } from "../../domain/session/rules.ts";
import type { Priority } from "../../domain/task/task.ts";
import { filterText } from "../../domain/text/filter.ts";
import { searchWords } from "../../domain/text/search-words.ts";
import { utf8Length } from "../../domain/text/utf8.ts";
import type { Collection } from "../../store/contract.ts";
import { findRecord } from "./find-record.ts";
import { createMessageIndex } from "./message-index.ts";
import { createMessageRetention, type MessageRetention } from "./message-retention.ts";
import { createRepeatKeys, type RepeatableCall } from "./repeat-keys.ts";
import { newStamp, type RecordDeps, touched } from "./stamp.ts";

/** Unread messages one recipient may have. The next is refused with `busy`: silence would look like delivery. */
export const MAX_UNREAD = 1_000;
const MAX_SUBJECT_CHARACTERS = 200;

export interface NewMessage {
  readonly to: string;
  readonly body: string;
  readonly subject?: string | undefined;
  readonly type?: (typeof MESSAGE_TYPES)[number] | undefined;
  readonly priority?: Priority | undefined;
  /** A task's id, or how `task show` takes it. */
  readonly taskId?: string | undefined;
  readonly replyTo?: string | undefined;
  readonly expiresInMs?: number | undefined;
  /** References to files of the project, records or addresses; nothing is copied. */
  readonly attachments?: readonly string[] | undefined;
  /** Directory that relative paths of `attachments` are relative to; default the project root. */
  readonly cwd?: string | undefined;
  /** The caller's own word for this call: made again it finds the message instead of sending another. */
  readonly key?: string | undefined;
}

export interface MessageService extends MessageRetention {
  send(actor: Actor, input: NewMessage): Promise<Message>;
  /** To the sender of a message, in its thread; `complete` also marks the original completed. */
  reply(
    actor: Actor,
    reference: string,
    input: Omit<NewMessage, "to" | "replyTo"> & { complete?: boolean },
  ): Promise<Message>;
  /** The operator's word: to `all` it becomes one direct message for each agent that is there. */
  directive(actor: Actor, to: string, body: string): Promise<readonly Message[]>;
  /** What waits for `name`, oldest first. Default: unread; with `state` those in it; with `all` also archived and expired ones. */
  inbox(
    name: string,
    filter?: { state?: ReceiptState | undefined; all?: boolean | undefined },
  ): readonly Message[];
  unreadCount(name: string): number;
  /** Only sender, recipients and the operator may see a message. */
  show(actor: Actor, reference: string): Message;
  thread(actor: Actor, reference: string): readonly Message[];
  /** What the actor may see of a thread, by the thread's id; nothing when there is none. */
  conversation(actor: Actor, threadId: string): readonly Message[];
  /** All there are, oldest first: the operator's to read. */
  everything(): readonly Message[];
  /** For the actor's own receipt. Going back, or repeating, changes nothing. */
  mark(actor: Actor, reference: string, state: Exclude<ReceiptState, "unread">): Promise<Message>;
  /** What `name` sent, oldest first. */
  sent(name: string): readonly Message[];
  /** Newest first, at most `MAX_FOUND`; agents find only what they sent or got. */
  search(actor: Actor, query: string): readonly Message[];
  /** The store changed behind our back: an import. */
  reload(): void;
}

export interface MessageServiceDeps extends RecordDeps {
  readonly messages: Collection<Message>;
  readonly roster: Roster;
  /** The task's id; throws `not-found`. */
  taskIdOf(reference: string): string;
  /** What is stored for an attachment, such as a file's path in the project; throws when it leads to nothing. */
  attachmentOf(reference: string, cwd: string | undefined): string;
}

/** Owns the messages: who said what to whom, and what each recipient did with it. */
export function createMessageService(deps: MessageServiceDeps): MessageService {
  const { messages, roster, clock, announce } = deps;
  const index = createMessageIndex(messages);
  const keys = createRepeatKeys(messages, "message");

  const find = (reference: string): Message =>
    findRecord(messages, reference, { prefix: "msg-", noun: "message", list: "ia-tmux inbox --all" });

  function show(actor: Actor, reference: string): Message {
    const message = find(reference);
    if (isPartyTo(actor, message)) return message;
    throw new AppError(
      "permission-denied",
      `Message ${message.id} is neither from nor to ${actorName(actor)}`,
    );
  }

  async function send(actor: Actor, input: NewMessage): Promise<Message> {
    const call = callOf(input);
    const again = keys.earlier(actor, call);
    if (again !== null) return again;
    const addressed = resolveAddress(actor, input.to, roster);
    return store(actor, input, addressed, call);
  }

  async function store(
    actor: Actor,
    input: NewMessage,
    addressed: Addressed,
    call: RepeatableCall | null,
  ): Promise<Message> {
    const body = checkBody(input.body);
    const replied = input.replyTo === undefined ? null : show(actor, input.replyTo);
    const recipients = withRoom(addressed);
    const stamp = newStamp(deps, "msg", actor);
    const message: Message = {
      ...stamp,
      ...keys.keyOf(call),
      from: actorName(actor),
      to: addressed.to,
      subject: oneLine(input.subject ?? ""),
      body,
      type: input.type ?? "message",
      priority: input.priority ?? "medium",
      taskId: input.taskId === undefined ? (replied?.taskId ?? null) : deps.taskIdOf(input.taskId),
      replyTo: replied?.id ?? null,
      threadId: replied?.threadId ?? stamp.id,
      expiresAtMs: input.expiresInMs === undefined ? null : stamp.createdAtMs + input.expiresInMs,
      attachments: (input.attachments ?? [])
        .map(oneLine)
        .filter((reference) => reference !== "")
        .map((reference) => deps.attachmentOf(reference, input.cwd)),
      receipts: recipients.map((agent) => ({ agent, state: "unread", atMs: stamp.createdAtMs })),
    };
    index.add(message);
    const saved = messages.insert(message);
    keys.add(message, saved);
    await saved;
    announce({ kind: "message.sent", by: message.from, message });
    return message;
  }

  /** Those who can still take one. Agents of a group that are gone and full are left out; anybody else full is an error. */
  function withRoom(addressed: Addressed): readonly string[] {
    const full = addressed.recipients.filter(
      (name) => index.unreadAtMost(name) >= MAX_UNREAD && unreadCount(name) >= MAX_UNREAD,
    );
    const blocking = full.find((name) => addressed.direct || !roster.isGone(name));
    if (blocking !== undefined) {
      throw new AppError("busy", `${blocking} has ${MAX_UNREAD} unread messages already`, {
        hint: `Nothing was sent. ${blocking} has to read some first: ia-tmux inbox --agent ${blocking}`,
      });
    }
    return addressed.recipients.filter((name) => !full.includes(name));
  }

  async function reply(
    actor: Actor,
    reference: string,
    input: Omit<NewMessage, "to" | "replyTo"> & { complete?: boolean },
  ): Promise<Message> {
    const call = callOf({ ...input, replyTo: reference });
    const sent = await (keys.earlier(actor, call) ?? answer(actor, show(actor, reference), input, call));
    // Who repeats the call may do so long after: the original can have left for the archive.
    const original = sent.replyTo === null ? undefined : messages.get(sent.replyTo);
    if (original !== undefined)
      await mark(actor, original.id, input.complete === true ? "completed" : "acknowledged", true);
    return sent;
  }

  function answer(
    actor: Actor,
    original: Message,
    input: Omit<NewMessage, "to" | "replyTo">,
    call: RepeatableCall | null,
  ): Promise<Message> {
    const to = isActor(actor, original.from) ? original.to : original.from;
    const addressed = resolveAddress(actor, to, roster);
    const subject =
      input.subject ??
      (/^re: /i.test(original.subject) || original.subject === ""
        ? original.subject
        : `Re: ${original.subject}`);
    return store(actor, { ...input, to, subject, replyTo: original.id }, addressed, call);
  }

  async function directive(actor: Actor, to: string, body: string): Promise<readonly Message[]> {
    requireOperator(actor, "A directive");
    const everybody = sameName(to, "all") || sameName(to, "everyone");
    const names = everybody
      ? roster
          .all()
          .map((agent) => agent.name)
          .filter((name) => !roster.isGone(name))
      : [to];
    if (names.length === 0) throw new AppError("not-found", "no active agents to direct");
    return Promise.all(
      names.map((name) => send(actor, { to: name, body, priority: "high", subject: `Directive: ${body}` })),
    );
  }

  function inbox(
    name: string,
    filter: { state?: ReceiptState | undefined; all?: boolean | undefined } = {},
  ): readonly Message[] {
    const nowMs = clock.nowMs();
    if (filter.all === true) return index.of(name);
    if (filter.state === undefined || filter.state === "unread") {
      return index.unread(name).filter((message) => isUnreadBy(message, name, nowMs));
    }
    return index.of(name).filter((message) => receiptOf(message, name)?.state === filter.state);
  }

  function unreadCount(name: string): number {
    const nowMs = clock.nowMs();
    return index
      .unread(name)
      .reduce((count, message) => count + (isUnreadBy(message, name, nowMs) ? 1 : 0), 0);
  }

  function conversation(actor: Actor, threadId: string): readonly Message[] {
    return index.thread(threadId).filter((message) => isPartyTo(actor, message));
  }

  /** `quiet`: not having a receipt is no error, as for one's own message. */
  async function mark(
    actor: Actor,
    reference: string,
    state: Exclude<ReceiptState, "unread">,
    quiet = false,
  ): Promise<Message> {
    const message = show(actor, reference);
    const name = actorName(actor);
    if (receiptOf(message, name) === undefined) {
      if (quiet) return message;
      throw new AppError("permission-denied", `Message ${message.id} is not to ${name}`, {
        hint: "Only a recipient marks a message, for himself.",
      });
    }
    const receipts = withMark(message, name, state, clock.nowMs());
    if (receipts === null) return message;
    const marked: Message = { ...message, ...touched(deps), receipts: [...receipts] };
    await messages.put(marked);
    index.settled(name, marked.id);
    announce({ kind: "message.marked", by: name, message: marked, agent: name, state });
    return marked;
  }

  function search(actor: Actor, query: string): readonly Message[] {
    const words = searchWords(query);
    if (words.length === 0) throw new AppError("usage", "The search is empty");
    return index.find(words, (message) => isPartyTo(actor, message), MAX_FOUND);
  }

  return {
    ...createMessageRetention({ ...deps, index }),
    reload() {
      index.reload();
      keys.reload();
    },
    send,
    reply,
    directive,
    inbox,
    unreadCount,
    show,
    thread: (actor, reference) => conversation(actor, show(actor, reference).threadId),
    conversation,
    everything: () => messages.all(),
    mark: (actor, reference, state) => mark(actor, reference, state),
    search,
    sent: (name) => messages.find((message) => sameName(message.from, name)),
  };
}

/** Where the caller stands matters only for paths. */
function callOf({ key, cwd, ...content }: Omit<NewMessage, "to">): RepeatableCall | null {
  const hasPaths = (content.attachments ?? []).length > 0;
  return key === undefined ? null : { word: key, content: { ...content, ...(hasPaths ? { cwd } : {}) } };
}

function checkBody(body: string): string {
  const bytes = utf8Length(body);
  if (bytes > MAX_TEXT_BYTES) {
    throw new AppError("too-large", `The message is ${bytes} bytes; limit ${MAX_TEXT_BYTES}`, {
      hint: "Write it into a file of the project and send its name (--attach), or split it.",
    });
  }
  const filtered = filterText(body);
  if (filtered.trim() === "")
    throw new AppError("usage", "The message is empty", { hint: 'Use: --message "…" or --file <path>' });
  return filtered;
}

function oneLine(text: string): string {
  // Cutting can halve a character; the filter mends that.
  return filterText(filterText(text).replace(/\s+/g, " ").trim().slice(0, MAX_SUBJECT_CHARACTERS));
}
