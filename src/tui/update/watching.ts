// A client that only watches: what would change something for the others is not sent.
import { READ_ONLY_REASON, withPrefix } from "../../domain/keys/bindings.ts";
import { onlyReads } from "../../domain/commands/reading.ts";
import type { Effect } from "../effects.ts";
import type { Model } from "../model.ts";
import { type Change, same, toast } from "./change.ts";

/** What a screen tells of itself and nobody asked for: left out without a word. What is copied is in the clipboard all the same. */
const UNASKED: ReadonlySet<string> = new Set(["client.mode", "client.colours", "coach.end", "buffer.set"]);

/** Says why not. */
export function refuseWatcher(model: Model): Change {
  return same(toast(model, "warn", withPrefix(READ_ONLY_REASON, model.prefixKey), "reason"));
}

/** The change as a watcher may have it: one with a request that changes something is refused whole, so that nothing closes for it. */
export function asWatcher(before: Model, [after, effects]: Change): Change {
  if (!before.readOnly) return [after, effects];
  const allowed = effects.filter((effect) => !isUnasked(effect));
  if (allowed.every(onlyLooks)) return [after, allowed];
  const { nowMs, prefix } = after;
  return refuseWatcher({ ...before, nowMs, prefix, drag: null });
}

function isUnasked(effect: Effect): boolean {
  return effect.type === "focus" || (effect.type === "call" && UNASKED.has(effect.method));
}

function onlyLooks(effect: Effect): boolean {
  switch (effect.type) {
    case "call":
      return onlyReads(effect.method, effect.params);
    case "publish-spec":
    case "key":
    case "key-release":
    case "text":
    case "paste":
    case "mouse":
      return false;
    default:
      return true;
  }
}
