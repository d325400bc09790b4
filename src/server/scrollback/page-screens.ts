// The screens of pages, of all panes.
import type { Screen } from "../../terminal/screen.ts";
import type { Page } from "./pane-pages.ts";

export type PageScreens = ReturnType<typeof createPageScreens>;

/** Each has some megabytes, with a long scrollback many. The one used longest ago goes, and is made again when it is wanted. */
const MAX_SCREENS = 3;
const MAX_CELLS = 8_000_000;

export function createPageScreens() {
  /** The one used last is last. */
  const screens = new Map<Page, Screen>();

  function keep(page: Page, screen: Screen): void {
    screens.delete(page);
    screens.set(page, screen);
    for (const oldest of screens.keys()) {
      if (oldest === page || (screens.size <= MAX_SCREENS && cells() <= MAX_CELLS)) break;
      // It is not disposed of: a search may be going through it. It holds nothing but memory.
      screens.delete(oldest);
    }
  }

  function cells(): number {
    return [...screens.values()].reduce(
      (sum, { cols, rows, historyLength }) => sum + cols * (rows + historyLength),
      0,
    );
  }

  return {
    get(page: Page): Screen | undefined {
      const screen = screens.get(page);
      if (screen) keep(page, screen);
      return screen;
    },
    keep,
    drop: (page: Page) => void screens.delete(page),
  };
}
