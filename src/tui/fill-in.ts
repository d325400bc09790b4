// Words with places for what the screen shows, as tmux writes them: `#W`, `#{agent}`, `%H:%M`.
import { wallTime } from "./format.ts";
import { agentOfPane, currentWindow, focusedPane, type Model, paneLabel } from "./model.ts";

/** `#` and a letter, and the longer name for the same. */
const PLACES: Readonly<Record<string, (model: Model) => string>> = {
  S: (model) => model.view?.project.name ?? "",
  I: (model) => String(currentWindow(model)?.index ?? ""),
  W: (model) => currentWindow(model)?.name ?? "",
  P: (model) => String(focusedPane(model)?.index ?? ""),
  D: (model) => focusedPane(model)?.id ?? "",
  T: (model) => {
    const pane = focusedPane(model);
    return pane ? paneLabel(pane) : "";
  },
  A: (model) => focusedPane(model)?.agent ?? "",
  F: (model) => (currentWindow(model)?.zoomed ? "Z" : ""),
};
const LONG: Readonly<Record<string, string>> = {
  session_name: "S",
  project: "S",
  window_index: "I",
  window_name: "W",
  pane_index: "P",
  pane_id: "D",
  pane_title: "T",
  agent: "A",
  window_flags: "F",
};
/** What else a status line may be asked for. */
const STATES: Readonly<Record<string, (model: Model) => string>> = {
  agent_state: (model) => agentOfPane(model, focusedPane(model))?.state.name ?? "",
  pane_current_path: (model) => focusedPane(model)?.cwd ?? "",
};
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Fills the places in. `##` and `%%` stand for themselves; what is not known stays as it is. Times are to the minute. */
export function fillIn(text: string, model: Model): string {
  return text.replace(/#\{(\w+)\}|#(.)|%([A-Za-z%])/gu, (whole, long, short, time) => {
    if (typeof time === "string") return timePart(time, model) ?? whole;
    if (short === "#") return "#";
    const name = typeof long === "string" ? LONG[long] : short;
    const place = PLACES[name as string] ?? STATES[long as string];
    return place ? place(model) : whole;
  });
}

function timePart(letter: string, model: Model): string | null {
  const local = new Date(model.nowMs + model.offsetMinutes * 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  switch (letter) {
    case "%":
      return "%";
    case "H":
      return wallTime(model.nowMs, model.offsetMinutes).slice(0, 2);
    case "M":
      return wallTime(model.nowMs, model.offsetMinutes).slice(3);
    case "R":
      return wallTime(model.nowMs, model.offsetMinutes);
    case "d":
      return two(local.getUTCDate());
    case "m":
      return two(local.getUTCMonth() + 1);
    case "y":
      return two(local.getUTCFullYear() % 100);
    case "Y":
      return String(local.getUTCFullYear());
    case "F":
      return local.toISOString().slice(0, 10);
    case "a":
      return DAYS[local.getUTCDay()] ?? "";
    case "b":
      return MONTHS[local.getUTCMonth()] ?? "";
    default:
      return null;
  }
}
