import { describe, expect, test } from "vitest";
import { HELP_GROUPS, NOUNS_HEADING } from "../../src/cli/help-groups.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { run } from "./rig.ts";

const names = COMMANDS.flatMap((command) => [command.name, ...(command.short ?? [])]);

describe("the table of commands", () => {
  test("has every name once", () => {
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test("has the commands of the systems before", () => {
    const wanted =
      "status summary relay quick delegate task create-task inbox whoami tasks claim-task claim-next complete-task block-task lock unlock append locks send read-message ack decision log publish-spec get-spec list-specs escalate init hook up down attach ls capture send-keys events wait run deliveries needs answer trust doctor mcp schema completion";
    const top = new Set(names.map((name) => name.split(" ")[0]));
    expect(wanted.split(" ").filter((word) => !top.has(word))).toEqual([]);
    for (const name of ["msg send", "msg read", "task update", "task show", "task list"])
      expect(names).toContain(name);
  });

  test.each(names.map((name) => [name]))("%s explains itself", async (name) => {
    const { exitCode, stdout, stderr } = await run([...name.split(" "), "--help"]);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain(`Usage: ia-tmux ${name}`);
    expect(stdout).toContain("--json");
  });

  test("the help lists the nouns and the short forms, and fits the eye", async () => {
    const { stdout } = await run(["--help"]);
    for (const word of ["delegate", "inbox", "locks", "Nouns", "task"]) expect(stdout).toContain(word);
    expect(stdout).not.toContain("kill-pane");
    expect(stdout.split("\n").length).toBeLessThanOrEqual(110);
  });

  test("the help stands in groups by what one wants, with a line for every command of one word", async () => {
    const { stdout } = await run(["--help"]);
    const headings = [...stdout.matchAll(/^(?! |Usage)\S.*:$/gm)].map(([heading]) => heading);
    expect(headings).toEqual(["Options:", ...Object.keys(HELP_GROUPS), NOUNS_HEADING]);
    for (const [heading, lines] of Object.entries(HELP_GROUPS)) {
      const section = stdout.slice(stdout.indexOf(heading));
      const shown = section.slice(0, section.indexOf("\n\n")).split("\n").slice(1);
      expect(shown.map((line) => line.trim().split(/ {2,}/)[1]).toSorted()).toEqual(
        Object.values(lines).toSorted(),
      );
    }
  });

  test("a noun alone prints its verbs and ends 64", async () => {
    const { exitCode, stdout, stderr } = await run(["task"]);
    expect(exitCode).toBe(64);
    expect(stdout).toBe("");
    expect(stderr).toContain("claim-next");
  });

  test("--version is the version", async () => {
    expect((await run(["--version"])).stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
describe("schemas", () => {
  test("every schema it lists can be printed as JSON", async () => {
    const listed = JSON.parse((await run(["schema", "--json"])).stdout) as string[];
    expect(listed).toContain("scenario");
    for (const name of listed) {
      const { exitCode, stdout } = await run(["schema", name]);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ $schema: expect.any(String) });
    }
    expect((await run(["schema", "constructor"])).exitCode).toBe(1);
  });
});
