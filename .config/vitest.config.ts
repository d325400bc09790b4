import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Suites of their own: `npm run test:agents`, `test:hostile`, `test:slow`, and the benchmark.
    exclude: ["test/agents/**", "test/hostile/**", "test/load/**", "test/bench/**", "**/node_modules/**"],
    // They tell a slow machine from a hang: what a test waits for gives up before, and says what it saw.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    pool: "forks",
    // Many files wait for processes of their own most of the time: more workers than the two cores of a small machine.
    maxWorkers: 4,
    minWorkers: 1,
  },
});
