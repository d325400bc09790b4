// Settings in Claude Code's form: {"hooks": {"<Event>": [{"matcher"?, "hooks": [{"type", "command"}]}]}}. Codex has the
// same. What others wrote keeps every byte: ours are put behind it and cut out again.
import type { HookKind } from "../../domain/hook/call.ts";
import {
  hookCommand,
  hookTimeoutSeconds,
  isOurCommand,
  outsideEvents,
  stoodHere,
  type StoodHere,
} from "./hook-command.ts";
import { memberOf, placesOf, withInside, withoutPart, withPart, type Part, type Place } from "./json-text.ts";

type Settings = Record<string, unknown>;

/** How many of our hooks stand there; null when the text is no JSON object. `text` null: there is no file. */
export function countJsonHooks(text: string | null): number | null {
  const settings = parse(text ?? "");
  if (settings === null) return null;
  const { hooks } = settings;
  if (!isObject(hooks)) return 0;
  return Object.values(hooks)
    .flatMap((groups) => (Array.isArray(groups) ? groups.flatMap(handlersOf) : []))
    .filter(({ command }) => isOurCommand(command)).length;
}

/** The text with ours in it; the same text when they are there already. Null: hooks in a form we do not know. */
export function addJsonHooks(text: string | null, kind: HookKind): string | null {
  const settings = parse(text ?? "");
  if (settings === null) return null;
  const hooks = settings["hooks"] ?? {};
  if (!isObject(hooks)) return null;
  const isBlank = (text ?? "").trim() === "";
  let next = isBlank ? "{}\n" : (text ?? "");
  let stood: StoodHere | null = isBlank ? { place: text === null ? "none" : "file", text: text ?? "" } : null;
  for (const event of outsideEvents(kind)) {
    const groups = hooks[event] ?? [];
    if (!Array.isArray(groups)) return null;
    const line = hookCommand(kind, event);
    if (groups.some((group) => handlersOf(group).some(({ command }) => isSameHook(command, line)))) continue;
    next = withGroup(next, event, kind, stood);
    stood = null;
  }
  return next;
}

/** Whether a command is that line of ours, whatever it stands in the place of. */
function isSameHook(command: unknown, line: string): boolean {
  return isOurCommand(command) && String(command).replace(/ # stood here: .*$/, "") === line;
}

function withGroup(text: string, event: string, kind: HookKind, stood: StoodHere | null): string {
  const root = placesOf(text);
  const hooks = memberOf(root, "hooks");
  const groups = hooks && memberOf(hooks.value, event);
  const hasHooks = hooks !== undefined && hooks.value.parts !== null;
  const [place, container] = !hasHooks
    ? (["settings", root] as const)
    : groups === undefined
      ? (["hooks", hooks.value] as const)
      : (["event", groups.value] as const);
  const inside = text.slice(container.start + 1, container.end - 1);
  const command = hookCommand(
    kind,
    event,
    stood ?? (container.parts?.length === 0 ? { place, text: inside } : null),
  );
  const group = { hooks: [{ type: "command", command, timeout: hookTimeoutSeconds(kind) }] };
  if (place === "settings") return withPart(text, container, "hooks", { [event]: [group] });
  return place === "hooks"
    ? withPart(text, container, event, [group])
    : withPart(text, container, null, group);
}

/** How far out each place is on the way from a handler to the whole text. */
const STEPS_OUT: Readonly<Record<StoodHere["place"], number>> = {
  event: 1,
  hooks: 2,
  settings: 3,
  file: 4,
  none: 4,
};

/** The text without ours, with what stood in their place; null: there was no file. What held nothing else goes with them. */
export function removeJsonHooks(text: string): string | null {
  let next = text;
  for (let ours = nextOfOurs(next); ours !== null; ours = nextOfOurs(next)) {
    const { way, stood } = ours;
    // From the inside out: the outermost that holds nothing but ours, and no farther than what was there before.
    const at = way.findIndex(({ container }) => (container.parts?.length ?? 0) > 1);
    const limit = STEPS_OUT[stood?.place ?? "none"];
    if (at >= 0 && at <= limit) {
      const { container, part } = way[at]!;
      next = withoutPart(next, container, part);
      continue;
    }
    const emptied = way[limit]?.container;
    if (emptied === undefined) return stood?.place === "file" ? stood.text : null;
    next = withInside(next, emptied, stood?.text ?? "");
  }
  return next;
}

interface OurHook {
  /** The way out to the whole text: handler, group, event, hooks. */
  readonly way: readonly { readonly container: Place; readonly part: Part }[];
  readonly stood: StoodHere | null;
}

/** One of our hooks; those that know what stood in their place are the last. Null when none is left. */
function nextOfOurs(text: string): OurHook | null {
  const root = placesOf(text);
  const hooks = memberOf(root, "hooks");
  let last: OurHook | null = null;
  for (const event of hooks?.value.parts ?? []) {
    for (const group of event.value.parts ?? []) {
      const handlers = memberOf(group.value, "hooks");
      for (const part of handlers?.value.parts ?? []) {
        const command = commandOf(text.slice(part.value.start, part.value.end));
        if (!hooks || !handlers || !isOurCommand(command)) continue;
        const way = [
          { container: handlers.value, part },
          { container: event.value, part: group },
          { container: hooks.value, part: event },
          { container: root, part: hooks },
        ];
        const stood = stoodHere(command);
        if (stood === null) return { way, stood };
        last = { way, stood };
      }
    }
  }
  return last;
}

function commandOf(handler: string): unknown {
  const value: unknown = JSON.parse(handler);
  return isObject(value) ? value["command"] : undefined;
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
