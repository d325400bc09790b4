import { silentLogger } from "../../src/base/log.ts";
import { openStore } from "../../src/store/store.ts";
import { noteOptions } from "./support-schema.ts";

/**
 * Run as a program of its own, to be killed: writes documents from several loops at once and prints a line for each
 * one only after its promise resolved. Arguments: directory, number of the round, length of the texts.
 */
const [dir = "", round = "0", textLength = "100"] = process.argv.slice(2);
const store = await openStore({
  dir,
  clock: { nowMs: () => Date.now() },
  log: silentLogger,
  compaction: { minFileBytes: 20_000, maxLiveShare: 0.6 },
});
const notes = await store.collection("notes", noteOptions);
const filler = "é\u2028".repeat(Number(textLength) / 2);
process.stdout.write("ready\n");

async function write(worker: number): Promise<never> {
  for (let number = 0; ; number++) {
    const id = `${round}-${worker}-${number}`;
    await notes.insert({ id, text: `inserted ${filler}` });
    process.stdout.write(`inserted ${id}\n`);
    if (number % 3 === 1) {
      await notes.update(id, (before) => ({ ...before, text: `updated ${filler}` }));
      process.stdout.write(`updated ${id}\n`);
    }
    if (number % 3 === 2) {
      await notes.remove(id);
      process.stdout.write(`removed ${id}\n`);
    }
  }
}

process.on("unhandledRejection", (reason) => {
  process.stdout.write(`failed ${String((reason as { code?: unknown }).code)}\n`);
});
for (let worker = 0; worker < 4; worker++) void write(worker);
