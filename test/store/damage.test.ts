import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { formatLine } from "../../src/store/line-format.ts";
import { note, useStoreDirectory } from "./support.ts";

const { here, open } = useStoreDirectory();
const DOCUMENTS = 6;
let whole: Buffer;

beforeEach(async () => {
  const { notes, store } = await open();
  for (let number = 0; number < DOCUMENTS; number++) await notes.insert(note(`n${number}`));
  await store.close();
  whole = readFileSync(here.file);
});

function quarantined(): string[] {
  return readdirSync(here.dir).filter((name) => name.includes(".corrupt-"));
}

function clearQuarantine(): void {
  for (const name of quarantined()) rmSync(join(here.dir, name));
}

/** Opens the store on these bytes, writes one document, and opens it once more: all that was good has to be there. */
async function openOn(bytes: Buffer | string) {
  writeFileSync(here.file, bytes);
  const first = await open();
  const report = first.store.report();
  const ids = first.notes.all().map(({ id }) => id);
  for (const { id, text } of first.notes.all()) expect(text).toBe(`text of ${id}`);
  await first.notes.insert(note("after"));
  await first.store.close();
  const second = await open();
  expect(second.notes.all().map(({ id }) => id)).toEqual([...ids, "after"]);
  expect(second.store.report().problems).toEqual([]);
  await second.store.close();
  return { ids, report: report.collections[0], problems: report.problems };
}

const allIds = Array.from({ length: DOCUMENTS }, (_, number) => `n${number}`);

describe("a file that was cut", () => {
  test("at every byte of its last three records loses only the record that was cut, and is repaired", async () => {
    const lines = whole.toString().split("\n");
    const lastThree = Buffer.byteLength(lines.slice(-4).join("\n"));
    for (let cut = whole.length - lastThree; cut < whole.length; cut++) {
      const kept = whole.subarray(0, cut);
      // the newline is not part of what a record says: a record that only lacks it is whole
      const complete = Buffer.concat([kept, Buffer.from("\n")]).equals(whole.subarray(0, cut + 1)) ? 1 : 0;
      const { ids, report, problems } = await openOn(kept);
      expect(ids.length, `cut at ${cut}`).toBe(kept.toString().split("\n").length - 1 + complete);
      expect(report?.quarantinePath).toBeNull();
      if ((report?.tornTailBytes ?? 0) > 0)
        expect(problems).toEqual([expect.stringContaining("had not been acknowledged")]);
    }
    expect(quarantined()).toEqual([]);
  });

  test("when it holds a single record, too", async () => {
    const single = whole.subarray(0, whole.indexOf(10) + 1);
    for (let cut = 0; cut < single.length - 1; cut++)
      expect((await openOn(single.subarray(0, cut))).ids).toEqual([]);
    expect((await openOn(single.subarray(0, -1))).ids).toEqual(["n0"]);
  });

  test("in the middle keeps the records before and behind, and the file as it was", async () => {
    const at = whole.indexOf(10) + 30;
    const torn = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 40)]);
    const { ids, report } = await openOn(torn);
    expect(ids.length).toBeGreaterThanOrEqual(DOCUMENTS - 2);
    expect(readFileSync(report?.quarantinePath ?? "").equals(torn)).toBe(true);
    expect(statSync(report?.quarantinePath ?? "").mode & 0o777).toBe(0o600);
  });

  test("with the next record glued to the torn one keeps that next one", async () => {
    const cut = whole.length - 20;
    const glued = Buffer.concat([
      whole.subarray(0, cut),
      whole.subarray(0, 0),
      Buffer.from(
        `${formatLine('{"_id":"=late","n":9,"v":1,"doc":"{\\"id\\":\\"late\\",\\"text\\":\\"text of late\\"}"}')}\n`,
      ),
    ]);
    const { ids, report } = await openOn(glued);
    expect(ids).toEqual([...allIds.slice(0, -1), "late"]);
    expect(report).toMatchObject({ damagedParts: 1, recoveredRecords: 1 });
  });
});

describe("a damaged file", () => {
  test("one flipped bit anywhere never changes a document, and costs at most the one it is in", async () => {
    let seed = 99;
    for (let round = 0; round < 200; round++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const at = seed % whole.length;
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (round % 8));
      const inNewline = whole[at] === 10;
      const { ids, report } = await openOn(flipped);
      expect(ids.length, `bit ${round % 8} of byte ${at}`).toBeGreaterThanOrEqual(
        inNewline ? DOCUMENTS : DOCUMENTS - 1,
      );
      expect(report?.quarantinePath).not.toBeNull();
      expect(existsSync(report?.quarantinePath ?? "")).toBe(true);
      clearQuarantine();
    }
  });

  test.each([
    ["empty", Buffer.alloc(0), 0],
    ["only newlines", Buffer.from("\n\n\n"), 0],
    [
      "random bytes",
      Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919 + (index >> 3)) % 256)),
      0,
    ],
  ])("%s: starts", async (_, bytes, documents) => {
    expect((await openOn(bytes)).ids.length).toBe(documents);
  });

  test("zeros at the end, as after a crash of the machine, are cut off", async () => {
    const { ids, report } = await openOn(Buffer.concat([whole, Buffer.alloc(4096)]));
    expect(ids).toEqual(allIds);
    expect(report).toMatchObject({ tornTailBytes: 4096, quarantinePath: null });
  });

  test.each([
    ["zeros in the middle", () => insertAtLine(2, Buffer.alloc(4096))],
    ["a byte order mark", () => Buffer.concat([Buffer.from("\ufeff"), whole])],
    ["CRLF", () => Buffer.from(whole.toString().replaceAll("\n", "\r\n"))],
    [
      "every line twice",
      () =>
        Buffer.from(
          whole
            .toString()
            .split("\n")
            .flatMap((line) => [line, line])
            .join("\n"),
        ),
    ],
    ["lines that are JSON but no records", () => insertAtLine(3, Buffer.from('42\nnull\n"x"\n[]\n{}\n'))],
    [
      "records that are whole but not ours",
      () =>
        insertAtLine(
          3,
          Buffer.from(
            [42, null, "x", [], {}, { _id: "x" }, { _id: "", n: 1 }, { _id: "=x", n: "1" }]
              .map((value) => `${formatLine(JSON.stringify(value))}\n`)
              .join(""),
          ),
        ),
    ],
    ["a tenth of garbage", () => insertAtLine(1, Buffer.from("garbage\n"))],
    ["nine tenths of garbage", () => insertAtLine(1, Buffer.from("garbage in many lines\n".repeat(54)))],
    ["a missing newline between two", () => Buffer.from(whole.toString().replace("\n", ""))],
    ["garbage behind the last newline", () => Buffer.concat([whole, Buffer.from("garbage")])],
  ])("%s: every good record is kept", async (_, damage) => {
    expect((await openOn(damage())).ids).toEqual(allIds);
  });

  test("damage in a line that a later one replaces is noticed, and the document is whole", async () => {
    const { notes, store } = await open();
    await notes.put(note("n0"));
    await store.close();
    const damaged = readFileSync(here.file);
    damaged[40] = (damaged[40] ?? 0) ^ 1;
    const { ids, report } = await openOn(damaged);
    expect(ids).toEqual(allIds);
    expect(report).toMatchObject({ damagedParts: 1, recoveredRecords: 0 });
    expect(readFileSync(report?.quarantinePath ?? "").equals(damaged)).toBe(true);
  });

  test.each([
    ["no record", '{"_id":"=n1","n":"1","v":1,"doc":"{}"}'],
    ["cut short", '{"_id":"=n1","n":1'],
    ["another's by its second id", '{"_id":"=n1","n":9,"v":1,"doc":"{}","_id":"n9"}'],
    ["a number where the id should be", '{"_id":"=n1","_id":5}'],
  ])("a whole line with an id of ours that is %s replaces nothing", async (_, json) => {
    const { ids, report } = await openOn(Buffer.concat([whole, Buffer.from(`${formatLine(json)}\n`)]));
    expect(ids).toEqual(allIds);
    expect(report).toMatchObject({ damagedParts: 1, recoveredRecords: 0 });
  });

  test("an id that is written with escapes is the id it says", async () => {
    const line = formatLine(
      '{"_id":"=n\\u0031","n":2,"v":1,"doc":"{\\"id\\":\\"n1\\",\\"text\\":\\"text of n1\\"}"}',
    );
    const { ids, problems } = await openOn(Buffer.concat([whole, Buffer.from(`${line}\n`)]));
    expect(ids).toEqual(allIds);
    expect(problems).toEqual([]);
  });

  test("text inside a document can never become a record, however the line is damaged", async () => {
    writeFileSync(here.file, "");
    const forged = formatLine(
      '{"_id":"=forged","n":1,"v":1,"doc":"{\\"id\\":\\"forged\\",\\"text\\":\\"x\\"}"}',
    );
    const { notes, store } = await open();
    await notes.insert(note("carrier", `${forged}\n${forged}`));
    await store.close();
    const bytes = readFileSync(here.file);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(here.file, damaged);
      const again = await open();
      expect(again.notes.get("forged")).toBeUndefined();
      await again.store.close();
      clearQuarantine();
    }
  });

  function insertAtLine(number: number, bytes: Buffer): Buffer {
    let at = 0;
    for (let line = 0; line < number; line++) at = whole.indexOf(10, at) + 1;
    return Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at)]);
  }
});

describe("something else where the file should be", () => {
  async function expectReadOnly(reason: RegExp) {
    const { notes, store } = await open();
    expect(notes.size).toBe(0);
    expect(store.readOnlyReason).toMatch(reason);
    expect(store.report().problems[0]).toContain(here.file);
    await expect(notes.insert(note("x"))).rejects.toMatchObject({
      code: "store-read-only",
      message: expect.stringMatching(reason),
    });
    expect((await store.check()).collections[0]?.documents).toBe(0);
    await store.close();
  }

  test("a directory, a FIFO and a link leave the collection empty and read-only", async () => {
    rmSync(here.file);
    mkdirSync(here.file);
    await expectReadOnly(/a directory/);
    rmSync(here.file, { recursive: true });
    execFileSync("mkfifo", [here.file]);
    await expectReadOnly(/a special file/);
    rmSync(here.file);
    const victim = join(dirname(here.dir), "victim");
    writeFileSync(victim, "precious");
    symlinkSync(victim, here.file);
    await expectReadOnly(/a symbolic link/);
    expect(readFileSync(victim, "utf8")).toBe("precious");
  });

  test.runIf(process.getuid?.() === 0)("someone else's file is not used", async () => {
    execFileSync("chown", ["12345", here.file]);
    await expectReadOnly(/belongs to user 12345/);
  });

  test("planted temporary files are neither followed nor taken for ours", async () => {
    const victim = join(dirname(here.dir), "victim");
    writeFileSync(victim, "precious");
    for (const suffix of ["~", `.${process.pid}.new`, ".1.new"]) symlinkSync(victim, here.file + suffix);
    const { notes, store } = await open({ compaction: { minFileBytes: 100, maxLiveShare: 0.9 } });
    for (let round = 0; round < 30; round++) await notes.put(note("n0", `round ${round}`));
    await store.close();
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(lstatSync(here.file).isFile()).toBe(true);
    expect((await open()).notes.size).toBe(DOCUMENTS);
  });

  test("a rewrite that was interrupted leaves the old file; if that was removed, the finished copy serves", async () => {
    writeFileSync(`${here.file}.77.new`, whole.subarray(0, 50));
    const first = await open();
    expect(first.notes.size).toBe(DOCUMENTS);
    expect(existsSync(`${here.file}.77.new`)).toBe(false);
    await first.store.close();
    renameSync(here.file, `${here.file}.78.new`);
    const second = await open();
    expect(second.notes.size).toBe(DOCUMENTS);
  });
});

describe("check", () => {
  test("finds what changed on the disk while the store was open, and changes nothing", async () => {
    const { notes, store } = await open();
    await notes.insert(note("fresh"));
    expect((await store.check()).problems).toEqual([]);
    const damaged = readFileSync(here.file);
    damaged[20] = (damaged[20] ?? 0) ^ 1;
    writeFileSync(here.file, damaged);
    const report = await store.check();
    expect(report.collections[0]).toMatchObject({ differences: ["n0"], damagedParts: 1 });
    expect(report.problems.length).toBe(2);
    expect(readFileSync(here.file).equals(damaged)).toBe(true);
    truncateSync(here.file, 10);
    appendFileSync(here.file, "");
    expect((await store.check()).collections[0]?.differences.length).toBe(DOCUMENTS + 1);
  });
});
