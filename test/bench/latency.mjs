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
/** On a slow link one of the two lets most keys wait for a second: fewer of them tell as much. */
export const SLOW_KEYS_MAX = 40;

export async function measureLatency({ workshop, payloads, runs, keys, log, only }) {
  const samples = {};
  for (let run = 0; run < runs; run++) {
    for (const situation of SITUATIONS) {
      if (only && !only.includes(situation.name)) continue;
      // The raw tty has no neighbours: it is the limit where nothing else goes on.
      const open = { ...contenders(workshop), ...(!situation.flood && { "raw tty": () => openRaw(workshop) }) };
      for (const [name, start] of rotated(Object.entries(open), run)) {
        const session = await start();
        const { outer } = session;
        try {
          if (situation.flood) await outer.send(`while :; do cat ${payloads.plain}; done\r`);
          await session.nextPane();
          await outer.idle(300);
          await outer.send("cat\r");
          await outer.idle(500);
          await outer.rate(situation.rate);
          await outer.idle(1_500);
          const { micros, timeouts } = await outer.keys(situation.rate > 0 ? Math.min(keys, SLOW_KEYS_MAX) : keys, GAP_MS);
          await outer.rate(0);
          ((samples[situation.name] ??= {})[name] ??= []).push({ micros, timeouts });
          const sorted = micros.toSorted((a, b) => a - b);
          log(`${situation.name}, ${name}, run ${run + 1}: p50 ${percentile(sorted, 0.5)} p90 ${percentile(sorted, 0.9)} p99 ${percentile(sorted, 0.99)} us, ${timeouts} timeouts`);
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
