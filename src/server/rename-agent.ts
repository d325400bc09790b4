// An agent takes another name: what it holds, has been sent and has said goes with it. Names stand in the documents of
// many services, and all have to change at once; so this goes through the collections, as an import does.
import { sameName } from "../domain/session/actor.ts";
import type { Collections } from "./collections.ts";
import { type RecordDeps, touched } from "./services/stamp.ts";

/** Fields that hold a name, or a list of them; behind a dot those of what is in it. Texts stay as they were written. */
const NAMES = {
  tasks: ["createdBy", "assigner", "assignee", "statusBy", "notes.by"],
  messages: ["createdBy", "from", "to", "receipts.agent"],
  mutes: ["createdBy", "agent", "sender"],
  locks: ["createdBy", "holder"],
  bypasses: ["createdBy", "holder", "writer.agent", "writer.agents"],
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
  const writes = Object.entries(NAMES).flatMap(([name, fields]) => {
    const collection = collections[name as keyof typeof NAMES] as unknown as Named;
    const paths = fields.map((field) => field.split("."));
    const renamed = (document: Fields) =>
      paths.reduce((changed, path) => renamedAt(changed, path, from, to) as Fields, document);
    return collection
      .find((document) => renamed(document) !== document)
      .map(({ id }) => collection.update(id, (document) => ({ ...renamed(document), ...touched(deps) })));
  });
  await Promise.all(writes);
  return writes.length;
}

/** The value with the name replaced at the path, in each item where there is a list; itself when the name is not there. */
function renamedAt(value: unknown, path: readonly string[], from: string, to: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => renamedAt(item, path, from, to));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const [field, ...inner] = path;
  if (field === undefined) return typeof value === "string" && sameName(value, from) ? to : value;
  if (typeof value !== "object" || value === null) return value;
  const before = (value as Fields)[field];
  const after = renamedAt(before, inner, from, to);
  return after === before ? value : { ...value, [field]: after };
}
