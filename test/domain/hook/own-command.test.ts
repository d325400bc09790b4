import { describe, expect, it } from "vitest";
import { isOwnCommand, isOwnTool } from "../../../src/domain/hook/own-command.ts";

const OURS = [
  "ia-tmux inbox",
  "ia-tmux lock src/auth/login.ts --ttl 15m",
  "ia-tmux task update task-a3f2 --status completed --note 'done; all & good | $x `y` (z) <a>'",
  'ia-tmux send --to claude --message "two words, and more: a/b.ts"',
  "ia-tmux send --to claude --message 'several\nlines\n\nof text'",
  "ia-tmux question ask 'Which store?'",
  "ia-tmux delegate --to kimi --body - <<'EOF'\nline; rm -rf x\n$(touch owned)\nEOF",
  "ia-tmux delegate --to kimi --body - <<'EOF'\nline\nEOF\n",
  "  ia-tmux inbox\n",
  "ia-tmux send --to claude --message 'it'\\''s'",
];
const NOT_OURS = [
  "ia-tmux",
  "ia-tmuxx inbox",
  "./ia-tmux inbox",
  "/tmp/ia-tmux inbox",
  "PATH=. ia-tmux inbox",
  "ia-tmux inbox; rm -rf x",
  "ia-tmux inbox && touch owned",
  "ia-tmux inbox & touch owned",
  "ia-tmux inbox | sh",
  "ia-tmux inbox\ntouch owned",
  "ia-tmux inbox > file",
  "ia-tmux inbox >> file",
  "ia-tmux send $(touch owned)",
  "ia-tmux send `touch owned`",
  'ia-tmux send "$(touch owned)"',
  'ia-tmux send "`touch owned`"',
  "ia-tmux send 'a' 'b'; touch owned 'c'",
  "ia-tmux send 'a'\ntouch owned",
  "ia-tmux send <<EOF\n$(touch owned)\nEOF",
  "ia-tmux send <<'EOF'\nx\nEOF\ntouch owned",
  "ia-tmux send <<'EOF'; touch owned\nx\nEOF",
  "ia-tmux send <<'EOF' | sh\nx\nEOF",
  "ia-tmux send <(touch owned)",
  "ia-tmux pane send-keys 2 'touch owned'",
  "ia-tmux split-window 'touch owned'",
  "ia-tmux send-keys x",
  "ia-tmux down",
  "ia-tmux trust",
  "ia-tmux needs answer 1",
  "ia-tmux agent start codex",
  "ia-tmux run scenario.yaml",
  "rm -rf x",
  "",
];

describe("the commands an agent may run without asking", () => {
  it.each(OURS)("are single calls of ours: %s", (command) => {
    expect(isOwnCommand(command)).toBe(true);
  });

  it.each(NOT_OURS)("are not: %s", (command) => {
    expect(isOwnCommand(command)).toBe(false);
  });

  it("know the tools of our own server from those of others", () => {
    expect(isOwnTool("mcp__ia-tmux__inbox")).toBe(true);
    expect(isOwnTool("mcp__ia_tmux__inbox")).toBe(true);
    expect(isOwnTool("mcp__ia-tmux-evil__inbox")).toBe(false);
    expect(isOwnTool("Bash")).toBe(false);
  });
});
