import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useStoreDirectory } from "./support.ts";

const { here, open } = useStoreDirectory();
let programDir: string;
let program: string;

beforeAll(async () => {
  programDir = mkdtempSync(join(tmpdir(), "store-child-"));
  program = join(programDir, "child.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "crash-child.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
});
afterAll(() => rmSync(programDir, { recursive: true }));

/** What the child said it had done, id by id; only whole lines count. */
function listen(child: ChildProcessByStdio<null, Readable, null>) {
  let text = "";
  let onReady = () => {};
  const ready = new Promise<void>((done) => {
    onReady = done;
  });
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes("ready\n")) onReady();
  });
  const exited = new Promise<void>((done) => child.on("close", () => done()));
  return { ready, exited, lines: () => text.split("\n").slice(0, -1) };
}

test.each([
  ["small documents", 20, 100],
  ["documents of 64 KiB", 8, 64 * 1024],
])(
  "kill -9 at any moment loses nothing that was acknowledged: %s",
  async (_, rounds, textLength) => {
    const acknowledged = new Map<string, string>();
    // A busy machine acknowledges little before it is killed: then more rounds, until enough was at stake.
    for (let round = 0; round < rounds || acknowledged.size <= rounds; round++) {
      const child = spawn(process.execPath, [program, here.dir, String(round), String(textLength)], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const { ready, exited, lines } = listen(child);
      await ready;
      setTimeout(() => child.kill("SIGKILL"), 5 + ((round * 37) % 110));
      await exited;
      for (const line of lines()) {
        const [what = "", id = ""] = line.split(" ");
        if (id !== "") acknowledged.set(id, what);
      }
      const { notes, store } = await open();
      expect(store.readOnlyReason).toBeNull();
      expect(store.report().collections[0]).toMatchObject({
        damagedParts: 0,
        recoveredRecords: 0,
        quarantinePath: null,
      });
      for (const [id, what] of acknowledged) {
        const found = notes.get(id)?.text.split(" ")[0];
        // the step after an acknowledged one may have reached the disk without its acknowledgement being heard
        const may = what === "inserted" ? stepsAfterInsert(id) : [what === "removed" ? undefined : what];
        expect(may, `${id} was ${what}`).toContain(found);
      }
      await store.close();
    }
    expect(acknowledged.size).toBeGreaterThan(rounds);
  },
  180_000,
);

function stepsAfterInsert(id: string): (string | undefined)[] {
  const number = Number(id.split("-")[2]) % 3;
  return number === 1 ? ["inserted", "updated"] : number === 2 ? ["inserted", undefined] : ["inserted"];
}

test("a file that reaches its size limit stops the writing, not the process, and loses nothing acknowledged", async () => {
  const script = 'ulimit -f 100; exec "$@"'; // in blocks of 1,024 bytes
  const child = spawn("bash", ["-c", script, "bash", process.execPath, program, here.dir, "0", "200"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { exited, lines } = listen(child);
  const failures = () => lines().filter((line) => line.startsWith("failed"));
  await new Promise<void>((done) => {
    child.stdout.on("data", () => {
      if (failures().length >= 4) done();
    });
    child.on("close", () => done());
  });
  expect(child.exitCode).toBeNull();
  expect(new Set(failures())).toEqual(new Set(["failed disk-error"]));
  child.kill("SIGKILL");
  await exited;
  const { notes, store } = await open();
  expect(store.report().problems).toEqual([]);
  const last = new Map(
    lines()
      .filter((line) => /^(inserted|updated|removed)/.test(line))
      .map((line) => line.split(" ").toReversed() as [string, string]),
  );
  expect(last.size).toBeGreaterThan(10);
  for (const [id, what] of last)
    expect(notes.get(id)?.text.split(" ")[0]).toBe(what === "removed" ? undefined : what);
  expect(notes.size).toBe([...last.values()].filter((what) => what !== "removed").length);
});
