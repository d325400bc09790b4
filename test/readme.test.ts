// The documents name commands, files and versions: here they are looked up.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AppError } from "../src/base/errors.ts";
import { parseCommandLine } from "../src/cli/program.ts";
import { COMMANDS } from "../src/cli/table.ts";
import { TOOLS } from "../src/mcp/tools.ts";
import { VERSION } from "../src/version.ts";

const ROOT = join(import.meta.dirname, "..");
const DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] as const;
const read = (name: string) => readFileSync(join(ROOT, name), "utf8");

/** Every name of a command, and the nouns before their verbs. */
const names = new Set(
  COMMANDS.flatMap((command) => [command.name, ...(command.short ?? [])]).flatMap((name) => [
    name,
    name.split(" ")[0] as string,
  ]),
);

test("every command that a document tells to type is there", () => {
  const typed = DOCUMENTS.flatMap((document) =>
    [...read(document).matchAll(/(?:^|[`$ ])ia-tmux ([a-z][a-z-]*)((?: [a-z][a-z-]*)?)/gm)].map(
      ([, first = "", second = ""]) => ({ document, first, both: first + second }),
    ),
  ).filter(({ both }) => both !== "");
  expect(typed.length).toBeGreaterThan(20);
  const told = typed.filter(({ first }) => !PROSE.has(first));
  expect(told.filter(({ first, both }) => !names.has(first) && !names.has(both))).toEqual([]);
});

/** Words that may follow the program's name in a sentence. */
const PROSE = new Set(["opens", "brings", "is", "and"]);

test("the table of commands in the README names commands", () => {
  const table = read("README.md")
    .split("\n")
    .filter((line) =>
      /^\| (?:Workspace|Work|Messages|Locks|Agreements|Seeing|Automation|Keeping|Looking) /.test(line),
    );
  const commands = table.flatMap((line) =>
    [...line.matchAll(/`([a-z][a-z-]*(?: [a-z]+)?)[^`]*`/g)].map(([, name = ""]) => name),
  );
  expect(commands.length).toBeGreaterThan(40);
  const missing = commands.filter(
    (name) => name !== "ia-tmux" && !names.has(name) && !names.has(name.split(" ")[0] as string),
  );
  expect(missing).toEqual([]);
});

/** The part of the README about coming from that tool. */
function comingFrom(tool: string): string {
  const text = read("README.md");
  const from = text.indexOf(`<b>${tool}</b>`);
  expect(from).toBeGreaterThan(0);
  return text.slice(from, text.indexOf("</details>", from));
}

/** What stands in code in the column of ours and is no command: values, variables, options, files. */
const NO_COMMAND = /^(?:[.:$-]|60m$|IA_TMUX_|revision_needed$|wait$)|^ia-tmux$/;

test.each(["InterAgent", "agent-sync"])(
  "every command of ours beside one of %s is there, with its options",
  (tool) => {
    const ours = comingFrom(tool)
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .flatMap((line) => [...(line.split(" | ")[1] ?? "").matchAll(/`([^`]+)`/g)])
      .map(([, span = ""]) => span.replace(/^… \\\| /, "").replace(/^ia-tmux /, ""))
      .filter((span) => !NO_COMMAND.test(span));
    expect(ours.length).toBeGreaterThan(8);
    const commands = ours.filter((line) => !namedElsewhere(line));
    const wrong = commands.filter((line) => {
      try {
        parseCommandLine(line.split(" "), COMMANDS);
        return false;
      } catch (thrown) {
        return /unknown (?:command|option)|too many arguments/.test((thrown as AppError).message);
      }
    });
    expect(wrong).toEqual([]);
  },
);

/** A verb alone, where the noun stands before it in the sentence: `task create`, `claim`, `update`. */
function namedElsewhere(line: string): boolean {
  return COMMANDS.some(({ name }) => name === `task ${line}` || name === `message ${line}`);
}

test("the README names every tool that agents have, and no other", () => {
  const named = new Set(
    [...comingFrom("interagent").matchAll(/`([a-z]+_[a-z_]+|whoami|escalate)`/g)].map(([, name]) => name),
  );
  const tools = TOOLS.map(({ name }) => name);
  expect(tools.filter((name) => !named.has(name))).toEqual([]);
  const theirs = ["get_status", "get_all_statuses", "get_inbox", "mark_read"];
  expect(
    [...named].filter((name) => !tools.includes(name as string) && !theirs.includes(name as string)),
  ).toEqual([]);
});

test("every file that a document links to or names is there", () => {
  const missing = DOCUMENTS.flatMap((document) => {
    const links = [...read(document).matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = ""]) => path);
    const sources = [...read(document).matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
    return [...links, ...sources].filter((path) => !existsSync(join(ROOT, path)));
  });
  expect(missing).toEqual([]);
});

test("every file of the code that the architecture names is there", () => {
  const text = read("ARCHITECTURE.md");
  const known = new Set(sourceFiles());
  // A path from the root is looked up by the test above.
  const named = [...text.matchAll(/`([\w/-]+\.(?:ts|mjs))`/g)]
    .map(([, path = ""]) => path)
    .filter((path) => !path.startsWith("test/"));
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(
    (name) => ![...known].some((path) => path === name || path.endsWith(`/${name}`)),
  );
  expect(missing).toEqual([]);
});

test("the version is the same in the package, the program and the list of changes", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(VERSION).toBe(version);
  expect(read("CHANGELOG.md")).toContain(`## ${version}`);
});

function sourceFiles(): string[] {
  return readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .concat(join(ROOT, "test", "architecture.test.ts"));
}
