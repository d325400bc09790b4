// Keys that come while copy mode waits for rows or hits. They act on what is not here yet, so they wait with it, in order.
import type { InputEvent } from "../../domain/keys/events.ts";
import { formatKey } from "../../domain/keys/key.ts";
import { isWaiting } from "../copy/needs.ts";
import type { Effect } from "../effects.ts";
import { type Model, topLayer } from "../model.ts";
import { type Change, findLayer, same, toast } from "./change.ts";
import { stopReading } from "./older-lines.ts";

/** Nobody types as many ahead; a key that repeats while the server hangs does. */
const MAX_HELD = 500;

type TakeInput = (model: Model, event: InputEvent) => Change;

/** Takes the event, unless the layer that it is for waits. `take` decides what it does. */
export function holdOrTake(model: Model, event: InputEvent, take: TakeInput): Change {
  const layer = topLayer(model);
  const isTyped = (event.type === "key" && event.action !== "release") || event.type === "paste";
  if (!isTyped || layer?.kind !== "copy" || !isWaiting(layer.copy)) return takeOrAgain(model, event, take);
  if (event.type === "key" && ["Escape", "C-c"].includes(formatKey(event))) {
    const isReading = layer.copy.older === "awaited" || layer.copy.search?.seeks != null;
    return isReading
      ? same(stopReading({ ...model, held: null }, layer))
      : take({ ...model, held: null }, event);
  }
  const events = model.held?.layerId === layer.id ? model.held.events : [];
  if (events.length >= MAX_HELD)
    return same(toast(model, "warn", "The server has not answered yet; Escape leaves copy mode.", "held"));
  return same({ ...model, held: { layerId: layer.id, events: [...events, event] } });
}

/** A key that led above the oldest row that is known is done again when more were read. */
function takeOrAgain(model: Model, event: InputEvent, take: TakeInput): Change {
  const [next, effects] = take(model, event);
  const layer = topLayer(next);
  if (event.type !== "key" || layer?.kind !== "copy" || layer.copy.older !== "awaited")
    return [next, effects];
  return [{ ...next, held: { layerId: layer.id, events: [event] } }, effects];
}

/** Does what was held, if it need not wait any longer. What was meant for a layer that is gone or covered is dropped. */
export function takeHeld([model, effects]: Change, take: TakeInput): Change {
  const { held } = model;
  if (held === null) return [model, effects];
  const layer = findLayer(model, "copy", held.layerId);
  if (!layer || topLayer(model)?.id !== layer.id) return [{ ...model, held: null }, effects];
  if (isWaiting(layer.copy)) return [model, effects];
  let next: Model = { ...model, held: null };
  const all: Effect[] = [...effects];
  for (const event of held.events) {
    const [after, more] = holdOrTake(next, event, take);
    next = after;
    all.push(...more);
  }
  return [next, all];
}
