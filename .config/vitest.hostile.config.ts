import { defineConfig } from "vitest/config";
import unit from "./vitest.config.ts";

/** Hostile programs, peers, files and surroundings against the built program: hundreds of processes. */
export default defineConfig({
  test: { ...unit.test, include: ["test/hostile/**/*.test.ts"], exclude: ["**/node_modules/**"] },
});
