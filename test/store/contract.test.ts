import { cpSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import Datastore from "nedb-promises";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createRealDisk } from "../../src/store/datafile.ts";
import { formatLine, parseLine } from "../../src/store/line-format.ts";
import { note, useStoreDirectory } from "./support.ts";
import { noteOptions, noteSchema } from "./support-schema.ts";

const realDisk = createRealDisk();

const { here, open } = useStoreDirectory();

describe("reading and writing", () => {
  test("what was written is there after a restart, in order of insertion", async () => {
    const first = await open();
    for (const id of ["z", "a", "10", "9", "m"]) await first.notes.insert(note(id));
    await first.notes.put(note("a", "changed"));
    await first.notes.remove("10");
    await first.notes.update("m", (before) => ({ ...before, text: `${before.text}!` }));
    const expected = [note("z"), note("a", "changed"), note("9"), note("m", "text of m!")];
    expect(first.notes.all()).toEqual(expected);
    await first.store.close();
    const second = await open();
    expect(second.notes.all()).toEqual(expected);
    expect(second.notes.size).toBe(4);
    expect(second.notes.find((found) => found.text.includes("!"))).toEqual([note("m", "text of m!")]);
    expect(second.store.report().problems).toEqual([]);
  });

  test("a change is visible at once and resolves when it is on the disk", async () => {
    const { notes } = await open();
    const written = notes.insert(note("a"));
    expect(notes.get("a")).toEqual(note("a"));
    await written;
    expect(readFileSync(here.file, "utf8")).toContain("text of a");
  });

  test("no write resolves before the disk has synced it, and many share one sync", async () => {
    let syncs = 0;
    let letGo = () => {};
    let begin = () => {};
    const held = new Promise<void>((done) => {
      letGo = done;
    });
    const begun = new Promise<void>((done) => {
      begin = done;
    });
    const { notes } = await open({
      disk: {
        ...realDisk,
        async sync(file) {
          syncs++;
          begin();
          await held;
          await realDisk.sync(file);
        },
      },
    });
    let resolved = 0;
    const writes = Array.from({ length: 500 }, (_, number) =>
      notes.insert(note(`${number}`)).then(() => resolved++),
    );
    await begun;
    expect(readFileSync(here.file, "utf8")).toContain("text of 0");
    for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
    expect(resolved).toBe(0);
    letGo();
    await Promise.all(writes);
    expect(syncs).toBeLessThan(5);
  });

  test("a check made among writes finds no difference", async () => {
    const { notes, store } = await open({ compaction: { minFileBytes: 2000, maxLiveShare: 0.5 } });
    const writing = Promise.all(
      Array.from({ length: 20 }, async (_, worker) => {
        for (let round = 0; round < 20; round++) await notes.put(note(`${worker}`, `round ${round}`));
      }),
    );
    for (let turn = 0; turn < 10; turn++) expect((await store.check()).problems).toEqual([]);
    await writing;
    expect((await store.check()).problems).toEqual([]);
  });

  test("of two claims made at once, exactly one wins", async () => {
    const { notes } = await open();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 64 }, (_, number) => notes.insert(note("lock", `holder ${number}`))),
    );
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled").length).toBe(1);
    expect(notes.get("lock")?.text).toBe("holder 0");
    await expect(notes.insert(note("lock"))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining('"lock"'),
    });
  });

  test("updates made at once build on each other", async () => {
    const { notes } = await open();
    await notes.insert(note("counter", "0"));
    await Promise.all(
      Array.from({ length: 50 }, () =>
        notes.update("counter", (before) => ({ ...before, text: String(Number(before.text) + 1) })),
      ),
    );
    expect(notes.get("counter")?.text).toBe("50");
  });

  test("documents cannot be changed behind the store's back", async () => {
    const { notes } = await open();
    const mine = { id: "a", text: "mine", tags: { list: [1] } };
    await notes.insert(mine);
    mine.tags.list.push(2);
    expect(notes.get("a")?.tags).toEqual({ list: [1] });
    expect(() => {
      (notes.get("a") as { text: string }).text = "x";
    }).toThrow(TypeError);
    expect(() => (notes.all() as unknown[]).push(1)).toThrow(TypeError);
  });

  test("refuses what would not come back: documents outside the schema, a changed id, an unknown id", async () => {
    const { notes, store } = await open();
    await notes.insert(note("a"));
    await expect(notes.put({ id: "b" } as never)).rejects.toMatchObject({
      code: "bad-data",
      message: expect.stringContaining("text"),
    });
    await expect(notes.update("a", () => note("b"))).rejects.toMatchObject({ code: "bad-data" });
    await expect(notes.update("nobody", (before) => before)).rejects.toMatchObject({ code: "not-found" });
    await expect(notes.put(note("big", "x".repeat(17 * 1024 * 1024)))).rejects.toMatchObject({
      code: "too-large",
    });
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    await expect(notes.put({ ...note("c"), tags: cyclic })).rejects.toMatchObject({ code: "bad-data" });
    await notes.remove("nobody");
    expect(notes.all()).toEqual([note("a")]);
    expect(store.readOnlyReason).toBeNull();
  });

  test("refuses as busy what would pile up without bound, and keeps what it took", async () => {
    const { notes } = await open();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, number) => notes.insert(note(`${number}`, "x".repeat(10 * 1024 * 1024)))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused.length).toBe(2);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "busy" });
    expect(notes.size).toBe(6);
    await notes.insert(note("later"));
  });

  test("files are 0600 in a 0700 directory whatever the umask, also after a rewrite", async () => {
    const before = process.umask(0o777);
    try {
      const { notes } = await open({ compaction: { minFileBytes: 500, maxLiveShare: 0.5 } });
      for (let round = 0; round < 30; round++) await notes.put(note("a", `round ${round}`));
    } finally {
      process.umask(before);
    }
    expect(statSync(here.file).mode & 0o777).toBe(0o600);
    expect(statSync(here.dir).mode & 0o777).toBe(0o700);
  });
});

describe("any text survives", () => {
  const awkward = [
    "\u2028",
    "\u2029",
    "\u0085",
    "\r",
    "\r\n",
    "\n",
    "\u0000",
    "\u001b[31m",
    "\ufeff",
    "\ud800",
    "\udc00x",
    "a\ud83d",
    "\u202e",
    '{"_id":"=a"}',
    `x\n${formatLine('{"_id":"=forged","n":1,"v":1,"doc":"{}"}')}\n`,
    "\\u2028",
    "\\\\u2028",
    "😀é",
  ];

  test("as text, as id and as key, with the ids that objects stumble over", async () => {
    const first = await open();
    const ids = ["", "__proto__", "constructor", "toString", "$$deleted", "a.b", "$set", "=", ...awkward];
    const written = [];
    for (const id of ids)
      written.push({
        id,
        text: awkward.join(""),
        tags: Object.fromEntries([
          ["a.b", 1],
          ["$x", { "c.d": [id] }],
        ]),
      });
    await Promise.all(written.map((document) => first.notes.insert(document)));
    await first.notes.remove("constructor");
    await first.store.close();
    const second = await open();
    expect(second.store.report().problems).toEqual([]);
    expect(second.notes.all()).toEqual(written.filter((document) => document.id !== "constructor"));
    expect(second.notes.get("__proto__")?.text).toBe(awkward.join(""));
    expect(second.notes.get("forged")).toBeUndefined();
  });

  test("1,000 random bodies from all planes of Unicode", async () => {
    let seed = 12345;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const body = () =>
      Array.from({ length: random(60) }, () =>
        random(3) === 0 ? String.fromCharCode(random(0x10000)) : String.fromCodePoint(random(0x110000)),
      ).join("");
    const first = await open();
    const written = Array.from({ length: 1000 }, (_, number) => note(`message-${number}`, body()));
    await Promise.all(written.map((document) => first.notes.insert(document)));
    await first.store.close();
    expect((await open()).notes.all()).toEqual(written);
  });
});

describe("the file", () => {
  test("can be read by a plain nedb that has the two hooks", async () => {
    const { notes, store } = await open();
    await notes.insert(note("a", "line\u2028separator"));
    await notes.insert(note("b"));
    await notes.remove("b");
    await store.close();
    const copy = join(here.dir, "copy.db");
    cpSync(here.file, copy);
    const plain = Datastore.create({
      filename: copy,
      afterSerialization: formatLine,
      beforeDeserialization: parseLine,
    } as never);
    const found = (await plain.find({})) as unknown as { _id: string; doc: string }[];
    expect(found.map(({ _id: recordId, doc }) => [recordId, JSON.parse(doc)])).toEqual([
      ["=a", note("a", "line\u2028separator")],
    ]);
  });

  test("is rewritten only when most of it is history, and loses nothing by it", async () => {
    const first = await open({ compaction: { minFileBytes: 20_000, maxLiveShare: 0.3 } });
    for (let number = 0; number < 20; number++) await first.notes.insert(note(`keep-${number}`));
    let largest = 0;
    let rewrites = 0;
    let before = 0;
    for (let round = 0; round < 400; round++) {
      await first.notes.put(note("hot", `round ${round} ${"x".repeat(100)}`));
      const size = statSync(here.file).size;
      if (size < before) rewrites++;
      largest = Math.max(largest, size);
      before = size;
    }
    expect(rewrites).toBeGreaterThan(1);
    expect(largest).toBeLessThan(21_000);
    const documents = first.notes.all();
    await first.store.close();
    const second = await open();
    expect(second.notes.all()).toEqual(documents);
    expect(second.store.report().problems).toEqual([]);
  });

  test("is not touched by loading it", async () => {
    const first = await open();
    for (let round = 0; round < 50; round++) await first.notes.put(note("a", `round ${round}`));
    await first.store.close();
    const before = readFileSync(here.file);
    await (await open()).store.close();
    expect(readFileSync(here.file).equals(before)).toBe(true);
  });
});

describe("a store of thousands", () => {
  const DOCUMENTS = 3000;

  async function fill() {
    const { notes, store } = await open();
    await Promise.all(Array.from({ length: DOCUMENTS }, (_, number) => notes.insert(note(`n${number}`))));
    await store.close();
  }

  test("takes changes from its first moment, to its last document too", async () => {
    await fill();
    const { notes, store } = await open();
    const last = `n${DOCUMENTS - 1}`;
    await Promise.all([notes.remove("n0"), notes.put(note(last, "changed")), notes.insert(note("new"))]);
    expect((await store.check()).problems).toEqual([]);
    await store.close();
    const again = await open();
    expect(again.notes.size).toBe(DOCUMENTS);
    expect(again.notes.get(last)?.text).toBe("changed");
    expect(again.notes.all().at(-1)).toEqual(note("new"));
  });

  test("is rewritten whole when that is due at its first moment", async () => {
    await fill();
    const { notes, store } = await open({ compaction: { minFileBytes: 1000, maxLiveShare: 1 } });
    await notes.put(note("n7", "changed"));
    await store.close();
    expect(readFileSync(here.file, "utf8").trimEnd().split("\n").length).toBe(DOCUMENTS);
    const again = await open();
    expect(again.notes.all().map(({ id }) => id)).toEqual(
      Array.from({ length: DOCUMENTS }, (_, number) => `n${number}`),
    );
    expect(again.notes.get("n7")?.text).toBe("changed");
  });

  test("can be closed at its first moment", async () => {
    await fill();
    await (await open()).store.close();
    expect((await open()).notes.size).toBe(DOCUMENTS);
  });
});

describe("versions", () => {
  const second = {
    schema: noteSchema.extend({ author: z.string() }),
    version: 2,
    migrate: (document: unknown) => ({ ...(document as object), author: "unknown" }),
  };

  test("documents of an older version are migrated when read", async () => {
    const old = await open();
    await old.notes.insert(note("a"));
    await old.store.close();
    const current = await open({}, second);
    expect(current.notes.all()).toEqual([{ ...note("a"), author: "unknown" }]);
    await current.notes.put({ ...note("b"), author: "me" } as never);
    await current.store.close();
    expect((await open({}, second)).notes.all()).toEqual([
      { ...note("a"), author: "unknown" },
      { ...note("b"), author: "me" },
    ]);
  });

  test("documents of a newer version can be read but not written", async () => {
    const newer = await open({}, second);
    await newer.notes.insert({ ...note("a"), author: "me" } as never);
    await newer.store.close();
    const { notes, store } = await open();
    expect(notes.get("a")).toEqual(note("a"));
    await expect(notes.insert(note("b"))).rejects.toMatchObject({
      code: "store-read-only",
      message: expect.stringContaining("written by a newer version"),
    });
    expect(store.readOnlyReason).toContain("newer version");
    expect(store.report().problems).toEqual([expect.stringContaining("newer version")]);
  });

  test("documents that do not fit the schema are kept, reported and not replaced", async () => {
    const loose = await open({}, { ...noteOptions, schema: noteSchema.extend({ text: z.any() }) as never });
    await loose.notes.insert({ id: "odd", text: 42 } as never);
    await loose.notes.insert(note("fine"));
    await loose.store.close();
    const { notes, store } = await open();
    expect(notes.all()).toEqual([note("fine")]);
    expect(store.report().collections[0]?.unreadable).toEqual([
      { id: "odd", reason: expect.stringContaining("text") },
    ]);
    await expect(notes.put(note("odd"))).rejects.toMatchObject({ code: "conflict" });
    await notes.insert(note("new"));
    await store.close();
    expect(
      (await open({}, { ...noteOptions, schema: noteSchema.extend({ text: z.any() }) as never })).notes.get(
        "odd",
      )?.text,
    ).toBe(42);
  });
});

describe("export and import", () => {
  test("carry everything into another store, and twice is once", async () => {
    const source = await open();
    for (let number = 0; number < 1200; number++)
      void source.notes.insert(note(`${number}`, `text ${number}\u2028`));
    await source.notes.insert(note("last"));
    const lines: string[] = [];
    for await (const line of source.store.exportLines()) lines.push(line);
    expect(lines.length).toBe(1202);
    const target = await open({ dir: join(here.dir, "other") });
    expect(await target.store.importLines(lines)).toEqual({
      added: 1201,
      unchanged: 0,
      conflicts: [],
      rejected: [],
    });
    expect(target.notes.all()).toEqual(source.notes.all());
    expect(await target.store.importLines(lines)).toEqual({
      added: 0,
      unchanged: 1201,
      conflicts: [],
      rejected: [],
    });
    await target.notes.put(note("last", "mine"));
    const report = await target.store.importLines([
      ...lines,
      "nonsense",
      '{"collection":"nowhere","version":1,"document":{"id":"x"}}',
      '{"collection":"notes","version":9,"document":{"id":"x"}}',
      '{"collection":"notes","version":1,"document":{"id":"x"}}',
    ]);
    expect(report.conflicts).toEqual([{ collection: "notes", id: "last" }]);
    expect(report.rejected.map(({ line }) => line)).toEqual([1203, 1204, 1205, 1206]);
    expect(target.notes.get("last")?.text).toBe("mine");
    await expect(target.store.importLines(["{}"])).rejects.toMatchObject({ code: "bad-data" });
  });
});

test("a closed store refuses writes and says so; a second owner of a collection is refused", async () => {
  const { notes, store } = await open();
  await expect(store.collection("notes", noteOptions)).rejects.toMatchObject({ code: "internal" });
  const last = notes.insert(note("a"));
  await store.close();
  await last;
  await expect(notes.insert(note("b"))).rejects.toMatchObject({
    code: "store-read-only",
    message: expect.stringContaining("closed"),
  });
});
