// 32 panes of which 8 flood: everything that is promised of two panes, within a factor of three. tmux has the same panes
// and floods, in turns.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuSeconds, hasTmux, openIaTmux, openTmux, residentMb } from "./contenders.mjs";
import { GAP_MS, latencySummary } from "./latency.mjs";
import { hookMs, hookScript, SMALLEST, wallMs } from "./processes.mjs";
import { TIME_BOUNDS } from "./rows.mjs";
import { attachMs, commandMs } from "./startup.mjs";
import { inTurns, rotated, summary } from "./statistics.mjs";
import { openWindows, printInto, queueRows, slowestStop } from "./stress.mjs";
import { runProducer } from "./throughput.mjs";

const SITUATION = "32 panes, 8 flood";
const WINDOWS = 8;
const FLOODING = 8;
const RUNS_MAX = 3;
/** How much of each payload goes through one more pane beside the floods: it has a ninth of what there is. */
const MEGABYTES_MAX = 8;
/** A key of tmux's may wait for a second here, each of them; slow links are told by fewer of ours, too. */
const TMUX_KEYS_MAX = 20;
const SLOW_LINK_KEYS_MAX = 40;
/** How often Ctrl-C is pressed in a run. */
const STOPS = 2;
const LINKS = { "outer terminal takes 2 MB/s": 2_000_000, "outer terminal takes 0.3 MB/s": 300_000 };

/** 8 windows of 4 panes; the first pane has the keys, the last is an agent with hooks. */
async function openCrowd(workshop) {
  const layout = join(workshop.dir, "crowd.yaml");
  const shells = (count) => Array.from({ length: count }, () => "{ profile: shell }").join(", ");
  const windows = Array.from(
    { length: WINDOWS },
    (_, at) =>
      `  - { name: w${at}, split: right, panes: [${at < WINDOWS - 1 ? shells(4) : `${shells(3)}, { profile: demo, name: ada }`}] }`,
  );
  writeFileSync(layout, `name: crowd\nwindows:\n${windows.join("\n")}\n`);
  const session = await openIaTmux(workshop, layout);
  const panes = JSON.parse(session.cli("ls", "--json")).map(({ id }) => id);
  return { ...session, print: (at, command) => session.cli("send-keys", panes[at], command, "Enter") };
}

async function openTmuxCrowd(workshop) {
  const window = ["split-window -h", "split-window -h", "split-window -h", "select-layout even-horizontal"];
  const words = Array.from({ length: WINDOWS }, (_, at) => [...(at === 0 ? [] : ["new-window"]), ...window]).flat();
  const layout = [...words, "select-window -t :0", "select-pane -t 0"].flatMap((line, at) => [...(at === 0 ? [] : [";"]), ...line.split(" ")]);
  const session = await openTmux(workshop, layout);
  const panes = session.cli("list-panes", "-s", "-F", "#{pane_id}").trim().split("\n");
  return { ...session, print: (at, command) => session.cli("send-keys", "-t", panes[at], command, "Enter") };
}

export async function measureCrowd({ workshop, payloads, runs, keys, megabytes, log }) {
  const samples = { "ia-tmux": [], tmux: [] };
  const queues = new Map();
  for (let run = 0; run < Math.min(runs, RUNS_MAX); run++) {
    const open = { "ia-tmux": openCrowd, ...(hasTmux && { tmux: openTmuxCrowd }) };
    for (const [name, start] of rotated(Object.entries(open), run)) {
      const session = await start(workshop);
      try {
        const isOurs = name === "ia-tmux";
        const sample = await sampleOf(session, { isOurs, payloads, keys, megabytes: Math.min(megabytes, MEGABYTES_MAX), log });
        samples[name].push(sample);
        log(`${SITUATION}, ${name}, run ${run + 1}: ${JSON.stringify(sample, (key, value) => (key === "micros" ? value.length : value))}`);
        if (!isOurs) continue;
        // The most of all runs.
        for (const row of queueRows(SITUATION, session))
          if (row.value >= (queues.get(row.what)?.value ?? 0)) queues.set(row.what, row);
      } finally {
        await session.close();
      }
    }
  }
  const perPane = [];
  for (let run = 0; run < Math.min(runs, RUNS_MAX); run++) perPane.push(await memoryOfPane(workshop, payloads, log));
  return [...rowsOf(samples), { what: `${SITUATION}: memory per pane (server and host, all of it), 200 columns, 2,000 lines, MB`, taken: summary(perPane), bound: 48 }, ...queues.values()];
}

async function sampleOf(session, { isOurs, payloads, keys, megabytes, log }) {
  const { outer, pids, place } = session;
  const memory = () => residentMb(pids.server) + (isOurs ? residentMb(pids.host) : 0);
  await outer.idle(1_500);
  for (let at = 1; at <= FLOODING; at++) session.print(at, flood(payloads, at));
  await outer.send("cat\r");
  await outer.idle(1_500);
  const [memoryBefore, cpuBefore, startedMs] = [memory(), cpuSeconds(pids.server), performance.now()];
  const echo = { "": await outer.keys(isOurs ? keys : Math.min(keys, TMUX_KEYS_MAX), GAP_MS) };
  const serverLoad = (cpuSeconds(pids.server) - cpuBefore) / ((performance.now() - startedMs) / 1000);
  const warm = await inTurns({ "attach painted": () => attachMs(session), "command line": () => commandMs(session) }, 5);
  const hooks = isOurs ? await hooksBeside(place) : {};
  for (const [link, bytesPerSecond] of Object.entries(LINKS)) {
    await outer.rate(bytesPerSecond);
    await outer.idle(1_500);
    echo[`, ${link}`] = await outer.keys(Math.min(keys, isOurs ? SLOW_LINK_KEYS_MAX : TMUX_KEYS_MAX), GAP_MS);
  }
  await outer.rate(0);
  const memoryAfter = memory();
  // Ends `cat`.
  await outer.send("\x03");
  await outer.idle(1_000);
  const stopMs = isOurs ? await slowestStop(session, payloads.plain, STOPS, log) : undefined;
  // Alone on the screen: what is drawn then is of these bytes. What agents send comes last: it leaves modes behind.
  await outer.send("\x02z");
  await outer.idle(500);
  const throughput = {};
  for (const [workload, file] of Object.entries(payloads)) {
    const before = (await outer.bytes()).bytes;
    const seconds = await runProducer(session, file, megabytes);
    throughput[workload] = { seconds, outMb: ((await outer.bytes()).bytes - before) / 1024 / 1024 };
  }
  return {
    coldStart: session.startedMs,
    echo,
    serverLoad,
    processes: Object.fromEntries(Object.entries({ ...warm, ...hooks }).map(([name, { median }]) => [name, median])),
    memory: memoryAfter,
    growth: memoryAfter - memoryBefore,
    throughput,
    stopMs,
  };
}

/** Lines as the neighbour of two panes prints them, and what agents draw, in turns; three of the eight are seen. */
function flood(payloads, at) {
  return `while :; do cat ${at % 2 === 1 ? payloads.plain : payloads.redraw}; done`;
}

async function hooksBeside(place) {
  const session = { place, script: await hookScript(place) };
  return inTurns(
    {
      "hook before an edit, through its script": () => hookMs(session, "PreToolUse", "free.ts"),
      ...Object.fromEntries(Object.entries(SMALLEST).map(([name, command]) => [name, () => wallMs(command, place)])),
    },
    10,
  );
}

/** All panes full width and full of lines, eight of them flooding: what the processes have, by pane. */
async function memoryOfPane(workshop, payloads, log) {
  const panes = WINDOWS * 4;
  const session = await openWindows(workshop, panes / 2, 2);
  try {
    printInto(session, `head -c 600000 ${payloads.sgr}`);
    await session.outer.idle(2_500);
    for (let at = 1; at <= FLOODING; at++) printInto(session, flood(payloads, at), at, at + 1);
    await session.outer.idle(4_000);
    const perPane = (residentMb(session.pids.server) + residentMb(session.pids.host)) / panes;
    log(`${SITUATION}: ${perPane.toFixed(1)} MB a pane`);
    return perPane;
  } finally {
    await session.close();
  }
}

const PROCESS_BOUNDS = { "attach painted": 225, "command line": 195, "hook before an edit, through its script": 36 };
const ECHO_BOUNDS = {
  "": { p50: { bound: 3 }, p99: { bound: 24 } },
  ", outer terminal takes 2 MB/s": { p50: { ratioBound: "3/10" } },
  ", outer terminal takes 0.3 MB/s": { p90: { ratioBound: "3/20" } },
};

/** Medians over the runs, ours beside tmux's, with three times the bounds of two panes. */
function rowsOf({ "ia-tmux": ours, tmux: theirs }) {
  const rows = [];
  const add = (what, pick, bounds = {}, digits = 1) => {
    const taken = summary(ours.map(pick));
    const tmux = theirs.map(pick).filter((value) => value !== undefined);
    rows.push({ what: `${SITUATION}: ${what}`, taken, ...(tmux.length > 0 && { tmux: summary(tmux) }), ...bounds, digits });
  };
  for (const [link, byShare] of Object.entries(ECHO_BOUNDS)) {
    const [ourKeys, theirKeys] = [ours, theirs].map((list) => latencySummary(list.map(({ echo }) => echo[link])));
    for (const share of ["p50", "p90", "p99"]) {
      rows.push({
        what: `${SITUATION}: key to echo${link} ${share}, ms`,
        taken: ourKeys[share],
        timeouts: ourKeys.timeouts,
        ...(theirs.length > 0 && { tmux: theirKeys[share], tmuxTimeouts: theirKeys.timeouts }),
        ...byShare[share],
        digits: 2,
      });
    }
  }
  for (const name of Object.keys(ours[0].processes))
    add(`${name}, ms`, ({ processes }) => processes[name], name in PROCESS_BOUNDS ? { bound: PROCESS_BOUNDS[name] } : {});
  add("cold start (nothing floods yet), ms", ({ coldStart }) => coldStart, { bound: 540 });
  for (const [workload, bound] of Object.entries(TIME_BOUNDS)) {
    add(`${workload} through one more pane, the others hidden, s`, ({ throughput }) => throughput[workload].seconds, { ratioBound: (3 * bound).toFixed(2) }, 2);
    add(`${workload} through one more pane, the others hidden, MB to the outer terminal`, ({ throughput }) => throughput[workload].outMb, { ratioBound: "3/40" }, 2);
  }
  add(`Ctrl-C in one more that prints: slowest of ${STOPS} until it was heeded, ms`, ({ stopMs }) => stopMs, { bound: 600 });
  add("memory of the server (and host) while it lasts, MB", ({ memory }) => memory);
  add("growth meanwhile, MB", ({ growth }) => growth);
  return rows;
}
