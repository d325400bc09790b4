// A pane prints the worst there is, again and again: how long the pane beside it takes for an echo meanwhile. The numbers are
// those of the list of bad input that the tests go through.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { openIaTmux } from "./contenders.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const BOUND_MS = 100;
const GAP_MS = 15;

export async function measureHostile({ workshop, quick, log }) {
  const { HOSTILE_OUTPUT, SOBER } = await corpus(workshop);
  const session = await openIaTmux(workshop);
  const { outer, place, cli, nextPane } = session;
  const slowest = new Map();
  const note = (name, micros, timeouts) => {
    const [number] = name.split(" ");
    const worst = timeouts > 0 ? 1_000 : Math.max(...micros) / 1000;
    log(`${name}: slowest echo beside it ${worst.toFixed(1)} ms`);
    if (worst >= (slowest.get(number)?.worst ?? 0)) slowest.set(number, { name, worst });
  };
  const file = join(place.dir, "hostile.bin");
  const going = join(place.dir, "going");
  const script = join(place.dir, "print.sh");
  // Answers are thrown away as they come: a program that does not read them is case 58.
  writeFileSync(
    script,
    `stty raw -echo; cat </dev/tty >/dev/null & reader=$!\nwhile [ -e ${going} ]; do cat ${file}; done\nkill $reader; printf '%b' '${octal(SOBER)}'; stty sane\n`,
  );
  try {
    const [left] = JSON.parse(cli("ls", "--json"));
    await nextPane();
    await outer.idle(300);
    await outer.send("cat\r");
    await outer.idle(500);
    const probe = async (name, keys) => {
      const { micros, timeouts } = await outer.keys(keys, GAP_MS);
      note(name, micros, timeouts);
    };
    await probe("0 (nothing printed)", 20);
    for (const { name, bytes } of HOSTILE_OUTPUT) {
      writeFileSync(file, bytes);
      writeFileSync(going, "");
      cli("send-keys", left.id, `sh ${script}`, "Enter");
      await probe(name, quick ? 8 : 25);
      rmSync(going);
      await outer.idle(150);
    }
    await notReading();
    await longLine();
    async function notReading() {
      cli("send-keys", left.id, "sh -c 'stty raw -echo; sleep 5; stty sane'", "Enter");
      await outer.idle(300);
      for (let sent = 0; sent < 20; sent++) {
        try {
          cli("send-keys", "-l", left.id, "k".repeat(60_000));
        } catch {
          // refused: its queue is full
        }
        if (sent % 5 === 0) await probe("58 a program that reads nothing", quick ? 4 : 10);
      }
    }
    async function longLine() {
      cli("send-keys", "-l", left.id, "x".repeat(6_000));
      await probe("59 a line of 6,000 bytes in cooked mode", quick ? 8 : 25);
    }
  } finally {
    rmSync(going, { force: true });
    await session.close();
  }
  return [...slowest.values()].map(({ name, worst }) => ({
    what: `slowest echo beside ${name}, ms`,
    value: worst,
    bound: BOUND_MS,
  }));
}

/** The same bytes that the tests print. */
async function corpus(workshop) {
  const outfile = join(workshop.dir, "program", "corpus.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["test/hostile/corpus.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  return import(outfile);
}

function octal(text) {
  return [...Buffer.from(text)].map((byte) => `\\0${byte.toString(8).padStart(3, "0")}`).join("");
}
