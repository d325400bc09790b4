import { ok, type Result } from "../../base/result.ts";
import { closePane, hasPane, type LayoutNode, leaf, paneIdsOf } from "../layout/tree.ts";
import {
  currentWindow,
  findWindow,
  MAX_WINDOWS,
  refuse,
  replaceWindow,
  type Session,
  type Window,
} from "./model.ts";

export interface NewWindow {
  name: string;
  /** One pane, or a whole layout with its panes. */
  tree: LayoutNode | string;
  /** Of `tree`; its first pane if not given. */
  focusedPaneId?: string | undefined;
  /** Its focused pane fills it. */
  zoomed?: boolean | undefined;
  autoName?: boolean;
}

/** Opens a window at the lowest free index and goes there. Its id is the highest so far, plus one. */
export function newWindow(
  session: Session,
  { name, tree, focusedPaneId, zoomed = false, autoName = false }: NewWindow,
): Result<Session> {
  const index = freeIndex(session);
  if (index === null) return refuse(`There are ${MAX_WINDOWS} windows already.`, "Close one.");
  const node = typeof tree === "string" ? leaf(tree) : tree;
  const focused = focusedPaneId ?? paneIdsOf(node)[0] ?? "";
  const window: Window = {
    id: `@${session.nextWindowNumber}`,
    index,
    name: name.slice(0, 64),
    autoName,
    tree: node,
    focusedPaneId: focused,
    focusHistory: [],
    zoomedPaneId: zoomed && node.kind === "split" ? focused : null,
    synchronized: false,
    preset: null,
    before: null,
  };
  const taken = paneIdsOf(node).find((paneId) =>
    session.windows.some((other) => hasPane(other.tree, paneId)),
  );
  if (taken !== undefined) return refuse(`Pane ${taken} is in a window already.`);
  const windows = inOrder([...session.windows, window]);
  return ok(show({ ...session, windows, nextWindowNumber: session.nextWindowNumber + 1 }, window.id));
}

export function renameWindow(session: Session, windowId: string, name: string): Result<Session> {
  const found = findWindow(session, windowId);
  return found.ok
    ? ok(replaceWindow(session, { ...found.value, name: name.slice(0, 64), autoName: false }))
    : found;
}

/** A name after what runs there; one that somebody gave meanwhile stays. */
export function autoNameWindow(session: Session, windowId: string, name: string): Result<Session> {
  const found = findWindow(session, windowId);
  if (!found.ok) return found;
  return ok(
    found.value.autoName ? replaceWindow(session, { ...found.value, name: name.slice(0, 64) }) : session,
  );
}

export type WindowTarget = { index: number } | { id: string } | "next" | "previous" | "last";

/** Goes to a window; next and previous go round. */
export function selectWindow(session: Session, target: WindowTarget): Result<Session> {
  const wanted = resolveWindow(session, target);
  return wanted.ok ? ok(show(session, wanted.value.id)) : wanted;
}

function resolveWindow(session: Session, target: WindowTarget): Result<Window> {
  const { windows, lastWindowId } = session;
  if (typeof target === "object") {
    if ("id" in target) return findWindow(session, target.id);
    const window = windows.find((candidate) => candidate.index === target.index);
    return window === undefined
      ? refuse(`There is no window ${target.index}.`, "C-b w lists the windows.")
      : ok(window);
  }
  if (target === "last")
    return lastWindowId === null
      ? refuse("There is no last window: you have been in one only.")
      : findWindow(session, lastWindowId);
  if (windows.length < 2) return refuse("There is no other window.", "C-b c opens one.");
  const at = windows.findIndex((window) => window.id === session.currentWindowId);
  const other = windows.at((at + (target === "next" ? 1 : -1)) % windows.length);
  return other === undefined ? refuse("There is no other window.") : ok(other);
}

/** Gives a window another index; a window that has it takes the index that becomes free. */
export function moveWindow(session: Session, windowId: string, index: number): Result<Session> {
  const found = findWindow(session, windowId);
  if (!found.ok) return found;
  if (!Number.isInteger(index) || index < 1 || index > MAX_WINDOWS)
    return refuse(`A window's index is from 1 to ${MAX_WINDOWS}.`);
  const free = found.value.index;
  const windows = session.windows.map((window) => {
    if (window.id === windowId) return { ...window, index };
    return window.index === index ? { ...window, index: free } : window;
  });
  return ok({ ...session, windows: inOrder(windows) });
}

/** Closes a window with all its panes; their programs are the caller's to end. */
export function killWindow(session: Session, windowId: string): Result<Session> {
  const found = findWindow(session, windowId);
  return found.ok ? ok(withoutWindow(session, found.value)) : found;
}

/** The session without a window. If it was shown, the last one is shown, else the one before it. */
export function withoutWindow(session: Session, window: Window): Session {
  const at = session.windows.findIndex((candidate) => candidate.id === window.id);
  const windows = session.windows.toSpliced(at, 1);
  const lastWindowId = session.lastWindowId === window.id ? null : session.lastWindowId;
  if (session.currentWindowId !== window.id) return { ...session, windows, lastWindowId };
  const next = lastWindowId ?? windows[Math.max(0, at - 1)]?.id ?? null;
  return { ...session, windows, currentWindowId: next, lastWindowId: null };
}

/** The session without a pane; its window goes with its last one. */
export function withoutPane(session: Session, window: Window, paneId: string): Session {
  const tree = closePane(window.tree, paneId);
  if (tree === null) return withoutWindow(session, window);
  const focusHistory = window.focusHistory.filter((id) => id !== paneId);
  if (window.focusedPaneId !== paneId) {
    const zoomedPaneId = tree.kind === "split" ? window.zoomedPaneId : null;
    return replaceWindow(session, { ...window, tree, focusHistory, zoomedPaneId });
  }
  const heir = focusHistory[0] ?? nearest(window.tree, paneId);
  const rest = focusHistory.filter((id) => id !== heir);
  return replaceWindow(session, {
    ...window,
    tree,
    focusedPaneId: heir,
    focusHistory: rest,
    zoomedPaneId: null,
  });
}

/** The pane before a closing one in reading order, else the one after it. */
function nearest(tree: LayoutNode, paneId: string): string {
  const ids = paneIdsOf(tree);
  const at = ids.indexOf(paneId);
  return ids[at === 0 ? 1 : at - 1] ?? paneId;
}

export function setSynchronized(session: Session, windowId: string, on?: boolean): Result<Session> {
  const found = findWindow(session, windowId);
  if (!found.ok) return found;
  return ok(replaceWindow(session, { ...found.value, synchronized: on ?? !found.value.synchronized }));
}

/** Makes a window the current one, remembering the one that was. */
export function show(session: Session, windowId: string): Session {
  const before = currentWindow(session);
  if (before?.id === windowId) return session;
  return { ...session, currentWindowId: windowId, lastWindowId: before?.id ?? null };
}

function freeIndex(session: Session): number | null {
  const used = new Set(session.windows.map((window) => window.index));
  for (let index = 1; index <= MAX_WINDOWS; index++) if (!used.has(index)) return index;
  return null;
}

function inOrder(windows: readonly Window[]): Window[] {
  return windows.toSorted((left, right) => left.index - right.index);
}
