// What was promised, one line each: the bound, the figure, and whether it is met. Nobody has to look it up in the long
// table. Pure.
import { coordinationRows, met, rowsOf } from "./rows.mjs";

/** Each promise and the rows that it is kept by, all of them; of many rows the one nearest to its bound is shown. */
const PROMISES = [
  ["50 MB of plain lines", /^plain, s$/],
  ["50 MB of coloured lines", /^sgr, s$/],
  ["50 MB of CJK and emoji", /^cjk, s$/],
  ["50 MB of agents' redraws", /^redraw, s$/],
  ["bytes to the outer terminal", /^(plain|sgr|cjk|redraw), MB /],
  ["key to echo, median", /^key to echo, idle, p50/],
  ["key to echo, 99 of 100", /^key to echo, idle, p99/],
  ["key to echo beside a flood, median", /^key to echo, neighbour floods, p50/],
  ["key to echo beside a flood, 99 of 100", /^key to echo, neighbour floods, p99/],
  ["the same, outer terminal takes 2 MB/s, median", /^key to echo, .* 2 MB\/s, p50/],
  ["the same, outer terminal takes 0.3 MB/s, 9 of 10", /^key to echo, .* 0\.3 MB\/s, p90/],
  ["warm attach painted", /^attach painted/],
  ["cold start", /^cold start/],
  ["a command", /^command line/],
  ["a hook call through its script", /^hook (before|after) an? /],
  ["memory of a pane, 200 columns, 2,000 lines", /^memory per pane/],
  ["32 panes, 8 flood: key to echo, median", /^32 panes, 8 flood: key to echo p50/],
  ["32 panes, 8 flood: key to echo, 99 of 100", /^32 panes, 8 flood: key to echo p99/],
  ["32 panes, 8 flood: the same, outer terminal takes 2 MB/s", /^32 panes, 8 flood: key to echo, .* 2 MB\/s/],
  ["32 panes, 8 flood: the same, outer terminal takes 0.3 MB/s", /^32 panes, 8 flood: key to echo, .* 0\.3 MB\/s/],
  ["32 panes, 8 flood: plain lines through one more", /^32 panes, 8 flood: plain through .*, s$/],
  ["32 panes, 8 flood: coloured lines through one more", /^32 panes, 8 flood: sgr through .*, s$/],
  ["32 panes, 8 flood: CJK and emoji through one more", /^32 panes, 8 flood: cjk through .*, s$/],
  ["32 panes, 8 flood: agents' redraws through one more", /^32 panes, 8 flood: redraw through .*, s$/],
  ["32 panes, 8 flood: bytes to the outer terminal", /^32 panes, 8 flood: .* MB to the outer/],
  ["32 panes, 8 flood: warm attach painted", /^32 panes, 8 flood: attach painted/],
  ["32 panes: cold start", /^32 panes, 8 flood: cold start/],
  ["32 panes, 8 flood: a command", /^32 panes, 8 flood: command line/],
  ["32 panes, 8 flood: a hook call through its script", /^32 panes, 8 flood: hook/],
  ["32 panes, 8 flood: memory of a pane", /^32 panes, 8 flood: memory per pane/],
  ["32 panes, 8 flood: no queue grows past its bound", /^32 panes, 8 flood: most that ever waited/],
  ["32 panes, 8 flood: Ctrl-C in one more that prints", /^32 panes, 8 flood: Ctrl-C|^Ctrl-C while 8/],
  ["1 GB through one pane: memory flat", /^1 GB through one pane: memory/],
  ["1 GB through one pane: no queue grows past its bound", /^1 GB through one pane: most that ever waited/],
  ["Ctrl-C while the pane prints", /^Ctrl-C while the pane/],
  ["no wrong cell", /^wrong cells, (?!.*popups)/],
  ["no wrong cell after popups", /^wrong cells, .*popups/],
  ["another pane's echo beside each hostile sequence", /^slowest echo beside/],
  ["nonsense on the socket is answered", /^socket, /],
  ["a hook, the server answers", /^hook, the server answers/],
  ["a hook, the server hangs", /^hook, the server hangs/],
  ["a hook, the server is dead", /^hook, the server is dead/],
];
const COORDINATION_PROMISES = [
  ["a hook call of an agent, beside agent-sync", /^a pane's hook/],
  ["the same for tools outside the panes", /^`ia-tmux hook pre/],
  ["a claim, beside agent-sync", /^`ia-tmux (lock|claim-next)/],
  ["a message by command, beside agent-sync", /^`ia-tmux send/],
  ["a message on an open connection, beside interagent", /^message\.send/],
];

/** The table's lines. */
export function promisedTable(results) {
  return [
    "| promised | bound | figure | met |",
    "|---|---|---|---|",
    ...lines(PROMISES, rowsOf(results)),
    ...lines(COORDINATION_PROMISES, coordinationRows(results.coordination)),
  ];
}

/** Rows with a bound that no promise names, or more than one: there should be none. */
export function misplacedRows(results) {
  const counted = (promises, rows) =>
    rows.filter((row) => row.bound && promises.filter(([, pattern]) => pattern.test(row.what)).length !== 1);
  return [...counted(PROMISES, rowsOf(results)), ...counted(COORDINATION_PROMISES, coordinationRows(results.coordination))].map(
    ({ what }) => what,
  );
}

function lines(promises, rows) {
  return promises.map(([promise, pattern]) => {
    const held = rows.filter((row) => row.bound && pattern.test(row.what));
    const [worst] = held.toSorted((left, right) => nearness(right) - nearness(left));
    if (worst === undefined) return `| ${promise} | | not measured | |`;
    const figure = held.length === 1 ? worst.bound.shown : `${worst.bound.shown} (${worst.what}), the worst of ${held.length}`;
    return `| ${promise} | ${worst.bound.text} | ${figure} | ${held.every((row) => met(row) !== "no") ? met(worst) : "no"} |`;
  });
}

/** How near a figure is to its bound: above 1 it is missed. */
function nearness({ bound: { value, limit } }) {
  if (value === undefined) return Infinity;
  return limit === 0 ? (value === 0 ? 0 : Infinity) : value / limit;
}
