// Every figure as a row, with the bound that it is held to: the one place where bounds of two panes stand (those of a crowd
// are with the crowd). Pure: from results to rows.

/** Of the time that tmux takes for the same payload in the same run. */
export const TIME_BOUNDS = { plain: "0.65", sgr: "0.35", cjk: "0.28", redraw: "0.7" };
/** Of the bytes that tmux writes to the outer terminal. */
const BYTES_BOUND = "1/40";
/** Milliseconds, or a share of tmux's. */
const ECHO_BOUNDS = {
  idle: { p50: { bound: 0.9 }, p99: { bound: 5 } },
  "neighbour floods": { p50: { bound: 1 }, p99: { bound: 8 } },
  "neighbour floods, outer terminal takes 2 MB/s": { p50: { ratioBound: "1/10" } },
  "neighbour floods, outer terminal takes 0.3 MB/s": { p90: { ratioBound: "1/20" } },
};
/** Milliseconds. */
const STARTUP_BOUNDS = {
  "attach painted": 75,
  "cold start": 180,
  "first start after an install": undefined,
  "command line": 65,
  "hook before an edit, through its script": 12,
  "hook after a tool, through its script": 12,
  "node -e 0": undefined,
  "python3 -c pass": undefined,
  "sh -c :": undefined,
};
/** What the systems before take for the same, in ms; measured once, beside the last two. */
const BEFORE = {
  "a pane's hook, free": "agent-sync 0.3.0: 61",
  "a pane's hook, locked": "agent-sync 0.3.0: 60",
  "`ia-tmux hook pre-tool-use`, free": "agent-sync 0.3.0: 61",
  "`ia-tmux hook pre-tool-use`, locked": "agent-sync 0.3.0: 60",
  "`ia-tmux hook stop`": "agent-sync 0.3.0: 64",
  "`ia-tmux lock`": "agent-sync 0.3.0: 62",
  "`ia-tmux send`": "agent-sync 0.3.0: 63, InterAgent 0.3.0: 52",
  "`ia-tmux inbox`": "InterAgent 0.3.0: 52",
  "message.send, on the disk": "interagent MCP: 1.1",
  "message.inbox": "interagent MCP: 1.3",
  "node -e 0": "there: 48",
  "python3 -c pass": "there: 27",
};
/** A hook, a claim and a message as a command, and a message on an open connection: milliseconds. */
const COORDINATION_BOUNDS = {
  "a pane's hook, free": 61,
  "a pane's hook, locked": 61,
  "`ia-tmux hook pre-tool-use`, free": 61,
  "`ia-tmux hook pre-tool-use`, locked": 61,
  "`ia-tmux lock`": 61,
  "`ia-tmux claim-next`": 61,
  "`ia-tmux send`": 61,
  "message.send, on the disk": 1.1,
};

/**
 * `{ what, ours, tmux, raw, ratio, bound }`: texts, but for `bound`, which is `{ value, limit, text, shown }` or nothing;
 * the bound is met when the value is not above the limit.
 */
export function rowsOf({ throughput, latency, startup, promises, memory, stress, hostile, long, fidelity }) {
  return [
    ...throughputRows(throughput ?? {}),
    ...echoRows(latency ?? {}),
    ...startupRows(startup ?? {}),
    ...[promises, memory, stress, hostile, long].flatMap((rows) => rows ?? []).map(figureRow),
    ...(fidelity ?? []).map(cellsRow),
  ];
}

function throughputRows(throughput) {
  return Object.entries(throughput).flatMap(([workload, { "ia-tmux": ours, tmux, "raw tty": raw }]) => [
    figureRow({ what: `${workload}, s`, taken: ours.seconds, tmux: tmux?.seconds, raw: raw?.seconds, digits: 2, ratioBound: TIME_BOUNDS[workload] }),
    figureRow({ what: `${workload}, MB to the outer terminal`, taken: ours.outMb, tmux: tmux?.outMb, raw: raw?.outMb, digits: 2, ratioBound: BYTES_BOUND }),
    figureRow({ what: `${workload}, processor s`, taken: ours.cpu, tmux: tmux?.cpu, digits: 2 }),
  ]);
}

function echoRows(latency) {
  return Object.entries(latency).flatMap(([situation, { "ia-tmux": ours, tmux, "raw tty": raw }]) =>
    ["p50", "p90", "p99"].map((share) =>
      figureRow({
        what: `key to echo, ${situation}, ${share}, ms`,
        taken: ours[share],
        tmux: tmux?.[share],
        raw: raw?.[share],
        timeouts: ours.timeouts,
        tmuxTimeouts: tmux?.timeouts,
        digits: 2,
        ...ECHO_BOUNDS[situation]?.[share],
      }),
    ),
  );
}

function startupRows(startup) {
  return Object.entries(STARTUP_BOUNDS).flatMap(([name, bound]) => {
    const taken = startup[`${name}, ia-tmux`] ?? startup[name];
    return taken ? [figureRow({ what: `${name}, ms`, taken, tmux: startup[`${name}, tmux`], bound })] : [];
  });
}

/** A figure is a summary of several (`taken`) or one number (`value`); its unit is the last word of `what`. */
function figureRow({ what, taken, value = taken.median, tmux, raw, timeouts, tmuxTimeouts, digits = 1, bound, ratioBound }) {
  const ratio = tmux && value / tmux.median;
  const unit = what.slice(what.lastIndexOf(", ") + 2);
  return {
    what,
    ours: spread(taken, digits, value) + late(timeouts),
    tmux: spread(tmux, digits) + late(tmuxTimeouts),
    raw: spread(raw, digits),
    ratio: ratio === undefined ? "" : share(ratio),
    ...(bound !== undefined && {
      bound: { value, limit: bound, text: `<= ${bound} ${unit}`, shown: `${value.toFixed(digits)} ${unit}` },
    }),
    ...(ratioBound !== undefined && {
      bound: {
        value: ratio,
        limit: numberOf(ratioBound),
        text: `<= ${ratioBound} of tmux`,
        shown: ratio === undefined ? "no tmux here" : `${share(ratio)} of tmux`,
      },
    }),
  };
}

function cellsRow({ what, wrong, of, tmuxWrong, bound }) {
  return {
    what: `wrong cells, ${what}`,
    ours: `${wrong} of ${of}`,
    tmux: tmuxWrong === undefined ? "" : `${tmuxWrong} of ${of}`,
    raw: "",
    ratio: "",
    bound: { value: wrong, limit: bound, text: `${bound}`, shown: `${wrong} of ${of}` },
  };
}

/** What agents wait for, in ms, beside the same of the systems before: `{ what, ours, before, bound }`. */
export function coordinationRows(coordination) {
  return (coordination ?? []).map(({ what, taken }) => {
    const limit = COORDINATION_BOUNDS[what];
    return {
      what,
      ours: spread(taken, 2),
      before: BEFORE[what] ?? "",
      ...(limit !== undefined && {
        bound: { value: taken.median, limit, text: `<= ${limit} ms`, shown: `${taken.median.toFixed(2)} ms` },
      }),
    };
  });
}

/** @returns "yes", "no", or nothing where there is no bound, or nothing to hold against it */
export function met({ bound }) {
  return bound?.value === undefined ? "" : bound.value <= bound.limit ? "yes" : "no";
}

/** A ratio: as a fraction where it is small. */
function share(ratio) {
  return ratio < 0.1 ? `1/${Math.round(1 / ratio)}` : ratio.toFixed(2);
}

/** Of "0.65" or "1/40". */
function numberOf(ratio) {
  const [over, under = "1"] = ratio.split("/");
  return Number(over) / Number(under);
}

function late(count) {
  return count > 0 ? `, ${count} not within 1 s` : "";
}

function spread(summary, digits, value) {
  if (!summary) return value === undefined ? "" : value.toFixed(digits);
  const { median, min, max } = summary;
  return `${median.toFixed(digits)} [${min.toFixed(digits)}-${max.toFixed(digits)}]`;
}
