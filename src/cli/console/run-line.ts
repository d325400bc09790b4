import { findCommand, parseCommandLine } from "../../domain/commands/parse.ts";
import { MAX_SPEC_BYTES } from "../../domain/spec/words.ts";
import type { Task } from "../../domain/task/task.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { MethodName, Params } from "../../protocol/methods.ts";
import type { NeedView } from "../../protocol/views.ts";
import type { CommandContext } from "../command.ts";
import { readTextFile } from "../files.ts";
import { agentTable, endOfNeed, lockTable, messageTable, taskTable } from "../format.ts";
import { splitWords } from "./split-words.ts";

const HELP = `send <to> <message>          to an agent, role:<role>, all
reply <message> <text>       in its conversation
directive <to> <message>     the operator's word; all: each agent that is there
lock <path> [reason]         in quotes when the path has spaces
unlock <path>                whoever holds it
task new <title>             task assign <task> <agent>
task block <task> :: <reason>
task done|start|review|approve|revise|reject|cancel <task> [:: note]
decision <text>
spec publish <name> <file>   spec subscribe <name>
answer <question> <text>
needs <need> <action>        what needs you, settled; the word alone lists it
status agents locks tasks msgs needs
help quit                    and more of what the workspace's C-b : takes: mode, role, note, gc`;
const SHOWN_MESSAGES = 15;

/** Runs one line of the console; answers what to print, or null to leave. Errors are thrown. */
export async function runLine(context: CommandContext, line: string): Promise<string | null> {
  const trimmed = line.trim();
  if (trimmed === "") return "";
  const [word = ""] = trimmed.split(/\s+/);
  const tail = trimmed.slice(word.length).trim();
  switch (word.toLowerCase()) {
    case "quit":
    case "exit":
    case "q":
      return null;
    case "help":
    case "?":
      return HELP;
    case "send":
    case "msg": {
      const [to, body] = headAndRest(tail);
      if (body === "") return "usage: send <to> <message>";
      const sent = await context.call("message.send", { to, body });
      return `sent ${inertText(sent.id)} to ${inertText(sent.to)}`;
    }
    case "directive": {
      const [to, body] = headAndRest(tail);
      if (body === "") return "usage: directive <to> <message>";
      const sent = await context.call("message.directive", { to, body });
      return to.toLowerCase() === "all"
        ? `directed ${sent.length} active`
        : `directed ${sent.map((one) => inertText(one.to)).join(", ")}`;
    }
    case "lock": {
      const [path, ...reason] = splitWords(tail);
      if (path === undefined) return "usage: lock <path> [reason]";
      const cwd = context.world.cwd;
      const lock = await context.call("lock.acquire", { path, cwd, reason: reason.join(" ") });
      return `locked ${inertText(lock.label)}`;
    }
    case "unlock": {
      const [path] = splitWords(tail);
      if (path === undefined) return "usage: unlock <path>";
      const done = await context.call("lock.release", { path, cwd: context.world.cwd, force: true });
      return done.released ? `unlocked ${inertText(done.label)}` : `no lock held on ${inertText(done.label)}`;
    }
    case "decision": {
      if (tail === "") return "usage: decision <text>";
      return `recorded ${inertText((await context.call("decision.record", { text: tail })).id)}`;
    }
    case "answer": {
      const [question, answer] = headAndRest(tail);
      if (answer === "") return "usage: answer <question> <text>";
      return `answered ${inertText((await context.call("question.answer", { question, answer })).id)}`;
    }
    default:
      return show(context, word.toLowerCase(), trimmed);
  }
}

/** What the prompt of the full screen has for working together; the rest of it needs a screen. */
const COORDINATION = /^(?:task|message|lock|spec|decision|question|activity|session|agent|archive)\./;

/** A command of the full screen's prompt. Null when it is none, or one that only a screen can do. */
async function runPromptCommand(context: CommandContext, line: string): Promise<string | null> {
  // Quotes are part of what is said here: `task new Don't start yet`.
  const parsed = parseCommandLine(line.replaceAll(/['"\\]/g, "\\$&"));
  if (!parsed.ok) {
    if (!("build" in findCommand(line.split(/\s+/)[0] ?? ""))) return null;
    return `usage: ${parsed.error.hint || parsed.error.message}`;
  }
  const { command } = parsed;
  if (command.kind === "local" && command.action.name === "publish-spec") {
    const { spec: name, path } = command.action;
    const content = readTextFile(path, context.world.cwd, MAX_SPEC_BYTES);
    const spec = await context.call("spec.publish", { name, content });
    return `published ${inertText(spec.name)} version ${spec.version}`;
  }
  if (command.kind !== "call" || !COORDINATION.test(command.method)) return null;
  const method = command.method as MethodName;
  const result: unknown = await context.call(method, command.params as Params<typeof method>);
  const { task, id } = result as { readonly task?: Task; readonly id?: string };
  if (task) return `${inertText(task.id)} is ${task.status}`;
  return id === undefined ? "done" : `done: ${inertText(id)}`;
}

async function show(context: CommandContext, noun: string, line: string): Promise<string> {
  const { output, world } = context;
  switch (noun) {
    case "status": {
      const summary = await context.call("summary.show", {});
      return [
        agentTable(output, summary.agents, world.nowMs()) || "no agents",
        ...summary.actionItems.map((item) => `- ${inertText(item, 300)}`),
      ].join("\n");
    }
    case "agents":
      return agentTable(output, await context.call("agent.list", {}), world.nowMs()) || "no agents";
    case "locks":
      return lockTable(output, await context.call("lock.list", {})) || "no locks";
    case "tasks":
      return taskTable(output, await context.call("task.list", { activeOnly: true })) || "no tasks";
    case "msgs": {
      const latest = await context.call("message.inbox", { agent: "all", limit: SHOWN_MESSAGES });
      return messageTable(output, latest, "operator", world.nowMs()) || "no messages";
    }
    case "needs": {
      const needs = await context.call("needs.list", {});
      const [, wanted] = headAndRest(line);
      if (wanted !== "") return settle(context, needs, wanted);
      const lines = needs.map((need) => {
        const end = endOfNeed(need, world.nowMs());
        const text = inertText(`${[need.id, need.agent].filter(Boolean).join(" ")}: ${need.text}`, 300);
        const actions = inertText(need.actions.map((each) => each.action).join(" | "), 300);
        return `${end === "" ? text : `${text} (${end})`}${actions === "" ? "" : ` [${actions}]`}`;
      });
      return lines.join("\n") || "nothing needs you";
    }
    default:
      return (
        (await runPromptCommand(context, line)) ?? `unknown command: '${inertText(noun, 40)}' (try 'help')`
      );
  }
}

/** `<need> <action> [words]`: an action may have blanks in it, such as the label of what is pressed. */
async function settle(context: CommandContext, needs: readonly NeedView[], line: string): Promise<string> {
  const [need, rest] = headAndRest(line);
  const actions = needs.find(({ id }) => id === need)?.actions ?? [];
  const [action = headAndRest(rest)[0]] = actions
    .map((each) => each.action)
    .filter((each) => rest === each || rest.startsWith(`${each} `))
    .sort((left, right) => right.length - left.length);
  if (action === "") return "usage: needs <need> <action> [words]";
  await context.call("needs.answer", { need, action, text: rest.slice(action.length).trim() || undefined });
  return "done";
}

function headAndRest(text: string): [head: string, rest: string] {
  const head = /^\S*/.exec(text)?.[0] ?? "";
  return [head, text.slice(head.length).trim()];
}
