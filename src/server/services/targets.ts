// Which pane or window a person or a program means by what it wrote.
import { AppError } from "../../base/errors.ts";
import { paneIdsOf } from "../../domain/layout/tree.ts";
import { currentWindow, focusedPaneId, type Session, type Window } from "../../domain/mux/model.ts";
import type { PaneRuntime } from "./pane-runtime.ts";
import type { PaneService } from "./pane-service.ts";

export function createTargets(panes: PaneService, mux: () => Session) {
  function focused(): PaneRuntime | null {
    const id = focusedPaneId(mux());
    return id === null ? null : (panes.get(id) ?? null);
  }

  function byId(target: string) {
    return target.startsWith("%") ? panes.get(target) : undefined;
  }

  function byIndex(target: string): PaneRuntime | undefined {
    const match = /^(?::?(\d+)\.)?(\d+)$/.exec(target);
    if (!match) return undefined;
    const window =
      match[1] === undefined
        ? currentWindow(mux())
        : mux().windows.find((one) => one.index === Number(match[1]));
    const id = window ? paneIdsOf(window.tree)[Number(match[2]) - 1] : undefined;
    return id === undefined ? undefined : panes.get(id);
  }

  /** As tmux has it: `:2` is the pane of window 2 that has the keys there. */
  function byWindow(target: string) {
    if (!target.startsWith(":")) return undefined;
    const window = windowOf(target);
    return window && panes.get(window.focusedPaneId);
  }

  function windowOf(target: string) {
    const name = target.replace(/^:/, "").toLowerCase();
    return mux().windows.find(
      (one) => one.id === name || String(one.index) === name || one.name.toLowerCase() === name,
    );
  }

  function byName(target: string) {
    const name = target.toLowerCase();
    return panes
      .all()
      .find(({ record }) => record.title?.toLowerCase() === name || record.name?.toLowerCase() === name);
  }

  return {
    focused,

    /** `%3`, a number in the current window, `window.pane`, `:window`, an agent's name; nothing: the focused pane. */
    resolve(target: string | undefined): PaneRuntime {
      if (target === undefined || target === "") {
        const pane = focused();
        if (pane) return pane;
        throw new AppError("not-found", "There is no pane.", { hint: "Open one: ia-tmux window new" });
      }
      const found =
        byId(target) ?? byIndex(target) ?? byWindow(target) ?? panes.byAgent(target) ?? byName(target);
      if (found) return found;
      throw new AppError("not-found", `There is no pane "${target}".`, {
        hint: "A pane is %3, a number in the current window, window.pane, or an agent's name; see `ia-tmux ls`.",
      });
    },

    resolveWindow(target: string | undefined): Window {
      const window = target === undefined ? currentWindow(mux()) : windowOf(target);
      if (window) return window;
      throw new AppError("not-found", `There is no window "${target ?? ""}".`, { hint: "See `ia-tmux ls`." });
    },
  };
}
