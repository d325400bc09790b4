// Captions for the demo: its leading agent gives away one task by itself, and these lines say what is to be seen.
import type { Clock } from "../base/clock.ts";
import type { Fact } from "../domain/facts.ts";
import { OPERATOR } from "../domain/record.ts";
import type { Services } from "./compose.ts";

/** Time to read a caption before the next one. */
const READ_MS = 6_000;
/** How long the last caption stays. */
const LAST_MS = 30_000;

export type DemoStory = ReturnType<typeof createDemoStory>;

export function createDemoStory(deps: { readonly services: Services; readonly clock: Clock }) {
  const { services, clock } = deps;
  let caption: string | null = null;
  let taskId: string | null = null;
  let stopFollowing: (() => void) | null = null;

  function say(text: string | null) {
    caption = text;
    services.changes.emit();
  }

  function follow(fact: Fact) {
    if (fact.kind === "delivery.changed") {
      const { delivery } = fact;
      if (delivery.kind !== "relay" || delivery.from === OPERATOR) return;
      taskId ??= delivery.taskId;
      if (delivery.taskId !== taskId) return;
      if (delivery.state === "queued") {
        say(
          `${delivery.from} gives ${delivery.to} a task. It is written once ${delivery.to} is idle and nobody types.`,
        );
      } else if (delivery.state === "confirmed") {
        say(`Confirmed: ${delivery.to} has it; its own hook named the relay.`);
      }
    } else if (fact.kind === "task.moved" && fact.task.id === taskId) {
      const helper = fact.task.assignee ?? fact.by;
      if (fact.to === "in_progress") say(`${helper} works on it: see the state in its border.`);
      if (fact.to === "completed") {
        say(`${helper} is done. ${fact.task.assigner} hears of it in the same safe way.`);
        clock.after(READ_MS, end);
      }
    }
  }

  function end() {
    stopFollowing?.();
    stopFollowing = null;
    say("Your turn: C-b D delegates, C-b ! shows what needs you, C-b ? all keys.");
    clock.after(LAST_MS, () => say(null));
  }

  return {
    caption: () => caption,
    begin() {
      stopFollowing?.();
      taskId = null;
      stopFollowing = services.facts.on(follow);
      say("No agent is installed: these are demo agents. Watch a task go its way.");
    },
  };
}
