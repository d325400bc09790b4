// From a key until its echo was drawn: alone, beside a pane that floods, and over a slow link.
import { contenders, openRaw } from "./contenders.mjs";
import { percentile, rotated, summary } from "./statistics.mjs";

export const SITUATIONS = [
  { name: "idle", flood: false, rate: 0 },
  { name: "neighbour floods", flood: true, rate: 0 },
  { name: "neighbour floods, outer terminal takes 2 MB/s", flood: true, rate: 2_000_000 },
  { name: "neighbour floods, outer terminal takes 0.3 MB/s", flood: true, rate: 300_000 },
];
/** Between two keys, on average. */
export const GAP_MS = 15;
/** Whoever types all day has typed these before; alone, their time is told as well. */
const WARM_UP_KEYS = 300;
const FIRST_KEYS = `idle, the first ${WARM_UP_KEYS} keys after a start`;
/** On a slow link fewer keys tell as much. Of tmux's most wait for a second there, and many beside a flood at all. */
export const SLOW_KEYS_MAX = 40;
const TMUX_KEYS_MAX = { flood: 60, slow: 15 };

export async function measureLatency({ workshop, payloads, runs, keys, log, only }) {
  const samples = {};
  const take = (what, name, run, { micros, timeouts }) => {
    ((samples[what] ??= {})[name] ??= []).push({ micros, timeouts });
    const sorted = micros.toSorted((a, b) => a - b);
    const of = (share) => percentile(sorted, share);
    log(`${what}, ${name}, run ${run + 1}: p50 ${of(0.5)} p90 ${of(0.9)} p99 ${of(0.99)} us, ${timeouts} timeouts`);
  };
  for (let run = 0; run < runs; run++) {
    for (const situation of SITUATIONS) {
      if (only && !only.includes(situation.name)) continue;
      // The raw tty has no neighbours: it is the limit where nothing else goes on.
      const open = { ...contenders(workshop), ...(!situation.flood && { "raw tty": () => openRaw(workshop) }) };
      for (const [name, start] of rotated(Object.entries(open), run)) {
        const session = await start();
        const { outer } = session;
        try {
          await session.nextPane();
          await outer.idle(300);
          await outer.send("cat\r");
          await outer.idle(2_000);
          const first = await outer.keys(WARM_UP_KEYS, GAP_MS);
          if (!situation.flood) take(FIRST_KEYS, name, run, first);
          else {
            await session.nextPane();
            await outer.idle(300);
            await outer.send(`while :; do cat ${payloads.plain}; done\r`);
            await session.nextPane();
          }
          await outer.rate(situation.rate);
          await outer.idle(1_500);
          const { micros, timeouts } = await outer.keys(Math.min(keys, mostKeys(situation, name)), GAP_MS);
          await outer.rate(0);
          take(situation.name, name, run, { micros, timeouts });
        } finally {
          await session.close();
        }
      }
    }
  }
  return Object.fromEntries(
    Object.entries(samples).map(([situation, byName]) => [
      situation,
      Object.fromEntries(Object.entries(byName).map(([name, list]) => [name, latencySummary(list)])),
    ]),
  );
}

function mostKeys({ flood, rate }, name) {
  if (!flood) return Number.POSITIVE_INFINITY;
  if (name === "tmux") return rate > 0 ? TMUX_KEYS_MAX.slow : TMUX_KEYS_MAX.flood;
  return rate > 0 ? SLOW_KEYS_MAX : Number.POSITIVE_INFINITY;
}

/** A key whose echo was not drawn in time counts with the time that was waited: leaving it out would flatter. */
function allOf({ micros, timeouts }) {
  return [...micros, ...Array.from({ length: timeouts }, () => 1_000_000)].toSorted((a, b) => a - b);
}

/** Medians over the runs of each run's percentiles, in milliseconds. */
export function latencySummary(list) {
  const of = (share) =>
    summary(list.map(({ micros, timeouts }) => percentile(allOf({ micros, timeouts }), share) / 1000));
  return {
    p50: of(0.5),
    p90: of(0.9),
    p99: of(0.99),
    timeouts: list.reduce((sum, { timeouts }) => sum + timeouts, 0),
    keys: list.reduce((sum, { micros, timeouts }) => sum + micros.length + timeouts, 0),
  };
}
