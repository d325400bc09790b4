import { defineConfig } from "vitest/config";

/** The real CLIs: one suite after the other, because each agent wants a core and 200 MB of its own. */
export default defineConfig({
  test: {
    include: ["test/agents/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    globalSetup: ["test/agents/setup.ts"],
    testTimeout: 150_000,
    hookTimeout: 150_000,
    pool: "forks",
    fileParallelism: false,
  },
});
