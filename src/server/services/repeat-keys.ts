// Calls that are made again: a caller's own key leads to the record that the first of them made.
import { createHash } from "node:crypto";
import { AppError } from "../../base/errors.ts";
import type { RepeatKey } from "../../domain/record.ts";
import { type Actor, isActor } from "../../domain/session/actor.ts";
import { quoted } from "../../domain/session/rules.ts";
import type { Collection } from "../../store/contract.ts";

const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

interface Keyed {
  readonly id: string;
  readonly createdBy: string;
  readonly key?: RepeatKey | undefined;
}

/** What a call says of itself: its caller's word, and all that makes it another call. */
export interface RepeatableCall {
  readonly word: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface RepeatKeys<T> {
  /**
   * The record that an earlier call of this author made, once it is on the disk; null when the call is a first one. The
   * caller makes and `add`s the record in the same stretch, so that of two calls at once one makes it. Throws `usage`
   * for a word that is none, `key-reused` when the earlier call was another.
   */
  earlier(actor: Actor, call: RepeatableCall | null): Promise<T> | null;
  /** What is stored with the record. */
  keyOf(call: RepeatableCall | null): { readonly key?: RepeatKey };
  add(record: T, saved: Promise<unknown>): void;
  /** The store changed behind our back. */
  reload(): void;
}

/** The keys live in the records, and as long as they. `noun` is what the records are called. */
export function createRepeatKeys<T extends Keyed>(
  records: Pick<Collection<T>, "get" | "find">,
  noun: string,
): RepeatKeys<T> {
  /** Word → ids of several authors. Made at the first use: most calls have no key. */
  let ids: Map<string, string[]> | null = null;
  const saving = new Map<string, Promise<unknown>>();

  function put(to: Map<string, string[]>, { id, key }: T): void {
    if (key === undefined) return;
    const known = to.get(key.word) ?? [];
    to.set(key.word, [...known.filter((other) => records.get(other) !== undefined), id]);
  }

  function index(): Map<string, string[]> {
    if (ids !== null) return ids;
    const made = new Map<string, string[]>();
    for (const record of records.find((one) => one.key !== undefined)) put(made, record);
    return (ids = made);
  }

  return {
    earlier(actor, call) {
      if (call === null) return null;
      if (!WORD.test(call.word))
        throw new AppError("usage", `Invalid key ${quoted(call.word)}`, {
          hint: "Letters, digits, dot, dash, underscore; at most 64.",
        });
      const known = (index().get(call.word) ?? [])
        .map((id) => records.get(id))
        .find((record) => record !== undefined && isActor(actor, record.createdBy));
      if (known === undefined) return null;
      if (known.key?.content !== fingerprint(call.content))
        throw new AppError("key-reused", `The key ${call.word} is that of another ${noun}, ${known.id}`, {
          hint: "Say the same as then, or take a new key.",
          details: { id: known.id },
        });
      return Promise.resolve(saving.get(known.id)).then(() => records.get(known.id) ?? known);
    },
    keyOf: (call) => (call === null ? {} : { key: { word: call.word, content: fingerprint(call.content) } }),
    add(record, saved) {
      if (record.key === undefined) return;
      put(index(), record);
      const done = () => void saving.delete(record.id);
      saving.set(record.id, saved);
      saved.then(done, done);
    },
    reload() {
      ids = null;
    },
  };
}

/** Equal for calls that say the same, whatever the order of their fields. */
function fingerprint(content: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(content)
    .filter(([, value]) => value !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(fields)).digest("hex").slice(0, 32);
}
