// Which names fit where a command wants one, by what its argument or its option's value is called.

export const KINDS = [
  "agents",
  "buffers",
  "decisions",
  "deliveries",
  "directions",
  "directories",
  "files",
  "layouts",
  "locks",
  "lock-ids",
  "messages",
  "methods",
  "needs",
  "need-actions",
  "panes",
  "presets",
  "profiles",
  "questions",
  "recipients",
  "records",
  "resources",
  "schemas",
  "shells",
  "specs",
  "tasks",
  "windows",
] as const;
export type Kind = (typeof KINDS)[number];

const BY_NAME: Readonly<Record<string, Kind>> = {
  about: "records",
  action: "need-actions",
  agent: "agents",
  beside: "panes",
  decision: "decisions",
  delivery: "deliveries",
  dir: "directories",
  direction: "directions",
  file: "files",
  layout: "layouts",
  lock: "lock-ids",
  message: "messages",
  method: "methods",
  need: "needs",
  other: "panes",
  pane: "panes",
  path: "files",
  preset: "presets",
  profile: "profiles",
  question: "questions",
  "scenario.yaml": "files",
  shell: "shells",
  task: "tasks",
  tasks: "tasks",
  to: "recipients",
  window: "windows",
};

/** `name` says little: these depend on whose it is. */
const BY_COMMAND: Readonly<Record<string, Kind>> = {
  "buffer delete name": "buffers",
  "buffer paste name": "buffers",
  "buffer show name": "buffers",
  "layout open name": "layouts",
  "lock release name": "resources",
  "lock release path": "locks",
  "message send name": "recipients",
  "profile show name": "profiles",
  "schema name": "schemas",
  "spec diff name": "specs",
  "spec history name": "specs",
  "spec publish name": "specs",
  "spec show name": "specs",
  "spec subscribe name": "specs",
  "spec unsubscribe name": "specs",
};

/** These mean something else than what they are called. */
const NOTHING = new Set(["spec diff to", "agent register agent"]);

export function kindOf(command: string, name: string): Kind | null {
  const place = `${command} ${name}`;
  if (NOTHING.has(place)) return null;
  return BY_COMMAND[place] ?? BY_NAME[name] ?? null;
}
