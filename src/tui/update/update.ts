// The whole of what the screen decides: a message and a model in, a model and effects out. Nothing here does anything.
import { advanceCoach } from "../coach.ts";
import { createEditor } from "../editor.ts";
import type { Message } from "../message.ts";
import type { Model } from "../model.ts";
import { type Change, findLayer, replaceLayer, same, toast } from "./change.ts";
import { holdOrTake, takeHeld } from "./held-input.ts";
import { input, tellColours } from "./keys.ts";
import { scrollOn, unwantedMouse } from "./mouse-select.ts";
import { notice, refetchStale, takeView } from "./notices.ts";
import { answered, refused } from "./replies.ts";
import { takeSettings } from "./settings.ts";
import { asWatcher } from "./watching.ts";

export function update(before: Model, message: Message): Change {
  const taken = take({ ...before, nowMs: Math.max(before.nowMs, message.atMs) }, message);
  const [after, effects] = takeHeld(taken, input);
  return asWatcher(before, [advanceCoach(before, after), effects]);
}

function take(model: Model, message: Message): Change {
  switch (message.type) {
    case "input":
      return holdOrTake(model, message.event, input);
    case "notice":
      return notice(model, message.notice);
    case "attached": {
      const [set, settingEffects] = takeSettings(model, message.settings);
      const [next, effects] = takeView(
        { ...set, layers: set.layers.filter((layer) => layer.kind !== "copy") },
        message.view,
      );
      const hints = {
        coach: message.coach && !model.readOnly && !next.coachDismissed ? (next.coach ?? "look") : null,
        coachDismissed: !message.coach || next.coachDismissed,
      } as const;
      return [{ ...next, ...hints }, [...settingEffects, ...effects, ...tellColours(model.terminalColours)]];
    }
    case "resized": {
      const size = { cols: message.cols, rows: message.rows };
      return [
        { ...model, size, drag: null },
        [{ type: "call", method: "client.resize", params: size, reply: { kind: "nothing" } }],
      ];
    }
    case "tick": {
      const [scrolled, effects] = scrollOn(expire(model));
      const [next, more] = refetchStale(scrolled);
      return [next, [...effects, ...more]];
    }
    case "answered":
      return answered(model, message.reply, message.result);
    case "refused":
      return refused(model, message.reply, message.message, message.hint);
    case "lost":
      return same({
        ...model,
        link: { kind: "lost", sinceMs: model.nowMs, attempt: 0, reason: message.reason },
        prefix: { kind: "off" },
        drag: null,
        held: null,
      });
    case "reconnecting":
      return same(
        model.link.kind === "lost" ? { ...model, link: { ...model.link, attempt: message.attempt } } : model,
      );
    case "edited": {
      const layer = findLayer(model, "delegate", message.layerId);
      if (message.text === null) return same(toast(model, "bad", message.problem));
      return same(
        layer ? replaceLayer(model, { ...layer, text: createEditor(message.text), field: "text" }) : model,
      );
    }
    case "unwanted-mouse":
      return unwantedMouse(model, message.paneId, message.event);
  }
}

/** Ends what has lasted long enough. */
function expire(model: Model): Model {
  const { nowMs } = model;
  return {
    ...model,
    toasts: model.toasts.filter((toast) => toast.untilMs > nowMs),
    layers: model.layers.filter((layer) => layer.kind !== "display-panes" || layer.untilMs > nowMs),
    prefix: model.prefix.kind === "repeat" && model.prefix.untilMs <= nowMs ? { kind: "off" } : model.prefix,
    followed: model.followed.filter((each) => each.untilMs > nowMs),
  };
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** When the screen would look different without anything happening: a toast ends, an age grows, a minute is over. */
export function nextWakeMs(model: Model): number {
  const times = [
    Math.floor(model.nowMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS,
    ...model.toasts.map((toast) => toast.untilMs),
  ];
  for (const layer of model.layers) {
    if (layer.kind === "display-panes") times.push(layer.untilMs);
    if (layer.kind === "list" && layer.stale) times.push(layer.fetchedAtMs + SECOND_MS / 2);
  }
  if (model.prefix.kind === "repeat") times.push(model.prefix.untilMs);
  if (model.drag?.kind === "select" && model.drag.beyond) times.push(model.drag.beyond.againAtMs);
  const ages =
    model.view?.agents.filter(
      (agent) => agent.state.name === "working" && model.nowMs - agent.state.sinceMs < 3_600_000,
    ) ?? [];
  for (const agent of ages) {
    const age = model.nowMs - agent.state.sinceMs;
    times.push(model.nowMs + SECOND_MS - (((age % SECOND_MS) + SECOND_MS) % SECOND_MS));
  }
  return Math.max(model.nowMs + 1, Math.min(...times));
}
