// What a client that only watches may ask for: the one table of requests, and of what the screen does, that change nothing.
import type { LocalAction } from "./command.ts";

/** What is said instead of doing it. The hint is for a program; a screen names its own way out. */
export const WATCHES_ONLY = "read-only: this client only watches";
export const WATCHES_ONLY_HINT = "Attach without --read-only to change something.";

/** The verbs of each noun that only read. */
const READING: Readonly<Record<string, string>> = {
  server: "hello info queues dump whoami",
  client: "resize detach focus wrote list",
  events: "subscribe",
  settings: "show",
  layout: "list",
  pane: "list capture rows older text search search-older",
  search: "open read show stop",
  buffer: "list show",
  agent: "list explain",
  session: "show",
  summary: "show board compact",
  activity: "list",
  task: "list show",
  lock: "list",
  message: "thread inbox sent mutes show search",
  spec: "show list history diff",
  decision: "list show",
  question: "list",
  archive: "list",
  store: "check export",
  relay: "prompt",
  delivery: "list show",
  needs: "list",
  wait: "for",
};

const READING_METHODS: ReadonlySet<string> = new Set(
  Object.entries(READING).flatMap(([noun, verbs]) => verbs.split(" ").map((verb) => `${noun}.${verb}`)),
);

/** Whether a request changes nothing that others see. One that the table does not name counts as a change. */
export function onlyReads(method: string, params: Readonly<Record<string, unknown>>): boolean {
  return READING_METHODS.has(method) || (method === "client.attach" && params["readOnly"] === true);
}

const LOOKING: ReadonlySet<LocalAction["name"]> = new Set([
  "open-list",
  "help",
  "command-prompt",
  "detach",
  "copy-mode",
  "copy-keys",
  "find",
  "find-step",
  "display-panes",
  "say",
  "explain",
  "summary",
  "redraw",
]);

/** The same of what a screen does by itself. */
export function onlyLooks(action: LocalAction): boolean {
  return LOOKING.has(action.name);
}
