import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { AppError } from "../../src/base/errors.ts";
import { createRealDisk, type Disk } from "../../src/store/datafile.ts";
import { note, useStoreDirectory } from "./support.ts";
import { noteOptions } from "./support-schema.ts";

const realDisk = createRealDisk();

const { here, open } = useStoreDirectory();

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: as the test says`), { code });
}

/** A disk whose calls fail as the plan says. A short write leaves half of the bytes behind, as a full disk does. */
function failingDisk() {
  const plan = {
    write: null as Error | null,
    sync: null as Error | null,
    halfFirst: false,
    writes: 0,
    failAtWrite: -1,
  };
  const disk: Disk = {
    async write(file, bytes) {
      plan.writes++;
      const fails = plan.write !== null && (plan.failAtWrite < 0 || plan.writes >= plan.failAtWrite);
      if (!fails) return realDisk.write(file, bytes);
      if (plan.halfFirst && bytes.length > 1)
        return realDisk.write(file, bytes.subarray(0, bytes.length >> 1));
      throw plan.write;
    },
    async sync(file) {
      if (plan.sync !== null) throw plan.sync;
      await realDisk.sync(file);
    },
  };
  return { plan, disk };
}

describe("a write the disk refuses", () => {
  test.each(["ENOSPC", "EIO", "EDQUOT"])(
    "with %s is taken back from memory and never comes again",
    async (code) => {
      for (const halfFirst of [false, true]) {
        rmSync(here.dir, { recursive: true, force: true });
        const { plan, disk } = failingDisk();
        const { notes, store } = await open({ disk });
        await notes.insert(note("a"));
        await notes.insert(note("b"));
        const banners: string[] = [];
        store.onReadOnly((reason) => banners.push(reason));
        Object.assign(plan, { write: failure(code), halfFirst });
        const outcomes = await Promise.allSettled([
          notes.insert(note("c")),
          notes.put(note("a", "changed")),
          notes.remove("b"),
          notes.update("c", () => note("c", "more")),
        ]);
        for (const outcome of outcomes)
          expect(outcome).toMatchObject({
            status: "rejected",
            reason: { code: "disk-error", message: expect.stringContaining(code) },
          });
        expect(notes.all()).toEqual([note("a"), note("b")]);
        expect(banners).toEqual([expect.stringContaining(here.file)]);
        plan.write = null;
        await expect(notes.insert(note("d"))).rejects.toMatchObject({ code: "store-read-only" });
        expect(store.readOnlyReason).toContain(code);
        await store.close();
        const again = await open();
        expect(again.notes.all()).toEqual([note("a"), note("b")]);
        expect(again.store.report().problems).toEqual([]);
        await again.store.close();
      }
    },
  );

  test("at the N-th call, for every N: what was acknowledged is there, what was refused is not", async () => {
    for (let failAtWrite = 1; failAtWrite <= 25; failAtWrite++) {
      rmSync(here.dir, { recursive: true, force: true });
      const { plan, disk } = failingDisk();
      Object.assign(plan, { write: failure("ENOSPC"), halfFirst: failAtWrite % 2 === 0, failAtWrite });
      const { notes, store } = await open({ disk, compaction: { minFileBytes: 300, maxLiveShare: 0.9 } });
      const acknowledged = new Map<string, string>();
      for (let number = 0; number < 30; number++) {
        const document = note(`n${number % 4}`, `round ${number}`);
        await notes.put(document).then(
          () => acknowledged.set(document.id, document.text),
          () => undefined,
        );
      }
      const memory = notes.all();
      await store.close();
      const again = await open();
      expect(again.notes.all(), `write ${failAtWrite}`).toEqual(memory);
      expect(new Map(again.notes.all().map(({ id, text }) => [id, text]))).toEqual(acknowledged);
      await again.store.close();
    }
  });

  test("after which space was freed, the store goes on when told to, without a phantom or a loss", async () => {
    const { plan, disk } = failingDisk();
    const { notes, store } = await open({ disk });
    await notes.insert(note("before"));
    Object.assign(plan, { write: failure("ENOSPC"), halfFirst: true });
    await expect(notes.insert(note("refused"))).rejects.toMatchObject({ code: "disk-error" });
    expect(await store.resume()).toBe(true);
    await expect(notes.insert(note("refused again"))).rejects.toMatchObject({ code: "disk-error" });
    plan.write = null;
    expect(await store.resume()).toBe(true);
    expect(store.readOnlyReason).toBeNull();
    for (let number = 0; number < 50; number++) await notes.insert(note(`after-${number}`));
    await notes.remove("before");
    await store.close();
    expect((await open()).notes.all()).toEqual(
      Array.from({ length: 50 }, (_, number) => note(`after-${number}`)),
    );
  });

  test("a failed sync is taken as a loss and not tried again: only a restart goes on", async () => {
    const { plan, disk } = failingDisk();
    const { notes, store } = await open({ disk });
    await notes.insert(note("a"));
    plan.sync = failure("EIO");
    await expect(notes.insert(note("b"))).rejects.toMatchObject({ code: "disk-error" });
    plan.sync = null;
    expect(await store.resume()).toBe(false);
    await expect(notes.insert(note("c"))).rejects.toMatchObject({ code: "store-read-only" });
    await store.close();
    expect((await open()).notes.all()).toEqual([note("a")]);
  });

  test("the store goes on with what other collections were writing meanwhile", async () => {
    const { plan, disk } = failingDisk();
    const { notes, store } = await open({ disk });
    const others = await store.collection("others", noteOptions);
    Object.assign(plan, { write: failure("ENOSPC"), failAtWrite: plan.writes + 2 });
    const outcomes = await Promise.allSettled([others.insert(note("first")), notes.insert(note("second"))]);
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    plan.write = null;
    expect(await store.resume()).toBe(true);
    await Promise.all([others.insert(note("third")), notes.insert(note("fourth"))]);
    expect((await store.check()).problems).toEqual([]);
    expect(others.size + notes.size).toBe(3);
  });

  test("going on waits for what other collections still have under way", async () => {
    const { plan, disk } = failingDisk();
    let letGo = () => {};
    const held = new Promise<void>((done) => {
      letGo = done;
    });
    const slow: Disk = {
      write: disk.write,
      async sync(file) {
        await held;
        await disk.sync(file);
      },
    };
    const { notes, store } = await open({ disk: slow });
    const others = await store.collection("others", noteOptions);
    const slowWrite = others.insert(note("slow"));
    while (plan.writes < 1) await new Promise((done) => setImmediate(done));
    plan.write = failure("ENOSPC");
    await expect(notes.insert(note("refused"))).rejects.toMatchObject({ code: "disk-error" });
    plan.write = null;
    const events: string[] = [];
    const resuming = store.resume().then(() => events.push("resumed"));
    for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
    events.push("released");
    letGo();
    await Promise.all([slowWrite, resuming]);
    expect(events).toEqual(["released", "resumed"]);
    await notes.insert(note("accepted"));
    expect((await store.check()).problems).toEqual([]);
  });

  test("one collection's failure stops the others, too", async () => {
    const { plan, disk } = failingDisk();
    const { notes, store } = await open({ disk });
    const others = await store.collection("others", noteOptions);
    plan.write = failure("ENOSPC");
    await expect(notes.insert(note("a"))).rejects.toMatchObject({ code: "disk-error" });
    plan.write = null;
    await expect(others.insert(note("a"))).rejects.toMatchObject({ code: "store-read-only" });
  });
});

test("a file that is removed or replaced under the store is noticed before the next acknowledgement", async () => {
  for (const damage of [
    () => rmSync(here.file),
    () => rmSync(here.dir, { recursive: true }),
    () => replaceFile(),
  ]) {
    rmSync(here.dir, { recursive: true, force: true });
    const { notes, store } = await open();
    await notes.insert(note("a"));
    damage();
    await expect(notes.insert(note("b"))).rejects.toMatchObject({ code: "disk-error" });
    expect(notes.all()).toEqual([note("a")]);
    await store.close();
  }

  function replaceFile(): void {
    writeFileSync(`${here.file}.other`, "");
    renameSync(`${here.file}.other`, here.file);
  }
});

test("a rewrite that fails leaves the old file in use and is not asked for at every write", async () => {
  const { plan, disk } = failingDisk();
  let rewrites = 0;
  const counting: Disk = {
    ...disk,
    async write(file, bytes) {
      if (bytes.includes(10) && bytes.indexOf(10) !== bytes.length - 1) {
        rewrites++;
        throw failure("ENOSPC");
      }
      return disk.write(file, bytes);
    },
  };
  const { notes, store } = await open({
    disk: counting,
    compaction: { minFileBytes: 1000, maxLiveShare: 0.5 },
  });
  await notes.insert(note("other"));
  for (let round = 0; round < 100; round++) await notes.put(note("hot", `round ${round}`));
  expect(plan.writes).toBeGreaterThan(100);
  expect(rewrites).toBeGreaterThan(0);
  expect(rewrites).toBeLessThan(10);
  expect(store.readOnlyReason).toBeNull();
  await store.close();
  const again = await open();
  expect(again.notes.all()).toEqual([note("other"), note("hot", "round 99")]);
});

test("a repair the disk has no room for leaves the file as it is, readable and read-only", async () => {
  const first = await open();
  for (const id of ["a", "b", "c"]) await first.notes.insert(note(id));
  await first.store.close();
  writeFileSync(here.file, "garbage\n", { flag: "a" });
  const size = statSync(here.file).size;
  const { plan, disk } = failingDisk();
  plan.write = failure("ENOSPC");
  const second = await open({ disk });
  expect(second.notes.all().length).toBe(3);
  await expect(second.notes.insert(note("d"))).rejects.toMatchObject({
    code: "store-read-only",
    message: expect.stringContaining("cannot repair"),
  } satisfies Partial<Record<keyof AppError, unknown>>);
  expect(statSync(here.file).size).toBe(size);
  await second.store.close();
  expect((await open()).notes.all().length).toBe(3);
});
