/** Median, smallest and largest of some numbers. */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1), n: sorted.length };
}

/** Of sorted numbers. */
export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The list begun at another element: who comes second meets warm caches, or a warm processor. */
export function rotated(list, by) {
  const from = by % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}

/**
 * Does each job in turn, so many times; a job resolves with the milliseconds that it took. Summaries by name, without
 * jobs that could not be run here (not a number).
 */
export async function inTurns(jobs, turns) {
  const times = Object.fromEntries(Object.keys(jobs).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn++)
    for (const [name, job] of rotated(Object.entries(jobs), turn)) times[name].push(await job());
  return Object.fromEntries(
    Object.entries(times)
      .filter(([, list]) => list.every((ms) => Number.isFinite(ms)))
      .map(([name, list]) => [name, summary(list)]),
  );
}
