import { ensureClis } from "./clis.ts";

/** Runs once before the suites of real agents. */
export function setup(): void {
  ensureClis();
}
