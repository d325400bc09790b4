// `ia-tmux hooks install|status|remove` on real files.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run } from "./rig.ts";

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "hooks-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const hooks = (...words: string[]) =>
  run(["hooks", ...words, "--target", dir], { env: { HOME: join(dir, "home") } });
const claude = () => join(dir, ".claude", "settings.json");
const codex = () => join(dir, ".codex", "hooks.json");
const kimi = () => join(dir, "home", ".kimi-code", "config.toml");

function given(path: string, text: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
}

const USERS = `{
    "model": "opus",
    "hooks": {
        "PreToolUse": [
            {
                "matcher": "Bash",
                "hooks": [
                    {
                        "type": "command",
                        "command": "my-own-check"
                    }
                ]
            }
        ]
    },
    "permissions": {
        "allow": [
            "Bash(ls)"
        ]
    }
}
`;

describe("Claude Code and Codex", () => {
  for (const [agent, path] of [
    ["claude", claude],
    ["codex", codex],
  ] as const) {
    test(`${agent}: what was there stays, and what install put in is all that remove takes out`, async () => {
      given(path(), USERS);
      expect((await hooks("install", "--agent", agent)).exitCode).toBe(0);
      const installed = readFileSync(path(), "utf8");
      const settings = JSON.parse(installed) as { hooks: Record<string, unknown[]>; model: string };
      expect(settings.model).toBe("opus");
      expect(settings.hooks["PreToolUse"]).toHaveLength(2);
      expect(installed).toContain(`ia-tmux hook --outside ${agent} Stop`);
      expect((await hooks("install", "--agent", agent)).stdout).toContain("as before");
      expect(readFileSync(path(), "utf8")).toBe(installed);
      expect((await hooks("remove", "--agent", agent)).exitCode).toBe(0);
      expect(readFileSync(path(), "utf8")).toBe(USERS);
    });
  }

  test.each([
    [
      "everything on one line",
      '{"model":"opus","hooks":{"Stop":[{"hooks":[{"type":"command","command":"true"}]}]}}',
    ],
    [
      "lists on one line and no newline at the end",
      '{\n  "allow": ["a", "b"],\n  "hooks": { "Stop": [ { "hooks": [ { "type": "command", "command": "true" } ] } ] }\n}',
    ],
    [
      "tabs, Windows's line ends, a text with brackets",
      '{\r\n\t"note": "} ] \\" {",\r\n\t"hooks": {\r\n\t\t"PreToolUse": [ { "matcher": "Bash", "hooks": [] } ]\r\n\t}\r\n}\r\n',
    ],
    ["no hooks", '{ "model": "opus" }'],
    ["empty settings", "{}"],
    ["empty settings on a line", "{}\n"],
    ["empty settings with blanks in them", "{ \n\t} \n\n"],
    ["empty hooks", '{"hooks":{}}'],
    ["empty hooks beside others", '{\n  "hooks": { },\n  "model": "opus"\n}\n'],
    ["an event without hooks", '{ "hooks": { "Stop": [ ], "PreToolUse": [\n] } }\n'],
    ["nothing", ""],
    ["an empty line", "\n"],
  ])("of a file with %s every byte comes back", async (_what, text) => {
    given(claude(), text);
    expect((await hooks("install")).exitCode).toBe(0);
    const installed = readFileSync(claude(), "utf8");
    const settings = JSON.parse(installed) as { hooks: Record<string, unknown[]> };
    expect(Object.keys(settings.hooks)).toHaveLength(7);
    expect((await hooks("status")).stdout).toContain(": 7 hooks of ia-tmux");
    await hooks("remove");
    expect(readFileSync(claude(), "utf8")).toBe(text);
  });

  test("what the user added since stays, before ours and behind them", async () => {
    given(claude(), USERS);
    await hooks("install");
    const mine = (name: string) => ({ hooks: [{ type: "command", command: name }] });
    const settings = JSON.parse(readFileSync(claude(), "utf8")) as { hooks: Record<string, unknown[]> };
    settings.hooks["Stop"] = [mine("first"), ...(settings.hooks["Stop"] ?? []), mine("last")];
    given(claude(), JSON.stringify(settings));
    await hooks("remove");
    expect(JSON.parse(readFileSync(claude(), "utf8"))).toEqual({
      ...(JSON.parse(USERS) as object),
      hooks: { ...(JSON.parse(USERS) as { hooks: object }).hooks, Stop: [mine("first"), mine("last")] },
    });
  });

  test("what the user added since to settings that were empty is all that stays", async () => {
    given(claude(), "{}");
    await hooks("install");
    const settings = JSON.parse(readFileSync(claude(), "utf8")) as { hooks: Record<string, unknown[]> };
    const mine = { hooks: [{ type: "command", command: "mine" }] };
    settings.hooks["Stop"]!.push(mine);
    given(claude(), JSON.stringify(settings));
    await hooks("remove");
    expect(JSON.parse(readFileSync(claude(), "utf8"))).toEqual({ hooks: { Stop: [mine] } });
  });

  test("a file that only we wrote goes with our hooks", async () => {
    expect((await hooks("install")).stdout).toContain("put in");
    expect(existsSync(claude())).toBe(true);
    expect((await hooks("remove")).stdout).toContain("taken out");
    expect(existsSync(claude())).toBe(false);
  });

  test("what is not JSON is left as it is, with a warning", async () => {
    for (const broken of ["{ not json", "[]", '{"hooks": [1]}', '{"hooks": {"Stop": "x"}}']) {
      given(claude(), broken);
      const { exitCode, stdout } = await hooks("install");
      expect(stdout).toContain("warning");
      expect(exitCode).toBe(1);
      expect(readFileSync(claude(), "utf8")).toBe(broken);
    }
  });

  test("another command that speaks of ia-tmux is not ours", async () => {
    const theirs = {
      hooks: {
        Stop: [{ hooks: [{ type: "command", command: "echo ia-tmux hook --outside claude Stop | tee x" }] }],
      },
    };
    given(claude(), JSON.stringify(theirs, null, 2));
    await hooks("install");
    await hooks("remove");
    expect(JSON.parse(readFileSync(claude(), "utf8"))).toEqual(theirs);
  });

  test("the file keeps its mode", async () => {
    given(claude(), USERS);
    chmodSync(claude(), 0o600);
    await hooks("install");
    expect(statSync(claude()).mode & 0o777).toBe(0o600);
  });
});

describe("Kimi Code", () => {
  test("our tables stand in one block, and taking them out restores every byte", async () => {
    for (const text of [
      "",
      'default_model = "k2"',
      'default_model = "k2"\n\n[[hooks]]\nevent = "Stop"\ncommand = "mine"\n',
    ]) {
      given(kimi(), text);
      await hooks("install", "--agent", "kimi");
      expect(readFileSync(kimi(), "utf8")).toContain("ia-tmux hook --outside kimi PreToolUse");
      const installed = readFileSync(kimi(), "utf8");
      await hooks("install", "--agent", "kimi");
      expect(readFileSync(kimi(), "utf8")).toBe(installed);
      await hooks("remove", "--agent", "kimi");
      expect(readFileSync(kimi(), "utf8")).toBe(text);
    }
  });

  test("a file that only we wrote goes with our hooks", async () => {
    await hooks("install", "--agent", "kimi");
    expect(existsSync(kimi())).toBe(true);
    await hooks("remove", "--agent", "kimi");
    expect(existsSync(kimi())).toBe(false);
  });

  test("a list in brackets is left alone", async () => {
    given(kimi(), "hooks = []\n");
    expect((await hooks("install", "--agent", "kimi")).stdout).toContain("warning");
    expect(readFileSync(kimi(), "utf8")).toBe("hooks = []\n");
  });
});

test("status tells of all three", async () => {
  await hooks("install");
  const { stdout } = await hooks("status");
  expect(stdout).toMatch(/claude: .*: [6-9] hooks of ia-tmux/);
  expect(stdout).toMatch(/codex: .*: no hooks of ia-tmux/);
  expect(stdout).toMatch(/kimi: .*no hooks of ia-tmux \(of the user/);
});

test("where ia-tmux is not installed the hooks do nothing, and in a pane of ours neither", async () => {
  await hooks("install");
  const settings = JSON.parse(readFileSync(claude(), "utf8")) as {
    hooks: Record<string, { hooks: { command: string }[] }[]>;
  };
  const command = settings.hooks["PreToolUse"]?.[0]?.hooks[0]?.command as string;
  // Through a pipe of the shell's own: the command may end before it has read anything.
  const out = execFileSync("/bin/sh", ["-c", `echo '{}' | { ${command}; }`], {
    env: { PATH: "/usr/bin:/bin" },
  });
  expect(out.toString()).toBe("");
  const inPane = await run(["hook", "--outside", "claude", "PreToolUse"], {
    env: { IA_TMUX_TOKEN: "t" },
    stdin: "{}",
  });
  expect(inPane).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});
