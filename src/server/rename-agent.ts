// An agent takes another name: what it holds, has been sent and has said goes with it. Names stand in the documents of
// many services, and all have to change at once; so this goes through the collections, as an import does.
import { sameName } from "../domain/session/actor.ts";
import type { Collections } from "./collections.ts";
import { type RecordDeps, touched } from "./services/stamp.ts";

/** Fields that hold a name; behind a dot those of each item of a list. Texts stay as they were written. */
const NAMES = {
  tasks: ["createdBy", "assigner", "assignee", "statusBy", "notes.by"],
  messages: ["createdBy", "from", "to", "receipts.agent"],
  mutes: ["createdBy", "agent", "sender"],
  locks: ["createdBy", "holder"],
  deliveries: ["createdBy", "from", "to"],
  questions: ["createdBy", "by"],
  decisions: ["createdBy", "by"],
  specs: ["createdBy"],
  subscriptions: ["createdBy", "agent"],
} as const satisfies Partial<Record<keyof Collections, readonly string[]>>;

type Fields = Record<string, unknown>;

/** A collection of any of these documents: each keeps its own shape, only names in it change. */
interface Named {
  find(predicate: (document: Fields) => boolean): readonly { readonly id: string }[];
  update(id: string, change: (document: Fields) => Fields): Promise<unknown>;
}

/** In memory before it returns, on disk when the promise resolves. Answers how many documents named the agent. */
export async function renameInRecords(
  collections: Collections,
  deps: RecordDeps,
  from: string,
  to: string,
): Promise<number> {
  const is = (value: unknown) => typeof value === "string" && sameName(value, from);
  const writes = Object.entries(NAMES).flatMap(([name, fields]) => {
    const collection = collections[name as keyof typeof NAMES] as unknown as Named;
    return collection
      .find((document) => fields.some((field) => names(document, field, is)))
      .map(({ id }) =>
        collection.update(id, (document) => ({
          ...fields.reduce(replaceIn(is, to), document),
          ...touched(deps),
        })),
      );
  });
  await Promise.all(writes);
  return writes.length;
}

function names(document: Fields, path: string, is: (value: unknown) => boolean): boolean {
  const [field, inner] = path.split(".") as [string, string | undefined];
  const value = document[field];
  return inner === undefined ? is(value) : itemsOf(value).some((item) => is(item[inner]));
}

function replaceIn(is: (value: unknown) => boolean, to: string) {
  return (document: Fields, path: string): Fields => {
    const [field, inner] = path.split(".") as [string, string | undefined];
    const value = document[field];
    if (inner === undefined) return is(value) ? { ...document, [field]: to } : document;
    return {
      ...document,
      [field]: itemsOf(value).map((item) => (is(item[inner]) ? { ...item, [inner]: to } : item)),
    };
  };
}

function itemsOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}
