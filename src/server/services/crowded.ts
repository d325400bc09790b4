// Who is so far behind that nothing more gets through: a human has to see that, because those who write only hear of it.
import type { Message } from "../../domain/message/message.ts";
import { OPERATOR } from "../../domain/record.ts";
import { type Delivery, MAX_QUEUED_DELIVERIES } from "../../domain/relay/delivery.ts";
import { OPEN_STATES } from "./delivery-records.ts";
import { MAX_UNREAD } from "./message-service.ts";

export interface Crowded {
  /** An agent, or the operator. */
  readonly name: string;
  /** What there is too much of. */
  readonly what: "deliveries" | "unread";
  readonly text: string;
  /** When the last place was taken. */
  readonly sinceMs: number;
}

export interface CrowdedDeps {
  readonly agents: () => readonly { readonly name: string }[];
  readonly deliveries: () => readonly Delivery[];
  readonly unread: (name: string) => readonly Message[];
}

/** Both bounds of each agent, and the operator's own inbox, into which nothing is delivered. */
export function crowdedInboxes({ agents, deliveries, unread }: CrowdedDeps): readonly Crowded[] {
  const waiting = new Map<string, Delivery[]>();
  for (const one of deliveries()) {
    if (!OPEN_STATES.includes(one.state)) continue;
    const key = one.to.toLowerCase();
    const open = waiting.get(key);
    if (open === undefined) waiting.set(key, [one]);
    else open.push(one);
  }
  return [...agents().map(({ name }) => name), OPERATOR].flatMap((name): Crowded[] => {
    const open = waiting.get(name.toLowerCase()) ?? [];
    const mail = unread(name);
    const rows: Crowded[] = [];
    if (open.length >= MAX_QUEUED_DELIVERIES)
      rows.push({
        name,
        what: "deliveries",
        text: `${open.length} deliveries wait for it: tasks for it are refused, what is said to it stays in its inbox`,
        sinceMs: Math.max(...open.map(({ createdAtMs }) => createdAtMs)),
      });
    if (mail.length >= MAX_UNREAD)
      rows.push({
        name,
        what: "unread",
        text: `${mail.length} messages in ${name === OPERATOR ? "your" : "its"} inbox are unread: more are refused`,
        sinceMs: mail.at(-1)?.createdAtMs ?? 0,
      });
    return rows;
  });
}
