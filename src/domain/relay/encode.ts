import { AppError, invariant } from "../../base/errors.ts";
import type { InjectSpec } from "../agent/profile.ts";
import type { Delivery } from "./delivery.ts";
import { filterText } from "../text/filter.ts";
import { endingOf } from "./submit.ts";

const PASTE_START = "\u001b[200~";
const PASTE_END = "\u001b[201~";
/** Typed faster than this in one write, text counts as a paste for some agents. */
const MAX_TYPED_CHARACTERS = 160;
/** Claude Code joins writes that come without a pause, and Enter at their end then submits nothing. */
const LINE_PAUSE_MS = 15;
const SUBMIT_PAUSE_MS = 150;
/** Characters that open a completion menu or act as a key when they are typed. */
const ACTS_WHEN_TYPED = /[\t@/]/;

/** What is written into a pane, one write after another. */
export interface EncodedDelivery {
  readonly parts: readonly Uint8Array[];
  /** Wait between two writes, so that the agent reads them apart: read as one, they are a paste. */
  readonly pauseMs: number;
  /** Wait before the last write, the one that submits: read together with text, Enter is text. */
  readonly submitPauseMs: number;
  /** What the composer ends with when the text before the last write has been read; null: it is not waited for. */
  readonly ending: string | null;
}

/** The line by which an agent, a human and the agent's hook recognise a delivery. */
export function headerLine(kind: Delivery["kind"], from: string, deliveryId: string): string {
  return `[ia-tmux ${kind} from ${token(from)} · ${token(deliveryId)}]`;
}

/** Header and body, filtered: what the agent's model will read. */
export function deliveryText(delivery: Pick<Delivery, "kind" | "from" | "id" | "body">): string {
  return `${headerLine(delivery.kind, delivery.from, delivery.id)}\n${filterText(delivery.body)}`.trimEnd();
}

/**
 * The writes that put a text into an agent's composer and submit it. Nothing in the text can end the paste or act as
 * a key: it holds no control but LF and TAB, and it begins with our header.
 */
export function encodeDelivery(text: string, inject: InjectSpec): EncodedDelivery {
  assertSafe(text);
  if (!isLong(text, inject))
    return { parts: bytes([paste(text) + inject.submit]), pauseMs: 0, submitPauseMs: 0, ending: null };
  switch (inject.long.manner) {
    case "paste":
      return { parts: bytes([paste(text) + inject.submit]), pauseMs: 0, submitPauseMs: 0, ending: null };
    case "lead-in": {
      const [header = "", ...body] = text.split("\n");
      return {
        parts: bytes([`${header} `, paste(body.join("\n")) + inject.submit]),
        pauseMs: 30,
        submitPauseMs: 30,
        ending: null,
      };
    }
    case "line-by-line":
      return {
        parts: bytes([...lineByLine(text), inject.submit]),
        pauseMs: LINE_PAUSE_MS,
        submitPauseMs: SUBMIT_PAUSE_MS,
        ending: endingOf(text),
      };
  }
}

/** The key that puts the human's draft aside; the agent brings it back by itself after our submit. */
export function encodeStash(inject: InjectSpec): EncodedDelivery {
  invariant(inject.stash !== null, "this agent cannot put a draft aside");
  return { parts: bytes([inject.stash.key]), pauseMs: 0, submitPauseMs: 0, ending: null };
}

/** Whether the agent would fold or wrap this text if it were pasted whole. */
export function isLong(text: string, inject: InjectSpec): boolean {
  const { overLines, overChars } = inject.long;
  return text.length > overChars || text.split("\n").length > overLines;
}

/** Each line in writes of its own, LF between the lines: the agent takes it for typing, not for a paste. */
function lineByLine(text: string): string[] {
  const writes: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (index > 0) writes.push("\n");
    for (const piece of pieces(line)) writes.push(ACTS_WHEN_TYPED.test(piece) ? paste(piece) : piece);
  }
  return writes;
}

/** Cuts a line by code points, so that no write splits a character. */
function pieces(line: string): string[] {
  const characters = [...line];
  const cut: string[] = [];
  for (let at = 0; at < characters.length; at += MAX_TYPED_CHARACTERS) {
    cut.push(characters.slice(at, at + MAX_TYPED_CHARACTERS).join(""));
  }
  return cut;
}

function paste(text: string): string {
  return `${PASTE_START}${text}${PASTE_END}`;
}

function assertSafe(text: string): void {
  if (filterText(text) !== text || !text.startsWith("[ia-tmux ")) {
    throw new AppError("internal", "a text was to be written that did not pass the filter or has no header");
  }
}

function bytes(parts: readonly string[]): Uint8Array[] {
  const encoder = new TextEncoder();
  return parts.filter((part) => part !== "").map((part) => encoder.encode(part));
}

/** A name or id inside the header: nothing that could end it. */
function token(text: string): string {
  return text.replace(/[^A-Za-z0-9._@:-]/g, "_").slice(0, 80);
}
