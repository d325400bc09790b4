// How long 50 MB take, what they cost in processor time, and how much of them reaches the outer terminal.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { contenders, cpuSeconds, openRaw } from "./contenders.mjs";
import { rotated, summary } from "./statistics.mjs";

const PRODUCER = fileURLToPath(new URL("producer.pl", import.meta.url));

export async function runProducer(session, file, megabytes, limitMs = 120_000) {
  const result = join(session.place.dir, "took");
  rmSync(result, { force: true });
  await session.outer.send(`perl ${PRODUCER} ${file} ${megabytes} ${result}\r`);
  const deadline = Date.now() + limitMs;
  while (!existsSync(result)) {
    if (Date.now() > deadline) throw new Error("the producer did not end");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Number(readFileSync(result, "utf8"));
}

export async function measureThroughput({ workshop, payloads, runs, megabytes, log, only }) {
  const open = { ...contenders(workshop), "raw tty": () => openRaw(workshop) };
  const samples = {};
  for (let run = 0; run < runs; run++) {
    for (const [workload, file] of Object.entries(payloads)) {
      if (only && !only.includes(workload)) continue;
      for (const [name, start] of rotated(Object.entries(open), run)) {
        const session = await start();
        try {
          const before = { bytes: (await session.outer.bytes()).bytes, cpu: cpuOf(session.pids) };
          const seconds = await runProducer(session, file, megabytes);
          await session.outer.idle(100);
          const after = { bytes: (await session.outer.bytes()).bytes, cpu: cpuOf(session.pids) };
          const cpu = Object.fromEntries(Object.keys(after.cpu).map((key) => [key, after.cpu[key] - before.cpu[key]]));
          const sample = { seconds, outMb: (after.bytes - before.bytes) / 1024 / 1024, cpu };
          ((samples[workload] ??= {})[name] ??= []).push(sample);
          log(`${workload} ${name} run ${run + 1}: ${seconds.toFixed(2)} s, ${sample.outMb.toFixed(2)} MB out, cpu ${JSON.stringify(cpu)}`);
        } finally {
          await session.close();
        }
      }
    }
  }
  return Object.fromEntries(
    Object.entries(samples).map(([workload, byName]) => [
      workload,
      Object.fromEntries(
        Object.entries(byName).map(([name, list]) => [
          name,
          {
            seconds: summary(list.map((one) => one.seconds)),
            outMb: summary(list.map((one) => one.outMb)),
            cpu: summary(list.map((one) => Object.values(one.cpu).reduce((sum, value) => sum + value, 0))),
          },
        ]),
      ),
    ]),
  );
}

function cpuOf(pids) {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)]));
}
