import * as z from "zod";
import { AppError } from "../../base/errors.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { PRESETS } from "../layout/presets.ts";
import { hasPane, isWellFormed, LayoutNodeSchema, paneIdsOf } from "../layout/tree.ts";

export const MAX_WINDOWS = 999;

/** A window: panes side by side, shown together. Only ids here ("%1"); what runs in a pane is kept elsewhere. */
export const WindowSchema = z.object({
  id: z.string().regex(/^@\d+$/),
  /** What the status line shows and `C-b 3` goes to; gaps are allowed. */
  index: z.number().int().min(1).max(MAX_WINDOWS),
  name: z.string().max(64),
  /** Nobody gave the name: it follows what runs in the window. */
  autoName: z.boolean().default(false),
  tree: LayoutNodeSchema,
  focusedPaneId: z.string(),
  /** The other panes that had the focus, most recent first. */
  focusHistory: z.array(z.string()),
  zoomedPaneId: z.string().nullable(),
  /** Keys go to every pane of the window. */
  synchronized: z.boolean(),
  /** The last preset that was applied: where the key for the next layout goes on. */
  preset: z.enum(PRESETS).nullable(),
  /** How its panes stood before they were last arranged. */
  before: LayoutNodeSchema.nullable().default(null),
});
export type Window = Readonly<z.infer<typeof WindowSchema>>;

/** The windows of a project, in order of their index. No windows: nothing runs any more, and both ids are null. */
export interface Session {
  readonly windows: readonly Window[];
  readonly currentWindowId: string | null;
  /** The window shown before the current one; null if there is none. */
  readonly lastWindowId: string | null;
  /** For the next window's id; ids are never used twice. */
  readonly nextWindowNumber: number;
}

export const SessionSchema: z.ZodType<Session> = z
  .object({
    windows: z.array(WindowSchema),
    currentWindowId: z.string().nullable(),
    lastWindowId: z.string().nullable(),
    nextWindowNumber: z.number().int().positive(),
  })
  .superRefine((session, context) => {
    for (const message of violations(session)) context.addIssue({ code: "custom", message });
  });

export const EMPTY_SESSION: Session = {
  windows: [],
  currentWindowId: null,
  lastWindowId: null,
  nextWindowNumber: 1,
};

/** What every transition keeps true; empty if all is well. */
export function violations(session: Session): string[] {
  const found: string[] = [];
  const check = (holds: boolean, what: string) => {
    if (!holds) found.push(what);
  };
  const { windows } = session;
  const windowIds = windows.map((window) => window.id);
  const paneIds = windows.flatMap((window) => paneIdsOf(window.tree));
  check(new Set(windowIds).size === windowIds.length, "two windows have one id");
  check(new Set(paneIds).size === paneIds.length, "a pane is in two places");
  check(
    windows.every((window, at) => at === 0 || window.index > (windows[at - 1]?.index ?? 0)),
    "windows are out of order or share an index",
  );
  check(
    (session.currentWindowId === null) === (windows.length === 0),
    "there is a current window exactly when there are windows",
  );
  check(
    session.currentWindowId === null || windowIds.includes(session.currentWindowId),
    "the current window does not exist",
  );
  const { lastWindowId } = session;
  check(
    lastWindowId === null || (windowIds.includes(lastWindowId) && lastWindowId !== session.currentWindowId),
    "the last window is not another one",
  );
  for (const window of windows) {
    const { id, tree, focusedPaneId, focusHistory, zoomedPaneId } = window;
    check(Number(id.slice(1)) < session.nextWindowNumber, `${id} is from the future`);
    check(isWellFormed(tree), `${id}: its layout is not well-formed`);
    check(hasPane(tree, focusedPaneId), `${id}: its focused pane does not exist`);
    check(
      new Set([focusedPaneId, ...focusHistory]).size === focusHistory.length + 1,
      `${id}: a pane is twice in its focus history`,
    );
    check(
      focusHistory.every((paneId) => hasPane(tree, paneId)),
      `${id}: a pane of its focus history does not exist`,
    );
    check(
      zoomedPaneId === null || (zoomedPaneId === focusedPaneId && tree.kind === "split"),
      `${id}: what is zoomed is not its focused pane`,
    );
  }
  return found;
}

export function currentWindow(session: Session): Window | null {
  return session.windows.find((window) => window.id === session.currentWindowId) ?? null;
}

export function windowOfPane(session: Session, paneId: string): Window | null {
  return session.windows.find((window) => hasPane(window.tree, paneId)) ?? null;
}

/** The pane that had the focus before, in the same window. */
export function lastPaneId(window: Window): string | null {
  return window.focusHistory[0] ?? null;
}

/** The pane that keys go to; null in an empty session. */
export function focusedPaneId(session: Session): string | null {
  return currentWindow(session)?.focusedPaneId ?? null;
}

export function findWindow(session: Session, windowId: string): Result<Window> {
  const window = session.windows.find((candidate) => candidate.id === windowId);
  return window === undefined
    ? err(new AppError("not-found", `There is no window ${windowId}.`))
    : ok(window);
}

export function findWindowOfPane(session: Session, paneId: string): Result<Window> {
  const window = windowOfPane(session, paneId);
  return window === null ? err(new AppError("not-found", `There is no pane ${paneId}.`)) : ok(window);
}

/** A move that makes no sense now: the reason goes to the human, who pressed a key for it. */
export function refuse(message: string, hint?: string): { readonly ok: false; readonly error: AppError } {
  return { ok: false, error: new AppError("illegal-move", message, hint === undefined ? {} : { hint }) };
}

export function replaceWindow(session: Session, window: Window): Session {
  return { ...session, windows: session.windows.map((old) => (old.id === window.id ? window : old)) };
}

/** The window with the focus on another of its panes; a zoom ends with that. */
export function withFocus(window: Window, paneId: string): Window {
  if (window.focusedPaneId === paneId) return window;
  const focusHistory = [window.focusedPaneId, ...window.focusHistory].filter((id) => id !== paneId);
  return { ...window, focusedPaneId: paneId, focusHistory, zoomedPaneId: null };
}
