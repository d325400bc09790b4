// `npm run bench`: measures the built program beside tmux and prints one table; writes RESULTS.md and results.json here, and
// the README's table.
//   --quick          fewer runs and bytes; writes nothing unless --write is given
//   --render         measures nothing: writes RESULTS.md and the README's table from results.json
//   --only a,b       sections: throughput, latency, startup, promises, coordination, memory, stress, hostile, fidelity, long (1 GB; not with --quick)
//   --runs N  --megabytes N  --keys N  --write
// Needs Linux and perl (the outer terminal and the producer); tmux and python3 are left out where they are missing.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { createWorkshop, hasTmux } from "./contenders.mjs";
import { measureCoordination } from "./coordination.mjs";
import { measureCrowd } from "./crowd.mjs";
import { measureFidelity } from "./fidelity.mjs";
import { measureHostile } from "./hostile.mjs";
import { measureLatency } from "./latency.mjs";
import { machine } from "./machine.mjs";
import { writePayloads } from "./payloads.mjs";
import { measurePromises } from "./promises.mjs";
import { withMeasured } from "./readme.mjs";
import { toMarkdown } from "./report.mjs";
import { measureStartup } from "./startup.mjs";
import { measureLong, measureMemory } from "./stress.mjs";
import { measureThroughput } from "./throughput.mjs";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== "--bench"),
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    render: { type: "boolean", default: false },
    only: { type: "string" },
    runs: { type: "string" },
    megabytes: { type: "string" },
    keys: { type: "string" },
  },
});
const [json, markdownFile, readme] = ["results.json", "RESULTS.md", "../../README.md"].map((name) => new URL(name, import.meta.url));
if (values.render) {
  render(JSON.parse(readFileSync(json, "utf8")));
  process.exit(0);
}
if (process.platform !== "linux" || spawnSync("perl", ["-e", "1"]).status !== 0) {
  console.error("The benchmark needs Linux and perl.");
  process.exit(69);
}
const options = {
  quick: values.quick,
  runs: Number(values.runs ?? (values.quick ? 1 : 5)),
  megabytes: Number(values.megabytes ?? (values.quick ? 10 : 50)),
  keys: Number(values.keys ?? (values.quick ? 60 : 300)),
  load: [loadavg()[0].toFixed(1), ""],
};
const SECTIONS = ["throughput", "startup", "latency", "promises", "coordination", "memory", "stress", "hostile", "fidelity"];
const sections = values.only?.split(",") ?? (values.quick ? SECTIONS : [...SECTIONS, "long"]);
const log = (line) => console.error(line);
const notes = [
  "ia-tmux is measured as shipped: PTY host, server and screen are three processes; the raw log of every pane is written to disk.",
  "The outer terminal is a small perl program on a pty that reads and throws away, or reads no more than it is told to. A time ends when the cursor report that follows the payload has come back.",
  "Keys are timed when 300 others have been typed since the start; of those the idle workspace has rows of its own.",
  "`redraw` is what real agents sent to their terminals, without their questions to the terminal.",
];
if (!hasTmux) notes.push("tmux is not installed here: its column is empty.");

// Now: a source that changes meanwhile is not what is measured.
const where = machine();
const workshop = createWorkshop();
const results = {};
try {
  const payloads = writePayloads(workshop.dir);
  const setup = { workshop, payloads, log, ...options };
  const measures = {
    throughput: measureThroughput,
    latency: measureLatency,
    startup: (given) => measureStartup({ ...given, runs: options.runs * 3 }),
    promises: measurePromises,
    coordination: measureCoordination,
    memory: measureMemory,
    stress: measureCrowd,
    hostile: measureHostile,
    fidelity: measureFidelity,
    long: measureLong,
  };
  for (const section of sections) {
    log(`-- ${section}`);
    results[section] = await measures[section](setup);
  }
} finally {
  workshop.remove();
}
options.load[1] = loadavg()[0].toFixed(1);
const report = { machine: where, options, results, notes };
console.log(toMarkdown(report));
if (values.write || (!values.quick && values.only === undefined)) {
  writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  render(report);
} else console.log(JSON.stringify(report.results));

function render(report) {
  writeFileSync(markdownFile, toMarkdown(report));
  writeFileSync(readme, withMeasured(readFileSync(readme, "utf8"), report));
}
