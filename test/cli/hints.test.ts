// Whatever the program tells somebody to type must be a command that it has. All texts of the source are read, because a
// hint is seen only when something went wrong.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { parseCommandLine } from "../../src/cli/program.ts";
import { COMMANDS } from "../../src/cli/table.ts";

const SOURCE = join(import.meta.dirname, "../../src");
const README = join(import.meta.dirname, "../../README.md");

/** The program's name in a sentence, and what other files make of it: what is behind it is no command. */
const PROSE =
  /^(?:is|was|cannot|itself|knows|does|claimed|beside|in|MCP|host|collaboration|needs (?:a|x)|relay from|x(?: from x)?$|inbox\/m|>|hook --outside)/;

function commandsIn(text: string): string[] {
  const found: string[] = [];
  for (const line of text.split("\n")) {
    if (/^\s*(?:\/\/|\*|\/\*)/.test(line)) continue;
    for (const piece of line.split("ia-tmux ").slice(1)) {
      const command = piece
        // A template's values and the placeholders of a text stand for one word each.
        .replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, "x")
        .replaceAll(/<[^<>]*>/g, "x")
        .replaceAll(/\\?"[^"]*…[^"]*"/g, "x")
        .split(/[`'"\\)|;,(…]|\. |\.$|: | {2,}| [-=>→·]+ | (?:to|and|or|what|says?|does)\b/)[0]
        ?.trim()
        .replace(/\.$/, "");
      if (command !== undefined && command !== "") found.push(command);
    }
  }
  return found;
}

function complaintAbout(command: string): string | null {
  try {
    parseCommandLine(command.split(/ +/), COMMANDS);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const isKnown = !/unknown (?:command|option)|too many arguments/.test(thrown.message);
    return isKnown ? null : thrown.message;
  }
}

function files(directory: string): string[] {
  return (
    readdirSync(directory, { withFileTypes: true, recursive: true })
      // Completion scripts are code of three shells, no texts.
      .filter(
        (entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.endsWith("completion"),
      )
      .map((entry) => join(entry.parentPath, entry.name))
  );
}

test("every command that a text of the program names is one of its commands, with its options", () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const path of [...files(SOURCE), README]) {
    for (const command of commandsIn(readFileSync(path, "utf8"))) {
      if (PROSE.test(command)) continue;
      seen++;
      const complaint = complaintAbout(command);
      if (complaint !== null) wrong.push(`${path}: ia-tmux ${command} (${complaint})`);
    }
  }
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(120);
});
