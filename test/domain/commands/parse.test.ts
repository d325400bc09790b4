import { describe, expect, test } from "vitest";
import { COMMANDS, completeCommandLine, parseCommandLine } from "../../../src/domain/commands/parse.ts";
import { quoteWord, splitWords } from "../../../src/domain/commands/words.ts";
import { paramsSchema, type MethodName } from "../../../src/protocol/methods.ts";

const CALLS: readonly (readonly [string, string, Record<string, unknown>])[] = [
  ["split-window -h", "pane.split", { direction: "right" }],
  ["split-window -v -p 30", "pane.split", { direction: "down", percent: 30 }],
  ["splitw -h htop -d 5", "pane.split", { direction: "right", command: ["htop", "-d", "5"] }],
  ["send --to kimi try it with -x", "message.send", { to: "kimi", body: "try it with -x" }],
  ["split-window -h -- htop -d 5", "pane.split", { direction: "right", command: ["htop", "-d", "5"] }],
  ["new-window -n logs -- tail -f x", "window.new", { name: "logs", command: ["tail", "-f", "x"] }],
  ["neww --profile claude", "window.new", { profile: "claude" }],
  ["select-window -t 3", "window.select", { target: "3" }],
  ["rename-window big room", "window.rename", { name: "big room" }],
  ["move-window -t 7", "window.move", { index: 7 }],
  ["kill-window -f", "window.kill", { force: true }],
  ["kill-window -t 2", "window.kill", { target: "2" }],
  ["kill-pane kimi", "pane.kill", { target: "kimi" }],
  ["break-pane kimi", "pane.break", { target: "kimi" }],
  ["respawn-pane kimi", "pane.respawn", { target: "kimi" }],
  ["split-window -l 30%", "pane.split", { direction: "down", percent: 30 }],
  ["kill-pane -f -t %3", "pane.kill", { target: "%3", force: true }],
  ["select-pane -L", "pane.focus", { direction: "left" }],
  ["select-pane -t kimi", "pane.focus", { target: "kimi" }],
  ["resize-pane -R 5", "pane.resize", { direction: "right", cells: 5 }],
  ["resizep -Z", "pane.zoom", {}],
  ["swap-pane -s %1 -t %2", "pane.swap", { target: "%1", with: "%2" }],
  ["rotate-window", "pane.rotate", {}],
  ["break-pane", "pane.break", {}],
  ["join-pane -v -s %4 -t %1", "pane.join", { target: "%4", into: "%1", direction: "down" }],
  ["respawn-pane -t %2", "pane.respawn", { target: "%2" }],
  ["select-layout tiled", "layout.preset", { name: "tiled" }],
  ["next-layout", "layout.preset", { name: "next" }],
  ["synchronize-panes off", "window.synchronize", { on: false }],
  [
    "send-keys -t kimi C-c Enter",
    "pane.send-keys",
    { target: "kimi", keys: ["C-c", "Enter"], literal: false },
  ],
  ["delegate --to kimi 'write the schema'", "task.delegate", { to: "kimi", text: "write the schema" }],
  [
    "quick --to=codex --priority high look at it",
    "task.delegate",
    { to: "codex", text: "look at it", priority: "high" },
  ],
  [
    "send --to claude --subject hi done with it",
    "message.send",
    { to: "claude", body: "done with it", subject: "hi" },
  ],
  ["directive all pull first", "message.directive", { to: "all", body: "pull first" }],
  ["broadcast the build is green", "message.send", { to: "all", body: "the build is green" }],
  ["task new Write a health check", "task.create", { title: "Write a health check" }],
  ["task done task-1", "task.update", { task: "task-1", status: "completed" }],
  [
    "task block Login page :: no key: ask ops",
    "task.update",
    { task: "Login page", status: "blocked", note: "no key: ask ops" },
  ],
  [
    "task done task-1 :: all green",
    "task.update",
    { task: "task-1", status: "completed", note: "all green" },
  ],
  ["task approve Login page", "task.update", { task: "Login page", status: "approved" }],
  [
    "task revise task-1 :: tests are missing",
    "task.update",
    { task: "task-1", status: "revision_needed", note: "tests are missing" },
  ],
  ["task review task-1", "task.update", { task: "task-1", status: "under_review" }],
  ["task cancel task-1", "task.update", { task: "task-1", status: "cancelled" }],
  ["task claim task-1", "task.claim", { task: "task-1" }],
  ["task claim", "task.claim-next", {}],
  ["task depend task-2 task-1", "task.depend", { task: "task-2", dependsOn: ["task-1"] }],
  ["task --priority high new Look at it", "task.create", { title: "Look at it", priority: "high" }],
  ["role kimi backend_dev", "agent.set", { name: "kimi", devRole: "backend_dev" }],
  ["lock --resource db migration", "lock.acquire", { resource: "db", reason: "migration" }],
  ["unlock --resource db", "lock.release", { resource: "db", force: false }],
  ["resize-pane -x 80 -t kimi", "pane.size", { target: "kimi", cols: 80 }],
  ["resize-pane -x 50% -y 12", "pane.size", { cols: "50%", rows: 12 }],
  ["split-window -f -h", "pane.split", { direction: "right", full: true }],
  ["send kimi try it", "message.send", { to: "kimi", body: "try it" }],
  ["msg role:reviewer please look", "message.send", { to: "role:reviewer", body: "please look" }],
  ["reply msg-1 it is so", "message.reply", { message: "msg-1", body: "it is so" }],
  ["gc", "archive.run", {}],
  ["task assign task-1 kimi", "task.assign", { task: "task-1", to: "kimi" }],
  ["role kimi reviewer", "agent.set", { name: "kimi", role: "reviewer" }],
  ["lock src/auth/** rewriting it", "lock.acquire", { path: "src/auth/**", reason: "rewriting it" }],
  ["unlock --force src/db.ts", "lock.release", { path: "src/db.ts", force: true }],
  [
    "task task-1 completed all green",
    "task.update",
    { task: "task-1", status: "completed", note: "all green" },
  ],
  ["decision tokens live in redis", "decision.record", { text: "tokens live in redis" }],
  ["answer q-1 redis", "question.answer", { question: "q-1", answer: "redis" }],
  ["note deployed", "activity.add", { text: "deployed" }],
  ["agent-start kimi second", "agent.start", { profile: "kimi", name: "second" }],
  ["mode peer", "session.set", { mode: "peer" }],
  ["layout trio", "layout.open", { name: "trio" }],
  ["layout-save mine", "layout.save", { name: "mine" }],
];

describe("a line at the prompt", () => {
  test.each(CALLS)("%s calls %s", (line, method, params) => {
    const parsed = parseCommandLine(line);
    expect(parsed).toEqual({ ok: true, command: { kind: "call", method, params } });
    expect(paramsSchema(method as MethodName).safeParse(params).success).toBe(true);
  });

  test.each([
    ["delegate", { name: "delegate", to: null, text: "" }],
    ["delegate --to kimi", { name: "delegate", to: "kimi", text: "" }],
    ["send", { name: "message", to: null, text: "" }],
    ["send kimi", { name: "message", to: "kimi", text: "" }],
    ["inbox", { name: "open-list", list: "inbox" }],
    ["tasks", { name: "open-list", list: "tasks" }],
    ["choose-tree", { name: "open-list", list: "tree" }],
    ["detach", { name: "detach" }],
    ["rename-window", { name: "rename-window" }],
    ["kill-pane", { name: "kill-pane" }],
    ["display-panes", { name: "display-panes" }],
    ["copy-mode -u", { name: "copy-mode", pageUp: true, search: false }],
    ["command-prompt split", { name: "command-prompt", initial: "split" }],
  ])("%s is done by the screen itself", (line, action) => {
    expect(parseCommandLine(line)).toEqual({ ok: true, command: { kind: "local", action } });
  });

  test.each([
    ["nonsense", "There is no command nonsense."],
    ["resize-pane", "Which way? -L, -R, -U or -D; or a size: -x 80."],
    ["resize-pane -R many", "The number of cells must be 1 or more."],
    ["split-window -q", "There is no option -q."],
    ["split-window -p", "-p needs a percent."],
    ["split-window -l 120%", "A part is a number from 1 to 99."],
    ["set synchronize-panes on", "set is not here."],
    ["respawn-pane npm test", "respawn-pane starts what ran there before."],
    ["detach now", "detach-client takes nothing behind its name."],
    ["select-layout round", "There is no arrangement round."],
    ["send-keys 'open", "The quote ' is not closed."],
    ["delegate --to kimi --priority urgent x", "There is no priority urgent."],
    ["select-w-", "There is no command select-w-."],
  ])("%s is refused with words", (line, message) => {
    const parsed = parseCommandLine(line);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.error.message).toBe(message);
  });

  test("a beginning that only one command has is enough; one that several have names them", () => {
    expect(parseCommandLine("break")).toMatchObject({ ok: true });
    const parsed = parseCommandLine("kill");
    expect(parsed.ok ? "" : parsed.error.message).toBe(
      "kill may be kill-pane or kill-window or kill-server.",
    );
  });

  test("every name and alias belongs to one command", () => {
    const names = COMMANDS.flatMap((spec) => [spec.name, ...spec.aliases]);
    expect(names.length).toBe(new Set(names).size);
  });
});

describe("completion", () => {
  const context = {
    agents: ["claude", "kimi"],
    windows: ["1"],
    panes: ["%1"],
    layouts: ["trio"],
    locks: [],
    tasks: ["task-1"],
    files: [],
  };
  const complete = (line: string) => completeCommandLine(line, context).map((each) => each.line);

  test.each([
    ["deleg", ["delegate "]],
    ["delegate --t", ["delegate --to "]],
    ["delegate --to k", ["delegate --to kimi "]],
    ["select-pane -t %", ["select-pane -t %1 "]],
    ["select-layout even-", ["select-layout even-horizontal ", "select-layout even-vertical "]],
    ["layout ", ["layout trio "]],
    ["role k", ["role kimi "]],
    ["role kimi re", ["role kimi reviewer "]],
    ["mode p", ["mode peer "]],
    ["task re", ["task review ", "task revise ", "task reject "]],
    ["task t", ["task task-1 "]],
    ["task done ", ["task done task-1 "]],
    ["nonsense x", []],
  ])("of %j", (line, expected) => {
    expect(complete(line)).toEqual(expected);
  });

  test("of nothing offers every command with what it does", () => {
    const all = completeCommandLine("", context);
    expect(all.length).toBe(Math.min(50, COMMANDS.length));
    expect(all.every((each) => each.detail !== "")).toBe(true);
  });
});

test("words that need it are quoted so that they come back as they were", () => {
  for (const word of ["plain", "two words", "it's", 'say "hi"', "back\\slash", ""]) {
    expect(splitWords(quoteWord(word)).words.map((each) => each.text)).toEqual([word]);
  }
});
