// The commands of the session: its agents and how they work together, its layouts, its store and its server.
import { DEV_ROLES, MODES, ROLES } from "../session/words.ts";
import { call, local } from "./command.ts";
import { type CommandSpec, fail, ok, plain } from "./spec.ts";

export const SESSION_COMMANDS: readonly CommandSpec[] = [
  {
    name: "agent-start",
    aliases: ["start"],
    usage: "profile [name]",
    summary: "Start an agent in a new pane",
    options: [{ flag: "--role", value: "role" }],
    complete: "none",
    build(options) {
      const [profile, name] = options.words;
      return profile === undefined
        ? fail("Which profile? Such as: agent-start claude")
        : ok(call("agent.start", { profile, name, role: options.value("--role") }));
    },
  },
  {
    name: "agent-set",
    aliases: ["role"],
    usage: "agent role",
    summary: "Change an agent's role (reviewer …) or development role (backend_dev …)",
    options: [],
    complete: "agent",
    choices: { 2: [...ROLES, ...DEV_ROLES] },
    build(options) {
      const [name, role] = options.words;
      return name === undefined || role === undefined
        ? fail("Which agent, and which role?", "role kimi reviewer")
        : ok(call("agent.set", { name, [isDevRole(role) ? "devRole" : "role"]: role }));
    },
  },
  {
    name: "explain",
    aliases: ["agent-explain"],
    usage: "[agent]",
    summary: "Say why an agent counts as idle, working or blocked",
    options: [],
    complete: "agent",
    build: (options) => ok(local({ name: "explain", target: options.words[0] ?? "" })),
  },
  plain("summary", [], "Show everything at a glance, with what is to be done", local({ name: "summary" })),
  {
    name: "mode",
    aliases: [],
    usage: "hierarchical|peer|review",
    summary: "Change how the agents work together",
    options: [],
    complete: "none",
    choices: { 1: MODES },
    build: (options) =>
      options.words[0] === undefined
        ? fail("Which mode? hierarchical, peer or review.")
        : ok(call("session.set", { mode: options.words[0] })),
  },
  {
    name: "layout",
    aliases: ["open-layout"],
    usage: "name",
    summary: "Open a layout",
    options: [],
    complete: "layout",
    build: (options) =>
      options.words[0] === undefined
        ? fail("Which layout?")
        : ok(call("layout.open", { name: options.words[0] })),
  },
  {
    name: "layout-save",
    aliases: ["save-layout"],
    usage: "[name]",
    summary: "Write this arrangement to a layout file",
    options: [],
    complete: "none",
    build: (options) =>
      options.words[0] === undefined
        ? ok(local({ name: "command-prompt", initial: "layout-save " }))
        : ok(call("layout.save", { name: options.words[0] })),
  },
  plain("gc", [], "Put what has long been over into the archive", call("archive.run")),
  plain(
    "kill-server",
    ["down"],
    "End every agent and the server; asks first",
    local({ name: "stop-server" }),
  ),
  plain(
    "restart-server",
    [],
    "Start the server anew, as after an upgrade; your programs go on",
    call("server.stop", { endPanes: false, restart: true }),
  ),
];

function isDevRole(word: string): boolean {
  return (DEV_ROLES as readonly string[]).includes(word);
}
