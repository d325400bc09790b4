import { AppError } from "../../base/errors.ts";
import { quoted } from "../session/rules.ts";
import { PRIORITIES, type Priority, type Task } from "./task.ts";

export function priorityRank(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}

/** The more urgent first; of equal ones the older. */
export function byUrgency(left: Task, right: Task): number {
  return (
    priorityRank(right.priority) - priorityRank(left.priority) ||
    left.createdAtMs - right.createdAtMs ||
    left.logicalTime - right.logicalTime
  );
}

const MIN_PREFIX = 3;

/**
 * The task somebody means: by id, by the beginning of an id (at least three characters behind the dash), or by title,
 * ignoring case. Throws `not-found`, or `conflict` when several are meant.
 */
export function resolveTask(reference: string, tasks: readonly Task[]): Task {
  const wanted = reference.trim();
  const exact = tasks.find((task) => task.id === wanted);
  if (exact !== undefined) return exact;
  const folded = wanted.toLowerCase();
  const titled = wanted === "" ? [] : tasks.filter((task) => task.title.toLowerCase() === folded);
  if (titled.length > 0) return onlyOne(titled, wanted);
  const bare = folded.replace(/^task-/, "");
  const started =
    bare.length < MIN_PREFIX
      ? []
      : tasks.filter((task) => task.id.startsWith(folded) || task.id.replace(/^task-/, "").startsWith(bare));
  if (started.length > 0) return onlyOne(started, wanted);
  throw new AppError("not-found", `no task ${quoted(reference)}`, { hint: "See: ia-tmux task list" });
}

function onlyOne(found: readonly Task[], wanted: string): Task {
  const first = found[0];
  if (first !== undefined && found.length === 1) return first;
  throw new AppError("conflict", `${quoted(wanted)} is ambiguous: ${found.length} tasks match`, {
    hint: `Use an id: ${found
      .slice(0, 5)
      .map((task) => `${task.id} (${task.status})`)
      .join(", ")}${found.length > 5 ? ", …" : ""}`,
  });
}

/** As the schema counts them. */
export const MAX_TITLE_CHARACTERS = 200;
const QUICK_TITLE_CHARACTERS = 100;

/**
 * Title and description of a task that is given as one text: the title is one line of at most 100 characters, and nothing of
 * the text is lost. `more`, what was said beside it, goes below.
 */
export function splitQuickText(text: string, more = ""): { title: string; description: string } {
  const trimmed = text.trim();
  const line = trimmed.replace(/\s+/g, " ");
  let title = "";
  for (const character of graphemes(line).slice(0, QUICK_TITLE_CHARACTERS)) {
    if (title.length + character.length > MAX_TITLE_CHARACTERS) break;
    title += character;
  }
  const parts = [title === trimmed ? "" : trimmed, more.trim()];
  return { title, description: parts.filter((part) => part !== "").join("\n\n") };
}

/** What a reader takes for one character stays whole. */
function graphemes(text: string): readonly string[] {
  // More than enough code units for 100 characters, and a bound on what is segmented.
  const head = text.slice(0, QUICK_TITLE_CHARACTERS * 32);
  return Array.from(
    new Intl.Segmenter("en", { granularity: "grapheme" }).segment(head),
    (part) => part.segment,
  );
}
