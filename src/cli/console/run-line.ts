import { inertText } from "../../domain/text/inert.ts";
import type { CommandContext } from "../command.ts";
import { agentTable, lockTable, messageTable, taskTable } from "../format.ts";
import { splitWords } from "./split-words.ts";

const HELP = `send <to> <message>          to an agent, role:<role>, all
directive <to> <message>     the operator's word; all: each agent that is there
lock <path> [reason]         in quotes when the path has spaces
unlock <path>                whoever holds it
task new <title>             task done <task>
task block <task> :: <reason>
decision <text>
answer <question> <text>
status agents locks tasks msgs needs
help quit`;
const SHOWN_MESSAGES = 15;

/** Runs one line of the console; answers what to print, or null to leave. Errors are thrown. */
export async function runLine(context: CommandContext, line: string): Promise<string | null> {
  const trimmed = line.trim();
  if (trimmed === "") return "";
  const [word = "", ...rest] = trimmed.split(/\s+/);
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
    case "task":
      return runTask(context, rest[0]?.toLowerCase() ?? "", headAndRest(tail)[1]);
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
      return show(context, word.toLowerCase(), word);
  }
}

async function runTask(context: CommandContext, verb: string, rest: string): Promise<string> {
  if (verb === "new" && rest !== "") {
    return `created ${inertText((await context.call("task.create", { title: rest })).id)}`;
  }
  if (verb === "done" && rest !== "") {
    const { task } = await context.call("task.update", { task: rest, status: "completed" });
    return `${inertText(task.id)} is ${task.status}`;
  }
  const [ref = "", reason = ""] = rest.split("::").map((part) => part.trim());
  if (verb === "block" && ref !== "" && reason !== "") {
    const { task } = await context.call("task.update", { task: ref, status: "blocked", note: reason });
    return `${inertText(task.id)} is ${task.status}`;
  }
  return "usage: task new <title> | task done <task> | task block <task> :: <reason>";
}

async function show(context: CommandContext, noun: string, word: string): Promise<string> {
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
      return (
        needs.map((need) => inertText(`${need.id} ${need.agent ?? ""}: ${need.text}`, 300)).join("\n") ||
        "nothing needs you"
      );
    }
    default:
      return `unknown command: '${inertText(word, 40)}' (try 'help')`;
  }
}

function headAndRest(text: string): [head: string, rest: string] {
  const head = /^\S*/.exec(text)?.[0] ?? "";
  return [head, text.slice(head.length).trim()];
}
