import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/agents/**", "test/bench/**", "**/node_modules/**"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: "forks",
    // Many files wait for processes of their own most of the time: more workers than the two cores of a small machine.
    maxWorkers: 4,
    minWorkers: 1,
  },
});
