// Settings in Claude Code's form: {"hooks": {"<Event>": [{"matcher"?, "hooks": [{"type", "command"}]}]}}. Codex has the same.
import type { HookKind } from "../../domain/hook/call.ts";
import { hookCommand, isOurCommand, outsideEvents } from "./hook-command.ts";

type Settings = Record<string, unknown>;

const TIMEOUT_SECONDS = 5;

/** How many of our hooks stand there; null when the text is no JSON object. */
export function countJsonHooks(text: string): number | null {
  const settings = parse(text);
  if (settings === null) return null;
  return groupsOf(settings).reduce(
    (count, { group }) => count + handlersOf(group).filter(({ command }) => isOurCommand(command)).length,
    0,
  );
}

/** The text with ours in it; the same text when they are there already. Null: hooks in a form we do not know. */
export function addJsonHooks(text: string, kind: HookKind): string | null {
  const settings = parse(text);
  if (settings === null) return null;
  const hooks = settings["hooks"] ?? {};
  if (!isObject(hooks)) return null;
  const wanted = outsideEvents(kind).map((event) => ({ event, command: hookCommand(kind, event) }));
  const added: Settings = { ...hooks };
  let changed = false;
  for (const { event, command } of wanted) {
    const groups = added[event] ?? [];
    if (!Array.isArray(groups)) return null;
    if (groups.some((group) => handlersOf(group).some((handler) => handler.command === command))) continue;
    added[event] = [...groups, { hooks: [{ type: "command", command, timeout: TIMEOUT_SECONDS }] }];
    changed = true;
  }
  return changed ? printed({ ...settings, hooks: added }, text) : text;
}

/** The text without ours: what held nothing else goes with them. */
export function removeJsonHooks(text: string): string | null {
  const settings = parse(text);
  if (settings === null) return null;
  if (countJsonHooks(text) === 0) return text;
  const { hooks, ...others } = settings;
  const kept: Settings = {};
  for (const [event, groups] of Object.entries(hooks as Settings)) {
    if (!Array.isArray(groups)) {
      kept[event] = groups;
      continue;
    }
    const left = groups.flatMap((group: unknown) => {
      const handlers = handlersOf(group);
      const rest = handlers.filter(({ command }) => !isOurCommand(command));
      if (rest.length === handlers.length) return [group];
      return rest.length === 0 ? [] : [{ ...(group as Settings), hooks: rest }];
    });
    if (left.length > 0 || groups.length === 0) kept[event] = left;
  }
  const next = Object.keys(kept).length > 0 ? { ...others, hooks: kept } : others;
  return Object.keys(next).length === 0 ? "" : printed(inOrder(settings, next), text);
}

/** Keys where they stood. */
function inOrder(before: Settings, after: Settings): Settings {
  return Object.fromEntries(
    Object.keys(before)
      .filter((key) => Object.hasOwn(after, key))
      .map((key) => [key, after[key]]),
  );
}

function groupsOf(settings: Settings): { event: string; group: unknown }[] {
  const hooks = settings["hooks"];
  if (!isObject(hooks)) return [];
  return Object.entries(hooks).flatMap(([event, groups]) =>
    Array.isArray(groups) ? groups.map((group: unknown) => ({ event, group })) : [],
  );
}

function handlersOf(group: unknown): Settings[] {
  const handlers = isObject(group) ? group["hooks"] : undefined;
  return Array.isArray(handlers) ? handlers.filter(isObject) : [];
}

function isObject(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): Settings | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** In the file's own manner of indenting. */
function printed(value: Settings, like: string): string {
  const indent = /^\{\r?\n([ \t]+)/.exec(like)?.[1] ?? "  ";
  return `${JSON.stringify(value, null, indent)}${like === "" || like.endsWith("\n") ? "\n" : ""}`;
}
