// Everything that a key can do, to be chosen with the mouse or with the arrows.
import { BINDING_GROUPS, commandOf, disabledReason, withPrefix } from "../../domain/keys/bindings.ts";
import { bindingContext } from "../update/change.ts";
import { action, cell, heading, type ListSpec, row } from "./list-row.ts";

/** Most wanted first: what one would look for in a menu of a window. */
const ORDER = ["Panes", "Windows", "Work together", "Look back", "Workspace", "Your own"] as const;

export const MENU_LIST: ListSpec = {
  title: "Menu",
  empty: "No key is bound.",
  fetch: null,
  rows(_value, model) {
    const context = bindingContext(model);
    return [...ORDER, ...BINDING_GROUPS.filter((group) => !ORDER.includes(group))].flatMap((group) => {
      const bindings = model.bindings.filter((binding) => binding.group === group);
      if (bindings.length === 0) return [];
      const rows = bindings.map((binding) => {
        const reason = disabledReason(commandOf(binding), context);
        const style = reason === null ? "overlay" : "overlayMuted";
        const why = reason === null ? null : withPrefix(reason, model.prefixKey);
        return row(
          `${group} ${binding.key}`,
          [
            cell(binding.description, 0, style),
            cell(`${model.prefixKey} ${binding.key}`, 12, "overlayMuted"),
          ],
          { actions: [action("Enter", "do it", { kind: "command", line: binding.command }, why)] },
        );
      });
      return [heading(group, group, rows.length), ...rows];
    });
  },
};
