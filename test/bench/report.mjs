// One table of everything that was measured, as Markdown, with the bound that each figure is held to.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type as osType } from "node:os";
import { tmuxVersion } from "./contenders.mjs";

/** Bounds as ratios to tmux in the same run, of the time for the whole payload. */
const TIME_BOUNDS = { plain: 0.65, sgr: 0.35, cjk: 0.28, redraw: 0.7 };
const STARTUP_BOUNDS = {
  "attach painted, ia-tmux": 75,
  "cold start, ia-tmux": 180,
  "command line, ia-tmux": 65,
  "hook through its script": 12,
};

export function machine() {
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: `${osType()} ${release()}`,
    node: process.version,
    tmux: tmuxVersion,
    program: programVersion(),
  };
}

/** The version that was measured, with the commit it was built from where that is known. */
function programVersion() {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const { status, stdout } = spawnSync("git", ["describe", "--always", "--dirty"], { cwd: import.meta.dirname, encoding: "utf8" });
  return `ia-tmux ${version}${status === 0 ? ` (${stdout.trim()})` : ""}`;
}

export function toMarkdown({ machine: where, options, results, notes }) {
  const lines = [
    "# Measured",
    "",
    `${where.program}. ${where.cores} cores (${where.cpu}), ${where.memoryGb} GB, ${where.kernel}, Node ${where.node}, ${where.tmux}. 200 x 50, two panes side by side; runs interleaved; median [smallest-largest].`,
    `\`npm run bench\`${options.quick ? " -- --quick" : ""}: ${options.runs} runs, ${options.megabytes} MB each, ${options.keys} keys each. Load average before ${options.load[0]}, after ${options.load[1]}.`,
    "",
    "| what | ia-tmux | tmux | raw tty | ratio to tmux | bound | met |",
    "|---|---|---|---|---|---|---|",
    ...rowsOf(results).map((row) => `| ${row.join(" | ")} |`),
    "",
    ...coordinationTable(results.coordination),
    ...notes.map((note) => `- ${note}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** What agents wait for, beside what was measured of the systems before this one (`node -e 0` took 48 ms there). */
function coordinationTable(rows) {
  if (rows === undefined) return [];
  return [
    "What agents wait for, in ms. The figures of other systems were measured once, where `node -e 0` took 48 ms.",
    "",
    "| what | ia-tmux | before |",
    "|---|---|---|",
    ...rows.map(({ what, taken, before }) => `| ${what} | ${spread(taken, 2)} | ${before} |`),
    "",
  ];
}

function rowsOf({ throughput = {}, latency = {}, startup = {}, promises, memory, stress, hostile, long, fidelity }) {
  const rows = [];
  for (const [workload, by] of Object.entries(throughput)) {
    const [ours, theirs, raw] = [by["ia-tmux"], by.tmux, by["raw tty"]];
    const ratio = theirs && ours.seconds.median / theirs.seconds.median;
    rows.push([
      `${workload}, s`,
      spread(ours.seconds, 2),
      spread(theirs?.seconds, 2),
      spread(raw?.seconds, 2),
      number(ratio, 2),
      `<= ${TIME_BOUNDS[workload]}`,
      met(ratio, TIME_BOUNDS[workload]),
    ]);
    const share = theirs && ours.outMb.median / theirs.outMb.median;
    rows.push([
      `${workload}, MB to the outer terminal`,
      spread(ours.outMb, 2),
      spread(theirs?.outMb, 1),
      spread(raw?.outMb, 1),
      share ? `1/${Math.round(1 / share)}` : "",
      "<= 1/40",
      met(share, 1 / 40),
    ]);
    rows.push([
      `${workload}, processor s`,
      spread(ours.cpu, 2),
      spread(theirs?.cpu, 2),
      "",
      number(theirs && ours.cpu.median / theirs.cpu.median, 2),
      "",
      "",
    ]);
  }
  for (const [situation, by] of Object.entries(latency)) {
    for (const share of ["p50", "p90", "p99"]) {
      const [ours, theirs] = [by["ia-tmux"], by.tmux];
      const ratio = theirs && ours[share].median / theirs[share].median;
      const [bound, isMet] = latencyBound(situation, share, ours[share].median, ratio);
      rows.push([
        `key to echo, ${situation}, ${share}, ms`,
        spread(ours[share], 2) + timeouts(ours),
        theirs ? spread(theirs[share], 2) + timeouts(theirs) : "",
        "",
        number(ratio, 2),
        bound,
        isMet,
      ]);
    }
  }
  for (const name of ["attach painted", "cold start", "first start after an install", "command line"]) {
    const ours = startup[`${name}, ia-tmux`];
    if (!ours) continue;
    const theirs = startup[`${name}, tmux`];
    const bound = STARTUP_BOUNDS[`${name}, ia-tmux`];
    const judged = bound === undefined ? ["", ""] : [`<= ${bound}`, met(ours.median, bound)];
    rows.push([`${name}, ms`, spread(ours, 1), spread(theirs, 1), "", "", ...judged]);
  }
  for (const name of ["hook through its script", "node -e 0", "python3 -c pass", "sh -c :"]) {
    const bound = STARTUP_BOUNDS[name];
    if (startup[name])
      rows.push([`${name}, ms`, spread(startup[name], 1), "", "", "", bound ? `<= ${bound}` : "", bound ? met(startup[name].median, bound) : ""]);
  }
  for (const { what, value, digits = 1, bound, tmux } of [...(promises ?? []), ...(memory ?? []), ...(stress ?? []), ...(hostile ?? []), ...(long ?? [])])
    rows.push([what, number(value, digits), number(tmux, digits), "", "", bound === undefined ? "" : `<= ${bound}`, bound === undefined ? "" : met(value, bound)]);
  for (const { what, wrong, of, tmuxWrong, bound } of fidelity ?? [])
    rows.push([`wrong cells, ${what}`, `${wrong} of ${of}`, tmuxWrong === undefined ? "" : `${tmuxWrong} of ${of}`, "", "", bound === undefined ? "" : `<= ${bound}`, bound === undefined ? "" : met(wrong, bound)]);
  return rows;
}

function latencyBound(situation, share, ms, ratio) {
  const absolute = { idle: { p50: 0.9, p99: 5 }, "neighbour floods": { p50: 1, p99: 8 } }[situation]?.[share];
  if (absolute !== undefined) return [`<= ${absolute} ms`, met(ms, absolute)];
  if (situation.endsWith("2 MB/s") && share === "p50") return ["<= 1/10 of tmux", met(ratio, 0.1)];
  if (situation.endsWith("0.3 MB/s") && share === "p90") return ["<= 1/20 of tmux", met(ratio, 0.05)];
  return ["", ""];
}

function timeouts({ timeouts: count }) {
  return count > 0 ? `, ${count} not within 1 s` : "";
}

function met(value, bound) {
  return value === undefined ? "" : value <= bound ? "yes" : "no";
}

function number(value, digits) {
  return value === undefined ? "" : value.toFixed(digits);
}

function spread(summary, digits) {
  if (!summary) return "";
  return `${summary.median.toFixed(digits)} [${summary.min.toFixed(digits)}-${summary.max.toFixed(digits)}]`;
}
