import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import type { Collection, Store } from "../../src/store/contract.ts";
import { openStore, type StoreOptions } from "../../src/store/store.ts";
import { type Note, noteOptions } from "./support-schema.ts";

export interface OpenNotes {
  store: Store;
  notes: Collection<Note>;
}

/** A directory of its own for each test, and stores on it that are closed afterwards. */
export function useStoreDirectory() {
  const here = { dir: "", file: "" };
  let stores: Store[] = [];
  beforeEach(() => {
    here.dir = join(mkdtempSync(join(tmpdir(), "store-")), "store");
    here.file = join(here.dir, "notes.db");
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    stores = [];
    rmSync(join(here.dir, ".."), { recursive: true, force: true });
  });
  return {
    here,
    async open(more: Partial<StoreOptions> = {}, options = noteOptions): Promise<OpenNotes> {
      const store = await openStore({
        dir: here.dir,
        clock: { nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5) },
        log: silentLogger,
        ...more,
      });
      stores.push(store);
      return { store, notes: await store.collection("notes", options) };
    },
  };
}

export function note(id: string, text = `text of ${id}`): Note {
  return { id, text };
}
