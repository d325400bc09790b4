// Memory per pane, and one pane that prints a gigabyte.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openIaTmux, residentMb } from "./contenders.mjs";
import { summary } from "./statistics.mjs";
import { runProducer } from "./throughput.mjs";

const PANES = 4;
const MEMORY_RUNS = 3;

/** Resident memory that panes with 2,000 full lines of 200 columns add, per pane; each run with processes of its own. */
export async function measureMemory({ workshop, payloads, quick, log }) {
  const perPane = {};
  for (let run = 0; run < (quick ? 1 : MEMORY_RUNS); run++) {
    const one = await openWindows(workshop, 1);
    const many = await openWindows(workshop, 1 + PANES);
    try {
      for (const workload of ["plain", "sgr", "cjk"]) {
        const used = [];
        for (const session of [one, many]) {
          printInto(session, `head -c 600000 ${payloads[workload]}`);
          await session.outer.idle(2_500);
          used.push(residentMb(session.pids.server) + residentMb(session.pids.host));
        }
        (perPane[workload] ??= []).push((used[1] - used[0]) / PANES);
        log(`memory ${workload}, run ${run + 1}: ${used[0].toFixed(1)} MB with 1 pane, ${used[1].toFixed(1)} MB with ${1 + PANES}`);
      }
    } finally {
      await one.close();
      await many.close();
    }
  }
  return Object.entries(perPane).map(([workload, list]) => ({
    what: `memory per pane (server and host), 200 columns, 2,000 lines, ${workload}, MB`,
    taken: summary(list),
    bound: 16,
  }));
}

/** A session with so many windows, their panes one over the other: all have the full width. */
export function openWindows(workshop, count, panesEach = 1) {
  const layout = join(workshop.dir, `windows-${count}-${panesEach}.yaml`);
  const panes = Array.from({ length: panesEach }, () => "{ profile: shell }").join(", ");
  const windows = Array.from({ length: count }, (_, at) => `  - { name: w${at}, split: down, panes: [${panes}] }`);
  writeFileSync(layout, `name: windows\nwindows:\n${windows.join("\n")}\n`);
  return openIaTmux(workshop, layout);
}

/** Types a command into each pane, or into those from one to before another. */
export function printInto({ cli }, command, from = 0, to = Infinity) {
  for (const pane of JSON.parse(cli("ls", "--json")).slice(from, to)) cli("send-keys", pane.id, command, "Enter");
}

/** How full each queue between a pane's program and the outer terminal ever was, each with its bound. */
export function queueRows(situation, { cli }) {
  return JSON.parse(cli("server", "status", "--json")).queues.map(({ queue, mostBytes, boundBytes }) => ({
    what: `${situation}: most that ever waited, ${queue}, bytes`,
    value: mostBytes,
    digits: 0,
    bound: boundBytes,
  }));
}

/** A gigabyte takes half a minute on a quiet machine; a busy one gets this long. */
const GIGABYTE_WITHIN_MS = 300_000;
/** No payload has these. */
const CAUGHT = "@#@#@@##@#";

/** One gigabyte through one pane, and Ctrl-C while it prints. */
export async function measureLong({ workshop, payloads, log }) {
  const rows = [];
  const session = await openIaTmux(workshop);
  try {
    const memory = () => residentMb(session.pids.server) + residentMb(session.pids.host) + residentMb(session.pids.client);
    await runProducer(session, payloads.plain, 64, GIGABYTE_WITHIN_MS);
    const early = memory();
    const seconds = await runProducer(session, payloads.plain, 960, GIGABYTE_WITHIN_MS);
    const late = memory();
    log(`1 GB: ${seconds.toFixed(1)} s, ${early.toFixed(0)} -> ${late.toFixed(0)} MB`);
    rows.push({ what: "1 GB through one pane: memory after 64 MB, MB", value: early });
    rows.push({ what: "1 GB through one pane: memory after 1 GB, MB", value: late, bound: Math.ceil(early * 1.25) });
    rows.push(...queueRows("1 GB through one pane", session));
    rows.push({ what: "Ctrl-C while the pane prints: slowest of 5 until it was heeded, ms", value: await slowestStop(session, payloads.plain, 5, log), bound: 200 });
  } finally {
    await session.close();
  }
  return rows;
}

/** Lets the pane that has the keys flood, presses Ctrl-C, and waits until what the program then says is drawn. */
export async function slowestStop({ outer, place }, payload, tries, log) {
  const script = join(place.dir, "flood.sh");
  writeFileSync(script, `trap 'printf "\\n${CAUGHT}\\n"; exit' INT\nwhile :; do cat ${payload}; done\n`);
  let slowest = 0;
  for (let run = 0; run < tries; run++) {
    await outer.send(`sh ${script}\r`);
    await outer.idle(1_000);
    await outer.clear();
    await outer.send("\x03");
    const { sinceAskedMs } = await outer.expect(CAUGHT, 10_000);
    log(`Ctrl-C: ${sinceAskedMs.toFixed(1)} ms`);
    slowest = Math.max(slowest, sinceAskedMs);
    await outer.idle(500);
    // What is drawn next must not be there already.
    await outer.send("printf '\\033c'\r");
    await outer.idle(300);
  }
  return slowest;
}
