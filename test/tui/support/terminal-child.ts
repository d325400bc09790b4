// Takes the terminal as the program does, says so, and waits to be ended in the way that the test wants.
import { createTerminal, guardTerminal } from "../../../src/tui/terminal.ts";

const terminal = createTerminal({ stdin: process.stdin, stdout: process.stdout, env: process.env });
guardTerminal(terminal, process.stderr);
terminal.enter();
terminal.onInput((bytes) => {
  const word = String.fromCharCode(bytes[0]!);
  if (word === "e")
    setImmediate(() => {
      throw new Error("a fault of ours");
    });
  if (word === "r") void Promise.reject(new Error("nobody waits"));
  if (word === "x") process.exit(3);
  if (word === "q") {
    terminal.leave();
    process.exit(0);
  }
});
setInterval(() => {}, 1_000);
void terminal.write(`READY ${process.pid}.`);
