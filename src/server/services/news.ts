// Short news of ours for one agent: on its way while there is room, else a letter in the inbox. Owns nothing.
import { actorNamed } from "../../domain/session/actor.ts";
import type { Priority } from "../../domain/task/task.ts";
import type { MessageService } from "./message-service.ts";
import type { RelayService } from "./relay-service.ts";
import type { SessionService } from "./session-service.ts";

export interface News {
  readonly from: string;
  readonly to: string;
  readonly priority: Priority;
  readonly taskId: string | null;
  /** What its pane is told. */
  readonly body: string;
  /** What its inbox says instead when too much waits for the pane; without it `body` under `subject`. */
  readonly letter: { readonly subject: string; readonly body?: string };
}

export interface NewsDeps {
  readonly session: Pick<SessionService, "find">;
  readonly messages: Pick<MessageService, "inbox" | "send">;
  readonly relay: Pick<RelayService, "enqueue" | "isWaiting" | "roomFor">;
}

/**
 * What finds no room stays in the inbox and is announced when there is some, as all mail. What is about no task and waits
 * there in the same words is not said twice: a lock that changes hands all day is one piece of news. An agent that is
 * not known any more is told nothing.
 */
export function createNews({ session, messages, relay }: NewsDeps) {
  return async function tell({ from, to, priority, taskId, body, letter }: News): Promise<void> {
    if (!session.find(to) || (taskId === null && relay.isWaiting(to, body))) return;
    if (relay.roomFor(to) > 0) {
      await relay.enqueue({ kind: "notice", from, to, priority, taskId, messageIds: [], body });
      return;
    }
    const text = { subject: letter.subject, body: letter.body ?? body };
    if (taskId === null && messages.inbox(to).some((one) => one.type === "notice" && one.body === text.body))
      return;
    const about = taskId === null ? {} : { taskId };
    await messages.send(actorNamed(from), { to, type: "notice", priority, ...text, ...about });
  };
}
