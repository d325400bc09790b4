// The documents name commands, files and versions: here they are looked up.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "../src/cli/table.ts";
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
