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

/** 32 panes of which 8 flood: latency in a quiet one, and what waits where. */
export async function measureStress({ workshop, payloads, keys, log }) {
  const layout = join(workshop.dir, "crowd.yaml");
  const windows = Array.from(
    { length: 8 },
    (_, at) => `  - { name: w${at}, split: right, panes: [${Array.from({ length: 4 }, () => "{ profile: shell }").join(", ")}] }`,
  );
  writeFileSync(layout, `name: crowd\nwindows:\n${windows.join("\n")}\n`);
  const session = await openIaTmux(workshop, layout);
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
    ];
    return rows;
  } finally {
    await session.close();
  }
}

/** One gigabyte through one pane. */
export async function measureLong({ workshop, payloads, log }) {
  const rows = [];
  const session = await openIaTmux(workshop);
  try {
    const memory = () => residentMb(session.pids.server) + residentMb(session.pids.host) + residentMb(session.pids.client);
    await runProducer(session, payloads.plain, 64);
    const early = memory();
    const seconds = await runProducer(session, payloads.plain, 960);
    const late = memory();
    log(`1 GB: ${seconds.toFixed(1)} s, ${early.toFixed(0)} -> ${late.toFixed(0)} MB`);
    rows.push({ what: "1 GB through one pane: memory after 64 MB, MB", value: early });
    rows.push({ what: "1 GB through one pane: memory after 1 GB, MB", value: late, bound: Math.ceil(early * 1.25) });
    await session.outer.clear();
    await session.outer.send(`while :; do cat ${payloads.plain}; done\r`);
    await session.outer.idle(1_000);
    await session.outer.send("\x03");
    const { sinceAskedMs } = await session.outer.expect("bench-prompt> ", 5_000);
    rows.push({ what: "Ctrl-C while it prints: until the prompt, ms", value: sinceAskedMs, bound: 200 });
  } finally {
    await session.close();
  }
  return rows;
}
