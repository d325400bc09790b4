import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { inertText } from "../domain/text/inert.ts";
import type { World } from "./world.ts";

/** Asks on stderr and reads one line. End of input is an empty answer. */
export async function readLine(world: World, question: string): Promise<string> {
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      world.stderr.write(String(chunk));
      done();
    },
  });
  const lines = createInterface({ input: world.stdin, output: stderr });
  try {
    const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    return await Promise.race([lines.question(inertText(question)), ended]);
  } finally {
    lines.close();
  }
}
