// Adds up what the steps of .ci/run left behind, names what failed, and ends with the line "N passed, N failed".
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const dir = process.argv[2];
/** Reports that must be there: a suite that did not run has not passed. */
const REPORTS = [
  "unit.json",
  "hostile.json",
  "slow.json",
  "agents.json",
  "inspector.json",
  "newer-node.json",
  "package.json",
];

let passed = 0;
let failed = 0;
const fail = (text) => {
  failed++;
  console.log(`failed: ${text}`);
};

for (const name of REPORTS) {
  const suite = basename(name, ".json");
  const report = read(join(dir, name));
  if (report === null) {
    fail(`${suite}: no report`);
    continue;
  }
  let counted = 0;
  for (const file of report.testResults) {
    if (file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed")) {
      fail(`${suite}: ${relativeName(file.name)}: ${firstLine(file.message)}`);
    }
    for (const test of file.assertionResults) {
      if (test.status === "passed") passed++;
      else if (test.status === "failed") {
        fail(`${suite}: ${relativeName(file.name)}: ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`);
      } else continue;
      counted++;
    }
  }
  if (counted === 0) fail(`${suite}: no test ran`);
  // Errors outside of tests fail the run but belong to none.
  else if (report.success === false && report.numFailedTests === 0 && report.numFailedTestSuites === 0) {
    fail(`${suite}: an error outside of the tests`);
  }
}

for (const line of readFileSync(join(dir, "steps"), "utf8").trim().split("\n")) {
  const [status, name] = line.split("\t");
  const isSuite = name.startsWith("npm ") || ["slow loops", "MCP inspector", "Node 24", "package"].includes(name);
  if (status === "0") {
    if (!isSuite) passed++;
  } else if (!isSuite) fail(name);
  // A suite that ends badly although no test failed: killed by its deadline, or an error on the way out.
  else if (failed === 0) fail(`${name} ended with ${status}`);
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function read(path) {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

function relativeName(path) {
  return path.replace(`${process.cwd()}/`, "");
}

function firstLine(text = "") {
  return (text.split("\n").find((line) => line.trim() !== "") ?? "").slice(0, 300);
}
