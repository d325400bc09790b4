// The hints of the first run: five steps, one line each. Whoever does a thing by himself is not told it again.
import { withPrefix } from "../domain/keys/bindings.ts";
import { type Effect } from "./effects.ts";
import { focusedPane, type Model } from "./model.ts";

export const COACH_STEPS = ["look", "delegate", "receipt", "needs", "leave"] as const;
export type CoachStep = (typeof COACH_STEPS)[number];

const WORDS: Readonly<Record<CoachStep, string>> = {
  look: "1/5 Look around: C-b and an arrow goes to another pane. (esc ends these hints)",
  delegate: "2/5 C-b D gives an agent a task.",
  receipt: "3/5 Watch its receipt: queued, written, confirmed.",
  needs: "4/5 C-b ! shows what needs you; questions are answered there.",
  leave: "5/5 C-b d leaves. Everything goes on, and `ia-tmux` brings it back.",
};

/** What the line for hints says now: the demo's words first. Null: nothing. */
export function captionOf(model: Model): string | null {
  if (model.coachDismissed || model.view === null) return null;
  const text = model.view.caption ?? (model.coach === null ? null : WORDS[model.coach]);
  return text === null ? null : withPrefix(text, model.prefixKey);
}

/** The step after what has just happened on the screen. */
export function advanceCoach(before: Model, after: Model): Model {
  if (after.coach === null || before.view === null) return after;
  const focus = (model: Model) => focusedPane(model)?.id ?? null;
  const hasNeeds = (model: Model) =>
    model.layers.some((layer) => layer.kind === "list" && layer.list === "needs");
  let at = COACH_STEPS.indexOf(after.coach);
  if (at === 0 && focus(before) !== null && focus(before) !== focus(after)) at = 1;
  if (at < 2 && after.followed.length > before.followed.length) at = 2;
  if (at === 2 && after.followed.length < before.followed.length) at = 3;
  if (at === 3 && !hasNeeds(before) && hasNeeds(after)) at = 4;
  const coach = COACH_STEPS[at] ?? after.coach;
  return coach === after.coach ? after : { ...after, coach };
}

/** No more hints, here or in any other project. */
export function endCoach(model: Model): readonly [Model, readonly Effect[]] {
  if (model.coachDismissed) return [model, []];
  return [
    { ...model, coach: null, coachDismissed: true },
    [{ type: "call", method: "coach.end", params: {}, reply: { kind: "nothing" } }],
  ];
}
