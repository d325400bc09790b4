import { describe, expect, it } from "vitest";
import { kimiConfig, kimiMcp } from "../../../src/server/launch/kimi-config.ts";

const hook = (event: string) => `'/a b/hook.sh' ${event}`;

describe("Kimi's configuration in a pane", () => {
  it.each([
    "",
    "# só mine",
    'default_model = "x"\n\n[providers.x]\ntype = "kimi"\n',
    "[permission]\nmode = 1\n",
  ])("is the user's text, letter for letter, with ours behind it: %j", (text) => {
    const merged = kimiConfig(text, hook);
    expect(merged.startsWith(text)).toBe(true);
    expect(merged).toContain('\n[[hooks]]\nevent = "PreToolUse"\ncommand = "\'/a b/hook.sh\' PreToolUse"\n');
  });

  it("joins hooks that are tables already", () => {
    const merged = kimiConfig('[[hooks]]\nevent = "Stop"\ncommand = "mine"\n', hook);
    expect(merged.match(/^\[\[hooks\]\]$/gmu)?.length).toBeGreaterThan(10);
  });

  it("joins a list in brackets inside the brackets, where tables may not follow", () => {
    const merged = kimiConfig('hooks = [ { event = "Stop", command = "mine" } ]\n[x]\nhooks = [1]\n', hook);
    expect(merged).not.toContain("[[hooks]]");
    expect(merged).toMatch(
      /^hooks = \[\n {2}\{ event = "SessionStart", .*\}, {2}\{ event = "Stop", command = "mine" \} \]\n\[x\]\nhooks = \[1\]\n/u,
    );
  });

  it("leaves an mcp.json that is no JSON for Kimi to complain about", () => {
    expect(kimiMcp("{", "node", [])).toBe("{");
    expect(JSON.parse(kimiMcp(null, "node", ["x"]))).toEqual({
      mcpServers: { "ia-tmux": { command: "node", args: ["x"] } },
    });
  });
});
