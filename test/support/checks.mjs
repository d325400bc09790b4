// Checks that run one after the other in a script of their own, and are told of as vitest tells of its tests.
import { writeFileSync } from "node:fs";

/**
 * `name`: the script, for the report. `needed`: without so many first checks the others would only fail for the same
 * reason and are left out; default all before.
 */
export function createChecks(name, { needed = Number.POSITIVE_INFINITY } = {}) {
  const checks = [];
  const failedAmong = (some) => some.filter(({ problem }) => problem !== null).length;

  return {
    /** Runs and prints a check. What `body` resolves to is printed behind it. */
    async check(title, body) {
      if (failedAmong(checks.slice(0, needed)) > 0) return;
      const began = Date.now();
      try {
        const note = await body();
        checks.push({ title, problem: null });
        console.log(`ok    ${title}${note ? ` (${note})` : ""}, ${Date.now() - began} ms`);
      } catch (thrown) {
        // A process that failed has its stderr in the message.
        checks.push({ title, problem: thrown.message });
        console.log(`FAILED ${title}: ${thrown.message}`);
      }
    },

    /** Whether there were checks and none failed. */
    passed: () => checks.length > 0 && failedAmong(checks) === 0,

    /** Writes what was found in the shape of vitest's JSON report. */
    writeReport(path) {
      const failed = failedAmong(checks);
      const report = {
        success: failed === 0 && checks.length > 0,
        numFailedTests: failed,
        numFailedTestSuites: failed > 0 ? 1 : 0,
        testResults: [
          {
            name,
            status: failed === 0 ? "passed" : "failed",
            assertionResults: checks.map(({ title, problem }) => ({
              fullName: title,
              status: problem === null ? "passed" : "failed",
              failureMessages: problem === null ? [] : [problem],
            })),
          },
        ],
      };
      writeFileSync(path, JSON.stringify(report));
    },
  };
}

export function expect(isTrue, message) {
  if (!isTrue) throw new Error(message);
}
