// The part of the README that says what was measured. Pure.

const BEGIN = "<!-- measured: written by `npm run bench` -->";
const END = "<!-- /measured -->";

/** The README with its measured part made anew from a report. */
export function withMeasured(readme, report) {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error("the README has no place for what was measured");
  return `${readme.slice(0, from)}${BEGIN}\n${measuredPart(report)}\n${readme.slice(to)}`;
}

function measuredPart({ machine: where, options, results }) {
  const { throughput, latency, startup, stress = [], long = [], memory = [], coordination = [] } = results;
  const crowd = (what) => [...stress, ...long].find((row) => row.what.startsWith(what));
  const taken = (what) => coordination.find((row) => row.what === what)?.taken;
  const workloads = ["plain", "sgr", "cjk", "redraw"];
  const contenders = ["ia-tmux", "tmux", "raw tty"];
  const times = contenders.map((name) => withUnit(each(workloads.map((one) => throughput[one][name]?.seconds.median), 2), "s"));
  const written = contenders.map((name) => withUnit(range(workloads.map((one) => throughput[one][name]?.outMb.median)), "MB"));
  const echo = (situation) => contenders.map((name) => echoCell(latency[situation][name]));
  const [slow, slower] = [2, 0.3].map((rate) => echo(`neighbour floods, outer terminal takes ${rate} MB/s`));
  const starts = ["ia-tmux", "tmux"].map((name) => withUnit(each(["attach painted", "cold start", "command line"].map((what) => startup[`${what}, ${name}`]?.median), 0), "ms"));
  const crowdStarts = (who) =>
    withUnit(each(["attach painted", "command line"].map((what) => pick(crowd(`32 panes, 8 flood: ${what}`), who)), 0), "ms");
  const crowdEcho = (who) => milliseconds(["p50", "p99"].map((one) => pick(crowd(`32 panes, 8 flood: key to echo ${one}`), who)));
  const rows = [
    ["50 MB of plain lines / colours / CJK and emoji / agents' redraws", ...times],
    ["written to your terminal meanwhile", ...written],
    ["key to echo, nothing else going on: median, slowest of 100", ...echo("idle")],
    ["key to echo while the neighbour floods", ...echo("neighbour floods")],
    ["the same over a link of 2 MB/s", ...slow],
    ["the same over a link of 0.3 MB/s", ...slower],
    ["key to echo, 32 panes of which 8 flood", crowdEcho("taken"), crowdEcho("tmux"), ""],
    ["attach, cold start, one command", ...starts, ""],
    ["attach, one command, 32 panes of which 8 flood", crowdStarts("taken"), crowdStarts("tmux"), ""],
    ["memory of a pane with 2,000 lines of 200 columns", withUnit(range(memory.map((row) => pick(row, "taken"))), "MB"), "", ""],
  ];
  const sentences = [
    ["A hook call of an agent takes", range(["before an edit", "after a tool"].map((when) => startup[`hook ${when}, through its script`]?.median)), "ms"],
    ["A message is on the disk after", number(taken("message.send, on the disk")?.median, 1), "ms"],
    ["Ctrl-C beside 8 floods is heeded within", number(pick(crowd("32 panes, 8 flood: Ctrl-C") ?? crowd("Ctrl-C while 8"), "taken"), 0), "ms"],
  ];
  return [
    `Two panes side by side in 200 x 50, ia-tmux, ${where.tmux} and the bare terminal in turns; medians of ${options.runs} runs, ${where.cores} cores, Node ${where.node.replace(/^v(\d+).*/, "$1")}.`,
    "",
    "| | ia-tmux | tmux | bare terminal |",
    "|---|---|---|---|",
    ...rows.filter(([, ours]) => ours !== "").map((cells) => `| ${cells.join(" | ")} |`),
    "",
    sentences.filter(([, value]) => value !== undefined).map(([words, value, unit]) => `${words} ${value} ${unit}.`).join(" "),
  ].join("\n");
}

function pick(row, who) {
  return who === "taken" ? (row?.taken?.median ?? row?.value) : row?.[who]?.median;
}

function echoCell(of) {
  if (!of) return "";
  if (of.timeouts === 0) return milliseconds([of.p50.median, of.p99.median]);
  const late = `${Math.round((of.timeouts / of.keys) * 100)} keys of 100 later than 1 s`;
  return of.p50.median >= 1_000 ? late : `${number(of.p50.median, 1)} ms, ${late}`;
}

function milliseconds(list) {
  return list.includes(undefined) ? "" : `${list.map((ms) => number(ms, ms < 0.1 ? 2 : 1)).join(", ")} ms`;
}

function each(list, digits) {
  return list.includes(undefined) ? undefined : list.map((value) => number(value, digits)).join(" / ");
}

function withUnit(text, unit) {
  return text === undefined ? "" : `${text} ${unit}`;
}

/** From the smallest to the largest; nothing when there is none. */
function range(list) {
  const known = list.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  if (known.length === 0) return undefined;
  const [low, high] = [known[0], known.at(-1)].map((value) => number(value, value < 1 ? 1 : 0));
  return low === high ? low : `${low}-${high}`;
}

function number(value, digits) {
  return value?.toFixed(digits);
}
