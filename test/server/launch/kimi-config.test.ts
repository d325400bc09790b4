import { describe, expect, it } from "vitest";
import { kimiConfig, kimiMcp } from "../../../src/server/launch/kimi-config.ts";

const options = { hook: (event: string) => `'/a b/hook.sh' ${event}`, autoApprove: true };

describe("Kimi's configuration in a pane", () => {
  it.each([
    "",
    "# só mine",
    'default_model = "x"\n\n[providers.x]\ntype = "kimi"\n',
    "[permission]\nmode = 1\n",
  ])("is the user's text, letter for letter, with ours behind it: %j", (text) => {
    const merged = kimiConfig(text, options);
    expect(merged.startsWith(text)).toBe(true);
    expect(merged).toContain('\n[[hooks]]\nevent = "PreToolUse"\ncommand = "\'/a b/hook.sh\' PreToolUse"\n');
    expect(merged).toContain('\n[[permission.rules]]\ndecision = "allow"\npattern = "mcp__ia-tmux__*"\n');
  });

  it("joins hooks that are tables already", () => {
    const merged = kimiConfig('[[hooks]]\nevent = "Stop"\ncommand = "mine"\n', options);
    expect(merged.match(/^\[\[hooks\]\]$/gmu)?.length).toBeGreaterThan(10);
  });

  it("joins a list in brackets inside the brackets, where tables may not follow", () => {
    const merged = kimiConfig(
      'hooks = [ { event = "Stop", command = "mine" } ]\n[x]\nhooks = [1]\n',
      options,
    );
    expect(merged).not.toContain("[[hooks]]");
    expect(merged).toMatch(
      /^hooks = \[\n {2}\{ event = "SessionStart", .*\}, {2}\{ event = "Stop", command = "mine" \} \]\n\[x\]\nhooks = \[1\]\n/u,
    );
  });

  it.each(["[permission]\nrules = [\n]\n", "permission.rules = []\n"])(
    "joins rules in brackets: %j",
    (text) => {
      const merged = kimiConfig(text, options);
      expect(merged).not.toContain("[[permission.rules]]");
      expect(merged).toContain('{ decision = "allow", pattern = "mcp__ia-tmux__*" }');
    },
  );

  it("leaves a table in braces alone: Kimi then asks the human", () => {
    expect(kimiConfig("permission = { rules = [] }\n", options)).not.toContain("mcp__ia-tmux__*");
  });

  it("adds no rules when the user wants to be asked", () => {
    expect(kimiConfig("", { ...options, autoApprove: false })).not.toContain("permission");
  });

  it("leaves an mcp.json that is no JSON for Kimi to complain about", () => {
    expect(kimiMcp("{", "node", [])).toBe("{");
    expect(JSON.parse(kimiMcp(null, "node", ["x"]))).toEqual({
      mcpServers: { "ia-tmux": { command: "node", args: ["x"] } },
    });
  });
});
