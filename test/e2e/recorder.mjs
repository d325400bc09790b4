// Runs in a pane: writes down everything that is typed into it (`<name>.heard`, raw bytes) and prints the files it is handed
// (`<name>.say-1`, `<name>.say-2`, …). A file's name is gone when it is printed.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const [, , name] = process.argv;
let number = 1;
writeFileSync(`${name}.heard`, "");
process.stdin.setRawMode(true);
process.stdin.on("data", (chunk) => appendFileSync(`${name}.heard`, chunk));
setInterval(() => {
  const file = `${name}.say-${number}`;
  if (!existsSync(file)) return;
  number += 1;
  const bytes = readFileSync(file);
  process.stdout.write(bytes, () => rmSync(file));
}, 5);
process.stdout.write(`${name} is ready\r\n`);
