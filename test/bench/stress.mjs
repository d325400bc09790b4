// Memory per pane, many panes at once, and one pane that prints a gigabyte.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuSeconds, openIaTmux, residentMb } from "./contenders.mjs";
import { percentile } from "./statistics.mjs";
import { runProducer } from "./throughput.mjs";

const PANES = 4;

/** Resident memory that panes with 2,000 full lines of 200 columns add, per pane. */
export async function measureMemory({ workshop, payloads, log }) {
  const one = await openWindows(workshop, 1);
  const many = await openWindows(workshop, 1 + PANES);
  try {
    const rows = [];
    for (const workload of ["plain", "sgr", "cjk"]) {
      const used = [];
      for (const session of [one, many]) {
        for (const pane of JSON.parse(session.cli("ls", "--json"))) {
          session.cli("send-keys", pane.id, `head -c 600000 ${payloads[workload]}`, "Enter");
        }
        await session.outer.idle(2_500);
        used.push(residentMb(session.pids.server) + residentMb(session.pids.host));
      }
      const perPane = (used[1] - used[0]) / PANES;
      log(`memory ${workload}: ${used[0].toFixed(1)} MB with 1 pane, ${used[1].toFixed(1)} MB with ${1 + PANES}`);
      rows.push({ what: `memory per pane (server and host), 200 columns, 2,000 lines, ${workload}, MB`, value: perPane, bound: 16 });
    }
    return rows;
  } finally {
    await one.close();
    await many.close();
  }
}

/** A session with so many windows of one pane each, full width. */
function openWindows(workshop, count) {
  const layout = join(workshop.dir, `windows-${count}.yaml`);
  const windows = Array.from({ length: count }, (_, at) => `  - { name: w${at}, panes: [{ profile: shell }] }`);
  writeFileSync(layout, `name: windows\nwindows:\n${windows.join("\n")}\n`);
  return openIaTmux(workshop, layout);
}

/** 8 windows of 4 panes; the first pane has the keys. */
function openCrowd(workshop) {
  const layout = join(workshop.dir, "crowd.yaml");
  const windows = Array.from(
    { length: 8 },
    (_, at) => `  - { name: w${at}, split: right, panes: [${Array.from({ length: 4 }, () => "{ profile: shell }").join(", ")}] }`,
  );
  writeFileSync(layout, `name: crowd\nwindows:\n${windows.join("\n")}\n`);
  return openIaTmux(workshop, layout);
}

/** How full each queue between a pane's program and the outer terminal ever was, each with its bound. */
function queueRows(situation, { cli }) {
  return JSON.parse(cli("server", "status", "--json")).queues.map(({ queue, mostBytes, boundBytes }) => ({
    what: `${situation}: most that ever waited, ${queue}, bytes`,
    value: mostBytes,
    digits: 0,
    bound: boundBytes,
  }));
}

/** 32 panes of which 8 flood: latency in a quiet one, and what waits where. */
export async function measureStress({ workshop, payloads, keys, log }) {
  const session = await openCrowd(workshop);
  const { outer, cli, pids } = session;
  try {
    const panes = JSON.parse(cli("ls", "--json"));
    for (const pane of panes.slice(1, 9))
      cli("send-keys", pane.id, `while :; do cat ${payloads.redraw}; done`, "Enter");
    await outer.send("cat\r");
    await outer.idle(1_500);
    const cpuBefore = cpuSeconds(pids.server);
    const started = performance.now();
    const before = residentMb(pids.server) + residentMb(pids.host);
    const { micros, timeouts } = await outer.keys(keys, 15);
    const sorted = micros.toSorted((a, b) => a - b);
    const commands = [];
    for (let run = 0; run < 5; run++) {
      const at = performance.now();
      cli("ls");
      commands.push(performance.now() - at);
    }
    const after = residentMb(pids.server) + residentMb(pids.host);
    log(`crowd: ${panes.length} panes, server load ${((cpuSeconds(pids.server) - cpuBefore) / ((performance.now() - started) / 1000)).toFixed(2)}, ${timeouts} timeouts`);
    const rows = [
      { what: "32 panes, 8 flood: key to echo p50, ms", value: percentile(sorted, 0.5) / 1000, digits: 2, bound: 3 },
      { what: "32 panes, 8 flood: key to echo p99, ms", value: percentile(sorted, 0.99) / 1000, digits: 2, bound: 24 },
      { what: "32 panes, 8 flood: command line, ms", value: percentile(commands.toSorted((a, b) => a - b), 0.5), bound: 195 },
      { what: "32 panes, 8 flood: memory of server and host while it lasts, MB", value: after },
      { what: "32 panes, 8 flood: growth meanwhile, MB", value: after - before },
      ...queueRows("32 panes, 8 flood", session),
    ];
    return rows;
  } finally {
    await session.close();
  }
}

/** A gigabyte takes half a minute on a quiet machine; a busy one gets this long. */
const GIGABYTE_WITHIN_MS = 300_000;
/** No payload has these. */
const CAUGHT = "@#@#@@##@#";

/** One gigabyte through one pane, and Ctrl-C while one pane prints, and while eight do. */
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
    rows.push({ what: "Ctrl-C while the pane prints: slowest of 5 until it was heeded, ms", value: await slowestStop(session, payloads.plain, log), bound: 200 });
  } finally {
    await session.close();
  }
  const crowd = await openCrowd(workshop);
  try {
    const panes = JSON.parse(crowd.cli("ls", "--json"));
    for (const pane of panes.slice(1, 8))
      crowd.cli("send-keys", pane.id, `while :; do cat ${payloads.redraw}; done`, "Enter");
    await crowd.outer.idle(1_000);
    rows.push({ what: "Ctrl-C while 8 of 32 panes print: slowest of 5 until it was heeded, ms", value: await slowestStop(crowd, payloads.plain, log), bound: 200 });
  } finally {
    await crowd.close();
  }
  return rows;
}

/** Lets the pane that has the keys flood, presses Ctrl-C, and waits until what the program then says is drawn. */
async function slowestStop({ outer, place }, payload, log) {
  const script = join(place.dir, "flood.sh");
  writeFileSync(script, `trap 'printf "\\n${CAUGHT}\\n"; exit' INT\nwhile :; do cat ${payload}; done\n`);
  let slowest = 0;
  for (let run = 0; run < 5; run++) {
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
