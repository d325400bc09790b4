import type { Activity } from "../domain/activity/activity.ts";
import type { Params } from "../protocol/methods.ts";
import { formatClock } from "./duration.ts";
import type { CommandContext } from "./command.ts";
import { inertText } from "../domain/text/inert.ts";

type Filter = Params<"activity.list">;

/** Prints what is there, then what happens, until the server ends or the program is interrupted. */
export async function followActivity(context: CommandContext, filter: Filter): Promise<void> {
  const connection = await context.connection();
  const seen = new Set<string>();
  const waiting: Activity[] = [];
  let listed = false;
  const print = (entry: Activity) => {
    if (seen.has(entry.id) || !fits(entry, filter)) return;
    seen.add(entry.id);
    context.output.line(entry, () => activityLine(context, entry));
  };
  const ended = new Promise<void>((resolve) => connection.onClose(() => resolve()));
  connection.onNotice((notice) => {
    if (notice.notice !== "event" || notice.event.kind !== "activity.logged") return;
    const entry = notice.event["activity"] as Activity;
    if (listed) print(entry);
    else waiting.push(entry);
  });
  // Listening before the first look: what happens between the two is not missed.
  await connection.call("events.subscribe", {});
  for (const entry of await connection.call("activity.list", filter)) print(entry);
  listed = true;
  for (const entry of waiting) print(entry);
  seen.clear();
  await ended;
}

export function activityLine(context: Pick<CommandContext, "output">, entry: Activity): string {
  const { output } = context;
  return `${output.paint(formatClock(entry.atMs), "dim")} ${inertText(entry.actor)} ${output.paint(inertText(entry.kind), "accent")} ${inertText(entry.text, 400)}`;
}

function fits(entry: Activity, { kind, actor, ref }: Filter): boolean {
  return (
    (kind === undefined || entry.kind === kind || entry.kind.startsWith(`${kind}.`)) &&
    (actor === undefined || entry.actor.toLowerCase() === actor.toLowerCase()) &&
    (ref === undefined || entry.id === ref || Object.values(entry.refs).includes(ref))
  );
}
