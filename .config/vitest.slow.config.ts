import { defineConfig } from "vitest/config";
import unit from "./vitest.config.ts";

/** What loops longest, in its long form: many kills, many clients, stores that have grown. One file after the other: each fills the machine. */
export default defineConfig({
  test: {
    ...unit.test,
    include: ["test/host/**/*.test.ts", "test/store/**/*.test.ts", "test/load/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    env: { IA_TMUX_SLOW: "1" },
    fileParallelism: false,
  },
});
