// What stands together in `ia-tmux --help`: by what one wants to do, the most wanted first, a line each.

/** Below each heading: commands of one word, and what each does in a few words. A command's own help says it whole. */
export const HELP_GROUPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "The workspace:": {
    open: "Open it (what ia-tmux does without a command).",
    attach: "Open it; with --read-only only to look.",
    detach: "Let an attached screen leave.",
    up: "Start it; with --headless without a screen.",
    restore: "Bring back what ran before a reboot.",
    down: "End it: every pane and the server.",
    ls: "List panes.",
    capture: "Print what stands on a pane, or on all.",
    layouts: "List layouts.",
    profiles: "List profiles.",
    init: "Write .ia-tmux/ into the project.",
    doctor: "Say what is fine, and how to mend what is not.",
  },
  "Giving work:": {
    delegate: "Give an agent a task; its prompt gets there.",
    deliveries: "List what is on its way, and what it waits for.",
    tasks: "List tasks.",
    "claim-next": "Take the most urgent task that is free.",
    relay: "Print the prompt that an agent would get now.",
  },
  "Talking:": {
    send: "Send a message to an agent, a role or all.",
    inbox: "List messages to you, unread first.",
    "read-message": "Read a message; marks it read.",
    reply: "Answer a message.",
    thread: "Show the conversation of a message.",
    ack: "Acknowledge a message.",
    mute: "Do not be woken by an agent.",
    directive: "Tell an agent, or all, what to do.",
  },
  "You and the agents:": {
    answer: "Answer a question of an agent.",
    questions: "List questions to you.",
    trust: "Allow or refuse what a project file runs.",
    ask: "For agents: ask the human.",
    escalate: "For agents: put something before the human.",
    register: "For agents outside the panes: take a name.",
  },
  "Locks:": {
    locks: "List locks: holder, time left, waiters.",
    unlock: "Release a lock of yours.",
    append: "Append to a file under its lock.",
  },
  "Agreements and the log:": {
    specs: "List specs.",
    decisions: "List decisions, or those with some words.",
    log: "Write a line into the log, or show it.",
  },
  "Seeing:": {
    status: "Show agents, tasks and what waits.",
    summary: "Show all at a glance, and what is to be done.",
    board: "Show what each agent has in hand, and says.",
    agents: "List agents with their states.",
    explain: "Say why an agent is in its state.",
    whoami: "Say who you are here, and why.",
  },
  "Scripts and other programs:": {
    run: "Run a scenario.",
    wait: "Wait until something is as named.",
    events: "Print what happens, as it happens.",
    "send-keys": "Type into a pane.",
    console: "A line prompt with live feed.",
    mcp: "Serve the tools to an agent over stdio.",
    hook: "Hand a hook's JSON to the server.",
    gc: "Put away what is long over.",
    schema: "Print JSON Schemas.",
    completion: "Print a completion script for your shell.",
    help: "Print help for a command.",
  },
};

/** The heading over the nouns, whose verbs their own help lists. */
export const NOUNS_HEADING = "Nouns (ia-tmux <noun> --help lists the verbs):";

const PLACES = new Map(
  Object.entries(HELP_GROUPS).flatMap(([heading, lines]) =>
    Object.entries(lines).map(([name, line]) => [name, { heading, line }] as const),
  ),
);

/** Where a command of one word stands in the help, and with which line; undefined for a noun. */
export function helpPlaceOf(name: string): { readonly heading: string; readonly line: string } | undefined {
  return PLACES.get(name);
}

/** What commander shows in a help, below its headings: ours in our order, then what else there is. */
export function inHelpOrder<T>(_all: T[], visible: T[], headingOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>(
    [...Object.keys(HELP_GROUPS), NOUNS_HEADING].map((heading) => [heading, []]),
  );
  for (const item of visible) {
    const heading = headingOf(item);
    const group = groups.get(heading);
    if (group) group.push(item);
    else groups.set(heading, [item]);
  }
  for (const [heading, items] of groups) if (items.length === 0) groups.delete(heading);
  return groups;
}
