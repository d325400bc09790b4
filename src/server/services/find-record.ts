import { AppError } from "../../base/errors.ts";
import { quoted } from "../../domain/session/rules.ts";
import type { Collection } from "../../store/contract.ts";

/** Characters of an id's end that are enough to name it, as long as nothing else begins so. */
const SHORTEST = 3;

/**
 * The record that somebody names: by its whole id, or by how the id begins, with or without its prefix.
 * Throws `not-found` with the command that lists them, and `conflict` when several begin so.
 */
export function findRecord<T extends { readonly id: string }>(
  records: Pick<Collection<T>, "get" | "find">,
  reference: string,
  kind: { readonly prefix: string; readonly noun: string; readonly list: string },
): T {
  const wanted = reference.trim();
  const exact = records.get(wanted);
  if (exact !== undefined) return exact;
  const bare = wanted.startsWith(kind.prefix) ? wanted.slice(kind.prefix.length) : wanted;
  const found =
    bare.length < SHORTEST
      ? []
      : records.find((one) => one.id.startsWith(kind.prefix + bare) || one.id.startsWith(wanted));
  const first = found[0];
  if (first === undefined)
    throw new AppError("not-found", `no ${kind.noun} ${quoted(reference)}`, { hint: `See: ${kind.list}` });
  if (found.length > 1)
    throw new AppError("conflict", `${quoted(reference)} is ambiguous: ${found.length} ${kind.noun}s match`);
  return first;
}
