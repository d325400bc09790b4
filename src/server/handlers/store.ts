// Protocol ↔ the store as a whole: check, export, import, archive. All of it is the operator's.
import type { Store } from "../../store/contract.ts";
import { AppError } from "../../base/errors.ts";
import type { ImportResult } from "../../protocol/results.ts";
import type { ServerConnection } from "../connection.ts";
import type { HandlerTable } from "../dispatcher.ts";
import { createImportFeed, type ImportFeed } from "../import-feed.ts";
import type { ArchiveService } from "../services/archive-service.ts";
import { actorOf, operatorOnly } from "./actor.ts";

export interface StoreHandlerDeps {
  readonly store: Store;
  readonly archive: ArchiveService;
  /** Whether an agent of that name, or of that id, is known already. */
  readonly knowsAgent: (name: string, id: string) => boolean;
  /** Documents came in behind the services' backs: what they keep beside the store is read anew. */
  readonly imported: () => void;
}

type Methods = `store.${"check" | "export" | "import"}` | `archive.${"run" | "list"}`;

/** Characters of one answer: with what JSON adds to them still well below the largest frame. */
const PIECE_CHARACTERS = 200_000;

export function storeHandlers(deps: StoreHandlerDeps): Pick<HandlerTable, Methods> {
  const exports = new WeakMap<ServerConnection, AsyncIterator<string>>();
  const leftovers = new WeakMap<ServerConnection, string>();
  const imports = new WeakMap<ServerConnection, { feed: ImportFeed; report: Promise<ImportResult> }>();

  return {
    "store.check": async (_params, connection) => {
      operatorOnly(connection, "Checking the store");
      const { collections, problems } = await deps.store.check();
      return {
        collections: collections.map((one) => ({
          name: one.name,
          documents: one.documents,
          fileBytes: one.fileBytes,
          problems: [
            ...(one.readOnlyReason === null ? [] : [one.readOnlyReason]),
            ...(one.damagedParts === 0 ? [] : [`${one.damagedParts} damaged parts`]),
            ...one.unreadable.map(({ id, reason }) => `${id} cannot be read: ${reason}`),
            ...one.differences.map((id) => `${id} differs on the disk`),
          ],
        })),
        problems,
      };
    },
    "store.export": async (params, connection) => {
      operatorOnly(connection, "Exporting");
      if (params.start || !exports.has(connection)) {
        exports.set(connection, deps.store.exportLines()[Symbol.asyncIterator]());
        leftovers.set(connection, "");
      }
      const lines = exports.get(connection)!;
      let text = leftovers.get(connection) ?? "";
      while (text.length < PIECE_CHARACTERS) {
        const next = await lines.next();
        if (next.done) break;
        text += `${next.value}\n`;
      }
      const piece = text.slice(0, PIECE_CHARACTERS);
      leftovers.set(connection, text.slice(PIECE_CHARACTERS));
      const last = text.length <= PIECE_CHARACTERS && text.length < PIECE_CHARACTERS;
      if (last) exports.delete(connection);
      return { text: piece, last };
    },
    "store.import": async (params, connection) => {
      operatorOnly(connection, "Importing");
      let running = imports.get(connection);
      if (!running) {
        const feed = createImportFeed(deps.knowsAgent);
        const report = deps.store.importLines(feed.lines).then((done) => ({
          ...done,
          leftOut: feed.leftOut,
          rejected: [...feed.rejected, ...done.rejected],
        }));
        // Whoever goes away in the middle must not leave an error that nobody hears.
        report.catch(() => {});
        connection.onClose(() => feed.end());
        running = { feed, report };
        imports.set(connection, running);
      }
      const { feed, report } = running;
      // A line that is none ends the import at once: do not wait for it to be taken.
      await Promise.race([feed.push(params.text), report]);
      if (!params.last) return {};
      feed.end();
      imports.delete(connection);
      try {
        return await report;
      } finally {
        deps.imported();
      }
    },
    "archive.run": (params, connection) => deps.archive.run(actorOf(connection), params),
    "archive.list": (params, connection) => {
      operatorOnly(connection, "The archive");
      if (params.query !== undefined && params.query.trim() === "")
        throw new AppError("usage", "The search is empty");
      return deps.archive.list(params);
    },
  };
}
