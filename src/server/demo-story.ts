// The demo plays one delegation by itself, with captions, and then leaves the stage to the user.
import type { Clock } from "../base/clock.ts";
import type { Fact } from "../domain/facts.ts";
import { agentActor } from "../domain/session/actor.ts";
import type { Services } from "./compose.ts";

/** Time to read a caption before the story goes on. */
const READ_MS = 2_500;
/** How long the last caption stays. */
const LAST_MS = 20_000;

const TASK = "Add a greeting to hello.txt and tell me when it is there.";

export function createDemoStory(deps: { readonly services: Services; readonly clock: Clock }) {
  const { services, clock } = deps;
  let caption: string | null = null;
  let delegated: { taskId: string; principal: string; delegate: string } | null = null;

  function say(text: string | null) {
    caption = text;
    services.changes.emit();
  }

  function castOf() {
    const playing = services.session
      .all()
      .filter((agent) => agent.profile === "demo" && agent.paneId !== null);
    const principal = playing.find((agent) => agent.role === "principal");
    const delegate = playing.find((agent) => agent.role === "delegate");
    return principal && delegate ? { principal: principal.name, delegate: delegate.name } : null;
  }

  function begin() {
    const cast = castOf();
    if (!cast) return;
    say("No agent CLI was found, so these are three demo agents. Watch one task go from one to another.");
    services.inBackground(
      "demo",
      services.wait
        .until({
          what: "the demo agents are idle",
          check: () => (isIdle(cast.principal) && isIdle(cast.delegate) ? true : null),
          standing: () => "starting",
          timeoutMs: 20_000,
        })
        .then(() => clock.after(READ_MS, () => services.inBackground("demo", delegate(cast)))),
    );
  }

  async function delegate(cast: { principal: string; delegate: string }) {
    say(
      `${cast.principal} delegates to ${cast.delegate}. The relay is written when ${cast.delegate} is idle and nobody types.`,
    );
    const { task } = await services.delegation.delegate(agentActor(cast.principal), {
      to: cast.delegate,
      text: TASK,
    });
    delegated = { taskId: task.id, ...cast };
    services.facts.on(follow);
  }

  function follow(fact: Fact) {
    if (!delegated) return;
    const { taskId, principal, delegate: helper } = delegated;
    if (
      fact.kind === "delivery.changed" &&
      fact.delivery.taskId === taskId &&
      fact.delivery.kind === "relay"
    ) {
      if (fact.delivery.state === "confirmed")
        say(`The receipt says confirmed: ${helper}'s own hook named the relay. No guess.`);
    } else if (fact.kind === "task.moved" && fact.task.id === taskId && fact.to === "in_progress") {
      say(`${helper} works on it: look at the state in the border of its pane.`);
    } else if (fact.kind === "task.moved" && fact.task.id === taskId && fact.to === "completed") {
      say(`${helper} is done. The news goes to ${principal} the same safe way.`);
      clock.after(READ_MS * 2, () => {
        say("Your turn: C-b D delegates a task, C-b ! shows what needs you, C-b ? all keys, C-b d leaves.");
        clock.after(LAST_MS, () => say(null));
      });
      delegated = null;
    }
  }

  function isIdle(name: string): boolean {
    const pane = services.panes.byAgent(name);
    return pane !== undefined && services.states.of(pane).state.name === "idle";
  }

  return { begin, caption: () => caption };
}
