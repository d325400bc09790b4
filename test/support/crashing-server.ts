import { appendFileSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import type { Clock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { connectHost } from "../../src/server/host-connect.ts";

// A server as far as the PTY host can tell, made to be killed: keeps each byte of a pane's output at its offset in a file,
// acks what is there, and notes what the host had no more.
const [, , socketPath = "", paneId = "", file = ""] = process.argv;

const clock: Clock = {
  nowMs: () => 0,
  bootMs: () => performance.now(),
  bootId: "test",
  after(delayMs, job) {
    const timer = setTimeout(job, delayMs);
    return () => clearTimeout(timer);
  },
};

const link = await connectHost(socketPath, { clock, log: silentLogger, waitMs: 5_000 });
const output = openSync(file, constants.O_RDWR | constants.O_CREAT);
link.onOutput((_, offset, bytes) => {
  writeSync(output, bytes, 0, bytes.length, offset);
  link.ack(paneId, bytes.length);
});
link.onLost((_, lost) => appendFileSync(`${file}.lost`, `${JSON.stringify(lost)}\n`));
link.onExit(() => process.exit(0));
link.onDown(() => process.exit(1));
link.resume(paneId, fstatSync(output).size);
