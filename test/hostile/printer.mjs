// Runs in a pane: prints the bytes of each file it is handed, notes what the terminal answers, and says when it is done.
// `next-N` is printed by `done-N`'s time, which holds the answers that came (latin1).
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const ANSWERS_KEPT = 1_000_000;
/** Answers come while the bytes are being parsed; a short while after the last byte was taken they are all here. */
const ANSWERS_WITHIN_MS = 30;
let answers = "";
let number = 1;
let busy = false;

process.stdin.setRawMode(true);
process.stdin.on("data", (chunk) => {
  if (answers.length < ANSWERS_KEPT) answers += chunk.toString("latin1");
});
setInterval(() => {
  if (busy || !existsSync(`next-${number}`)) return;
  busy = true;
  answers = "";
  const bytes = readFileSync(`next-${number}`);
  process.stdout.write(bytes, () =>
    setTimeout(() => {
      writeFileSync(`done-${number}.part`, answers, "latin1");
      renameSync(`done-${number}.part`, `done-${number}`);
      number += 1;
      busy = false;
    }, ANSWERS_WITHIN_MS),
  );
}, 5);
process.stdout.write("the printer is ready\r\n");
