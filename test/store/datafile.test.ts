import { type FileHandle, open, readFile } from "node:fs/promises";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createRealDisk } from "../../src/store/datafile.ts";

/** A file that says how many of its writes were given to another thread. */
async function openCounted() {
  const dir = mkdtempSync(join(tmpdir(), "datafile-"));
  const handle = await open(join(dir, "a.db"), "a+");
  onTestFinished(async () => {
    await handle.close();
    rmSync(dir, { recursive: true });
  });
  const counted = {
    handedOver: 0,
    file: {
      fd: handle.fd,
      write: (bytes: Buffer) => {
        counted.handedOver++;
        return handle.write(bytes);
      },
    } as unknown as FileHandle,
    text: () => readFile(join(dir, "a.db"), "utf8"),
  };
  return counted;
}

test("a small write is in the kernel at once, a large one is another thread's", async () => {
  const counted = await openCounted();
  const disk = createRealDisk();
  const writing = disk.write(counted.file, Buffer.from("small"));
  expect(await counted.text()).toBe("small");
  expect(await writing).toBe(5);
  expect(counted.handedOver).toBe(0);
  expect(await disk.write(counted.file, Buffer.alloc(100_000, "x"))).toBe(100_000);
  expect(counted.handedOver).toBe(1);
});

test("after a write that the kernel kept waiting, the next thousand are another thread's, then one is tried again", async () => {
  const counted = await openCounted();
  let nowMs = 0;
  let writeTakesMs = 2;
  const disk = createRealDisk(() => (nowMs += writeTakesMs));
  await disk.write(counted.file, Buffer.from("."));
  expect(counted.handedOver).toBe(0);
  writeTakesMs = 40;
  await disk.write(counted.file, Buffer.from("."));
  expect(counted.handedOver).toBe(0);
  for (let number = 0; number < 1_000; number++) await disk.write(counted.file, Buffer.from("."));
  expect(counted.handedOver).toBe(1_000);
  writeTakesMs = 0;
  for (let number = 0; number < 3; number++) await disk.write(counted.file, Buffer.from("."));
  expect(counted.handedOver).toBe(1_000);
  expect((await counted.text()).length).toBe(1_005);
});
