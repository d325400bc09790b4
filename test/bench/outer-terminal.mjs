// Drives outer-terminal.pl: one program on a pty, drawn bytes counted and thrown away.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("outer-terminal.pl", import.meta.url));

/**
 * @param {{ command: string[], cwd: string, env: Record<string, string>, cols?: number, rows?: number }} options
 */
export function openOuterTerminal({ command, cwd, env, cols = 200, rows = 50 }) {
  const child = spawn("perl", [SCRIPT, String(cols), String(rows), ...command], {
    cwd,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.resolve(JSON.parse(line)));
  const ended = new Promise((resolve) => child.on("exit", resolve));
  void ended.then(() => {
    for (const one of waiting.splice(0)) one.reject(new Error("the outer terminal has ended"));
  });
  child.stdin.on("error", () => {});
  const ask = (line) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${line}\n`);
    });
  const hex = (text) => Buffer.from(text, "utf8").toString("hex");
  return {
    send: (text) => ask(`send ${hex(text)}`),
    /** Waits until the text was drawn. Throws when it was not in time. */
    async expect(text, timeoutMs = 10_000) {
      const answer = await ask(`expect ${timeoutMs} ${hex(text)}`);
      if (!answer.found) throw new Error(`${JSON.stringify(text)} was not drawn within ${timeoutMs} ms`);
      return answer;
    },
    clear: () => ask("clear"),
    rate: (bytesPerSecond) => ask(`rate ${bytesPerSecond}`),
    idle: (ms) => ask(`idle ${ms}`),
    keys: (count, gapMs) => ask(`keys ${count} ${gapMs}`),
    bytes: () => ask("bytes"),
    async end() {
      child.stdin.write("end\n");
      await ended;
    },
  };
}
