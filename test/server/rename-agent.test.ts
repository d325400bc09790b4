import { expect, test } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import type { Bypass } from "../../src/domain/lock/bypass.ts";
import { createRandomIds } from "../../src/node/random-ids.ts";
import { openCollections } from "../../src/server/collections.ts";
import { renameInRecords } from "../../src/server/rename-agent.ts";
import { openStore } from "../../src/store/store.ts";
import { createHandClock, tempDir } from "./services/coordination.ts";

const how = "its shell ran then";

test("rows of writes round locks name an agent as it is called now, whatever part it has in them", async () => {
  const clock = createHandClock();
  const store = await openStore({ dir: tempDir(), clock, log: silentLogger });
  const { collections, nextLogicalTime } = await openCollections(store);
  const row = (id: string, holder: string, writer: Bypass["writer"]): Bypass => ({
    id,
    createdAtMs: 1,
    createdBy: "ben",
    updatedAtMs: 1,
    logicalTime: nextLogicalTime(),
    holder,
    paths: ["ben"],
    count: 1,
    writer,
  });
  const writers: readonly Bypass["writer"][] = [
    { kind: "agent", agent: "Ben", how, seen: false },
    { kind: "several", agents: ["cid", "ben"], how },
    { kind: "pane", paneId: "%1", how },
    { kind: "unknown", how },
  ];
  for (const [index, writer] of writers.entries())
    await collections.bypasses.insert(row(`byp-${index}`, index === 0 ? "ada" : "ben", writer));

  const deps = { clock, nextLogicalTime, ids: createRandomIds(), announce: () => {} };
  expect(await renameInRecords(collections, deps, "ben", "bea")).toBe(4);
  const rows = collections.bypasses.all();
  expect(rows.map(({ holder, createdBy, paths }) => [holder, createdBy, ...paths])).toEqual([
    ["ada", "bea", "ben"],
    ["bea", "bea", "ben"],
    ["bea", "bea", "ben"],
    ["bea", "bea", "ben"],
  ]);
  expect(rows.map(({ writer }) => writer)).toEqual([
    { kind: "agent", agent: "bea", how, seen: false },
    { kind: "several", agents: ["cid", "bea"], how },
    { kind: "pane", paneId: "%1", how },
    { kind: "unknown", how },
  ]);
  await store.close();
});
