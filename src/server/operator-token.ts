import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The token by which the operator's clients are known: made once, readable by its owner only. */
export function operatorToken(stateDir: string): string {
  const file = join(stateDir, "operator.token");
  try {
    const known = readFileSync(file, "utf8").trim();
    if (/^[0-9a-f]{32}$/.test(known)) {
      chmodSync(file, 0o600);
      return known;
    }
  } catch {
    // The first start makes it.
  }
  const token = randomBytes(16).toString("hex");
  writeFileSync(`${file}.new`, `${token}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return token;
}
