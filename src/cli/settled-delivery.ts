import { AppError } from "../base/errors.ts";
import { inertText } from "../domain/text/inert.ts";
import type { CommandContext } from "./command.ts";

/** Waits until a relay is over, whichever way. */
export async function settledDelivery(context: CommandContext, delivery: string, timeoutMs: number) {
  const deadlineMs = context.world.nowMs() + timeoutMs;
  const leftMs = () => Math.max(0, deadlineMs - context.world.nowMs());
  const connection = await context.connection();
  // A subscription before the first look: what happens between the two is not missed.
  const changed = waitForEvents(connection);
  await connection.call("events.subscribe", {});
  for (;;) {
    const found = (await connection.call("delivery.list", {})).find((view) => view.id === delivery);
    if (!found) throw new AppError("not-found", `no delivery ${inertText(delivery)}`);
    if (["confirmed", "unconfirmed", "failed", "cancelled"].includes(found.state)) return found;
    if (!(await changed(leftMs()))) {
      throw new AppError("timeout", `The relay is still ${found.state}: ${inertText(found.reason)}`, {
        hint: `It goes on. Look with \`ia-tmux delivery show ${inertText(delivery)}\`.`,
      });
    }
  }
}

type Notices = Pick<Awaited<ReturnType<CommandContext["connection"]>>, "onNotice">;

/** Answers a function that resolves true at the next event (or at once, if one came meanwhile), false at the time-out. */
function waitForEvents(connection: Notices): (timeoutMs: number) => Promise<boolean> {
  let came = false;
  let wake: (() => void) | null = null;
  connection.onNotice((notice) => {
    if (notice.notice !== "event") return;
    came = true;
    wake?.();
  });
  return (timeoutMs) =>
    new Promise((resolve) => {
      const finish = (result: boolean) => {
        clearTimeout(timer);
        wake = null;
        came = false;
        resolve(result);
      };
      const timer = setTimeout(() => finish(false), timeoutMs);
      wake = () => finish(true);
      if (came) finish(true);
    });
}
