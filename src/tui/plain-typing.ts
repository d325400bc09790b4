// The way of most keys: characters that can only be text for a pane's program go there before anything else is looked at.
import type { InputModes } from "../domain/keys/encode.ts";
import type { Model } from "./model.ts";
import { typingTargets } from "./update/run-command.ts";

/** A prefix that is no character: with another one every key has to be looked at. */
const PREFIX_IS_NO_TEXT = /^(?:[CM]-.+|F\d+)$/u;

/** The panes that get printable ASCII as it is. Null when a layer, the prefix or a program wants to see it as keys. */
export function plainTypingTargets(
  model: Model,
  modesOf: (paneNumber: number) => Pick<InputModes, "kittyFlags" | "modifyOtherKeys">,
): readonly number[] | null {
  if (model.layers.length > 0 || model.prefix.kind !== "off" || model.readOnly) return null;
  if (model.link.kind !== "up" || !PREFIX_IS_NO_TEXT.test(model.prefixKey)) return null;
  const targets = typingTargets(model);
  const arePlain = targets.every((number) => {
    const { kittyFlags, modifyOtherKeys } = modesOf(number);
    return kittyFlags === 0 && modifyOtherKeys === 0;
  });
  return targets.length > 0 && arePlain ? targets : null;
}
