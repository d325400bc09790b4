// Coming from InterAgent, interagent or agent-sync: each of their commands, with its own options, and the command of ours
// that it runs. Where theirs is spelled otherwise, ours stands beside it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../../src/cli/program.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { TOOLS } from "../../src/mcp/tools.ts";

/** [theirs, as it is typed after our name; the command it becomes]. */
const INTERAGENT: readonly (readonly [words: string, command: string])[] = [
  ["session init --project x --principal claude --agents claude,kimi --mode review --force", "session init"],
  ["status", "status"],
  ["summary", "summary"],
  ["relay --agent kimi", "relay"],
  ["quick --to kimi --from-agent claude --priority high work", "task delegate"],
  ["delegate --to kimi --task work --description more", "task delegate"],
  [
    "task create --title t -d more --assignee kimi --priority low --requirements a --criteria b",
    "task create",
  ],
  ["task list --assignee kimi --status pending --active-only", "task list"],
  ["task show task-1", "task show"],
  ["task update task-1 --status completed --note done", "task update"],
  ["msg send --to kimi --message hi --subject s --type review --task-id task-1", "message send"],
  ["msg read msg-1", "message show"],
  ["inbox --agent kimi", "message inbox"],
  ["log -n 50 --type task --agent kimi --follow", "activity add"],
  ["reply msg-1 answer", "message reply"],
  ["answer ask-1 yes", "question answer"],
];

const AGENT_SYNC: readonly (readonly [words: string, command: string])[] = [
  ["register --name backend --role anything", "agent register"],
  ["whoami --json", "whoami"],
  ["heartbeat", "heartbeat"],
  ["status", "status"],
  ["status --compact --json", "status"],
  ["summary compact", "summary compact"],
  ["tasks --json", "task list"],
  ["create-task title --description d --files f --priority high --depends-on t", "task create"],
  ["claim-task t --lock --force", "task claim"],
  ["claim-next --lock", "task claim-next"],
  ["complete-task t", "task complete"],
  ["block-task t --reason r", "task block"],
  ["lock f --reason r --ttl 60m --wait", "lock acquire"],
  ["lock --resource db", "lock acquire"],
  ["unlock f --force", "lock release"],
  ["append f --content c --no-newline --reason r --wait 30s", "lock append"],
  ["locks --json", "lock list"],
  ["send --to all --message m --reply-to msg-1", "message send"],
  ["inbox --all --json", "message inbox"],
  ["read-message msg-1", "message show"],
  ["ack msg-1", "message ack"],
  ["decision text", "decision record"],
  ["log --type note --message m --file f", "activity add"],
  ["gc", "archive run"],
  ["console --interval 1.0 --name ada", "console"],
  ["hook pre-tool-use", "hook"],
  ["hooks install --target .", "hooks install"],
];

/** The tools of interagent, and of the hub that InterAgent's makers built, by what they are called here. */
const MCP: Readonly<Record<string, string>> = {
  register_agent: "register_agent",
  list_agents: "list_agents",
  get_agent: "get_agent",
  send_message: "send_message",
  check_inbox: "check_inbox",
  get_inbox: "check_inbox",
  read_message: "read_message",
  mark_read: "read_message",
  reply_message: "reply_message",
  escalate: "escalate",
  publish_spec: "publish_spec",
  get_spec: "get_spec",
  list_specs: "list_specs",
  set_status: "set_status",
  get_status: "get_statuses",
  get_all_statuses: "get_statuses",
  list_tasks: "list_tasks",
  get_task: "get_task",
  update_task: "update_task",
  create_task: "create_task",
  ask_user: "ask_user",
  get_answer: "get_answer",
};

const commandOf = (words: string) => {
  const parsed = parseCommandLine(words.split(" "), COMMANDS);
  return parsed.kind === "run" ? parsed.invocation.command.name : parsed.text;
};

describe("coming from", () => {
  test.each(INTERAGENT)("InterAgent: %s is %s", (words, command) => expect(commandOf(words)).toBe(command));
  test.each(AGENT_SYNC)("agent-sync: %s is %s", (words, command) => expect(commandOf(words)).toBe(command));
  test("interagent and the hub: every tool has one here", () => {
    const ours = new Set(TOOLS.map(({ name }) => name));
    expect(Object.values(MCP).filter((name) => !ours.has(name))).toEqual([]);
  });
});

test("each vector up to 30 has a test that carries its number", () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".test.ts"));
  const texts = files.map((name) => readFileSync(join(import.meta.dirname, name), "utf8")).join("\n");
  const held = new Set(
    [...texts.matchAll(/(?:test|describe)\("(\d+): /g)].map(([, number]) => Number(number)),
  );
  const missing = Array.from({ length: 30 }, (_, at) => at + 1).filter((number) => !held.has(number));
  expect(missing).toEqual([]);
});
