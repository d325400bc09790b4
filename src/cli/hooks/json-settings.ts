// Settings in Claude Code's form: {"hooks": {"<Event>": [{"matcher"?, "hooks": [{"type", "command"}]}]}}. Codex has the
// same. What others wrote keeps every byte: ours are put behind it and cut out again.
import type { HookKind } from "../../domain/hook/call.ts";
import { hookCommand, hookTimeoutSeconds, isOurCommand, outsideEvents } from "./hook-command.ts";
import { memberOf, placesOf, withoutPart, withPart, type Part, type Place } from "./json-text.ts";

type Settings = Record<string, unknown>;

/** How many of our hooks stand there; null when the text is no JSON object. */
export function countJsonHooks(text: string): number | null {
  const settings = parse(text);
  if (settings === null) return null;
  const { hooks } = settings;
  if (!isObject(hooks)) return 0;
  return Object.values(hooks)
    .flatMap((groups) => (Array.isArray(groups) ? groups.flatMap(handlersOf) : []))
    .filter(({ command }) => isOurCommand(command)).length;
}

/** The text with ours in it; the same text when they are there already. Null: hooks in a form we do not know. */
export function addJsonHooks(text: string, kind: HookKind): string | null {
  const settings = parse(text);
  if (settings === null) return null;
  const hooks = settings["hooks"] ?? {};
  if (!isObject(hooks)) return null;
  let next = text.trim() === "" ? "{}\n" : text;
  for (const event of outsideEvents(kind)) {
    const command = hookCommand(kind, event);
    const groups = hooks[event] ?? [];
    if (!Array.isArray(groups)) return null;
    if (groups.some((group) => handlersOf(group).some((handler) => handler["command"] === command))) continue;
    next = withGroup(next, event, {
      hooks: [{ type: "command", command, timeout: hookTimeoutSeconds(kind) }],
    });
  }
  return next === "{}\n" ? text : next;
}

function withGroup(text: string, event: string, group: object): string {
  const root = placesOf(text);
  const hooks = memberOf(root, "hooks");
  if (!hooks?.value.parts) return withPart(text, root, "hooks", { [event]: [group] });
  const groups = memberOf(hooks.value, event);
  return groups === undefined
    ? withPart(text, hooks.value, event, [group])
    : withPart(text, groups.value, null, group);
}

/** The text without ours: what held nothing else goes with them. */
export function removeJsonHooks(text: string): string | null {
  if (parse(text) === null) return null;
  let next = text;
  for (let ours = ourFirst(next); ours !== null; ours = ourFirst(next)) {
    // From the inside out: the outermost that holds nothing but ours.
    const at = ours.findIndex(({ container }) => (container.parts?.length ?? 0) > 1);
    const { container, part } = ours[at < 0 ? ours.length - 1 : at]!;
    if (at < 0) return "";
    next = withoutPart(next, container, part);
  }
  return next;
}

/** One of our hooks, with the way out to the whole text: handler, group, event, hooks. Null when none is left. */
function ourFirst(text: string): { container: Place; part: Part }[] | null {
  const root = placesOf(text);
  const hooks = memberOf(root, "hooks");
  for (const event of hooks?.value.parts ?? []) {
    for (const group of event.value.parts ?? []) {
      const handlers = memberOf(group.value, "hooks");
      const ours = handlers?.value.parts?.find(({ value }) => {
        const handler: unknown = JSON.parse(text.slice(value.start, value.end));
        return isObject(handler) && isOurCommand(handler["command"]);
      });
      if (!hooks || !handlers || !ours) continue;
      return [
        { container: handlers.value, part: ours },
        { container: event.value, part: group },
        { container: hooks.value, part: event },
        { container: root, part: hooks },
      ];
    }
  }
  return null;
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
