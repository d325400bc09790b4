import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Result } from "../../../src/base/result.ts";
import { PRESETS } from "../../../src/domain/layout/presets.ts";
import { leaf, paneIdsOf, splitPane as splitTree } from "../../../src/domain/layout/tree.ts";
import {
  currentWindow,
  EMPTY_SESSION,
  focusedPaneId,
  lastPaneId,
  type Session,
  SessionSchema,
  violations,
  windowOfPane,
} from "../../../src/domain/mux/model.ts";
import {
  applyPreset,
  breakPane,
  focusPane,
  joinPane,
  killPane,
  moveFocus,
  nextLayout,
  resizePane,
  rotate,
  spreadPanes,
  splitPane,
  swapPane,
  swapWithNeighbour,
  undoArrangement,
  zoomToggle,
} from "../../../src/domain/mux/panes.ts";
import {
  killWindow,
  moveWindow,
  newWindow,
  renameWindow,
  selectWindow,
  setSynchronized,
} from "../../../src/domain/mux/windows.ts";

const area = { cols: 120, rows: 40 };

function must(result: Result<Session>): Session {
  if (!result.ok) throw result.error;
  expect(violations(result.value)).toEqual([]);
  return result.value;
}

function reasonOf(result: Result<Session>): string {
  if (result.ok) throw new Error("it was allowed");
  return `${result.error.code}: ${result.error.message}`;
}

/** Windows with these panes: [["%1", "%2"], ["%3"]]; each pane is right of the one before it. The last window is current. */
function sessionWith(windows: string[][]): Session {
  let session = EMPTY_SESSION;
  for (const [index, ids] of windows.entries()) {
    const [first = "", ...others] = ids;
    session = must(newWindow(session, { name: `w${index + 1}`, tree: first }));
    let before = first;
    for (const paneId of others) {
      session = must(splitPane(session, before, "row", paneId));
      before = paneId;
    }
  }
  return session;
}

const panes = (session: Session, id: string) =>
  paneIdsOf(session.windows.find((window) => window.id === id)?.tree ?? leaf("none"));
const indexes = (session: Session) => session.windows.map((window) => `${window.index}:${window.id}`);

describe("windows", () => {
  test("open at the lowest free index and are shown", () => {
    let session = sessionWith([["%1"], ["%2"], ["%3"]]);
    session = must(killWindow(session, "@2"));
    session = must(newWindow(session, { name: "again", tree: "%4" }));
    expect(indexes(session)).toEqual(["1:@1", "2:@4", "3:@3"]);
    expect(session).toMatchObject({ currentWindowId: "@4", lastWindowId: "@3" });
    expect(focusedPaneId(session)).toBe("%4");
  });

  test("can open with a whole layout", () => {
    const tree = splitTree(leaf("%1"), "%1", "row", "%2");
    const session = must(newWindow(EMPTY_SESSION, { name: "pair", tree, focusedPaneId: "%2" }));
    expect(currentWindow(session)).toMatchObject({ focusedPaneId: "%2", tree });
    expect(reasonOf(newWindow(session, { name: "twice", tree: "%2" }))).toBe(
      "illegal-move: Pane %2 is in a window already.",
    );
  });

  test("are selected by index, id, next, previous and last", () => {
    const session = sessionWith([["%1"], ["%2"], ["%3"]]);
    expect(must(selectWindow(session, { index: 1 })).currentWindowId).toBe("@1");
    expect(must(selectWindow(session, { id: "@2" })).currentWindowId).toBe("@2");
    expect(must(selectWindow(session, "next")).currentWindowId).toBe("@1");
    expect(must(selectWindow(session, "previous")).currentWindowId).toBe("@2");
    expect(must(selectWindow(must(selectWindow(session, { index: 1 })), "previous")).currentWindowId).toBe(
      "@3",
    );
    const back = must(selectWindow(session, "last"));
    expect(back).toMatchObject({ currentWindowId: "@2", lastWindowId: "@3" });
    expect(must(selectWindow(session, { id: "@3" }))).toEqual(session);
  });

  test("say why they cannot be selected", () => {
    const one = sessionWith([["%1"]]);
    expect(reasonOf(selectWindow(one, { index: 4 }))).toBe("illegal-move: There is no window 4.");
    expect(reasonOf(selectWindow(one, "next"))).toBe("illegal-move: There is no other window.");
    expect(reasonOf(selectWindow(one, "last"))).toContain("no last window");
    expect(reasonOf(selectWindow(one, { id: "@9" }))).toContain("not-found");
  });

  test("get a name, and another index, changing places with the window that has it", () => {
    const session = sessionWith([["%1"], ["%2"], ["%3"]]);
    expect(must(renameWindow(session, "@2", "logs")).windows[1]?.name).toBe("logs");
    expect(indexes(must(moveWindow(session, "@3", 1)))).toEqual(["1:@3", "2:@2", "3:@1"]);
    expect(indexes(must(moveWindow(session, "@1", 9)))).toEqual(["2:@2", "3:@3", "9:@1"]);
    expect(reasonOf(moveWindow(session, "@1", 0))).toContain("from 1 to 999");
  });

  test("that close give way to the last one, else to the one before", () => {
    const session = must(selectWindow(sessionWith([["%1"], ["%2"], ["%3"]]), { index: 2 }));
    expect(must(killWindow(session, "@2"))).toMatchObject({ currentWindowId: "@3", lastWindowId: null });
    expect(must(killWindow(session, "@3"))).toMatchObject({ currentWindowId: "@2", lastWindowId: null });
    expect(must(killWindow(session, "@1"))).toMatchObject({ currentWindowId: "@2", lastWindowId: "@3" });
    let rest = session;
    for (const id of ["@2", "@3", "@1"]) rest = must(killWindow(rest, id));
    expect(rest).toEqual({ windows: [], currentWindowId: null, lastWindowId: null, nextWindowNumber: 4 });
  });

  test("send keys to all their panes when told so", () => {
    const session = sessionWith([["%1"]]);
    const on = must(setSynchronized(session, "@1"));
    expect(on.windows[0]?.synchronized).toBe(true);
    expect(must(setSynchronized(on, "@1", true))).toEqual(on);
    expect(must(setSynchronized(on, "@1"))).toEqual(session);
  });
});

describe("panes", () => {
  test("split, take the focus and end a zoom", () => {
    const zoomed = must(zoomToggle(sessionWith([["%1", "%2"]]), "%1"));
    const session = must(splitPane(zoomed, "%1", "column", "%3", { before: true }));
    expect(panes(session, "@1")).toEqual(["%3", "%1", "%2"]);
    expect(currentWindow(session)).toMatchObject({
      focusedPaneId: "%3",
      focusHistory: ["%1", "%2"],
      zoomedPaneId: null,
    });
    expect(reasonOf(splitPane(session, "%9", "row", "%4"))).toBe("not-found: There is no pane %9.");
    expect(reasonOf(splitPane(session, "%1", "row", "%2"))).toContain("already");
  });

  test("are bounded in number", () => {
    let session = sessionWith([["%1"]]);
    for (let number = 2; number <= 64; number++)
      session = must(splitPane(session, "%1", number % 2 === 0 ? "row" : "column", `%${number}`));
    expect(reasonOf(splitPane(session, "%1", "row", "%65"))).toContain("at most 64");
    expect(
      reasonOf(joinPane(must(newWindow(session, { name: "more", tree: "%65" })), "%65", "%1", "row")),
    ).toContain("at most 64");
  });

  test("that close give the focus to the pane used before, and close their window with the last of them", () => {
    let session = must(focusPane(sessionWith([["%9"], ["%1", "%2", "%3"]]), "%1"));
    session = must(killPane(session, "%1"));
    expect(currentWindow(session)).toMatchObject({ focusedPaneId: "%3", focusHistory: ["%2"] });
    session = must(killPane(session, "%2"));
    expect(focusedPaneId(session)).toBe("%3");
    session = must(killPane(session, "%3"));
    expect(session).toMatchObject({ currentWindowId: "@1" });
    expect(must(killPane(session, "%9")).windows).toEqual([]);
    expect(reasonOf(killPane(session, "%3"))).toContain("not-found");
  });

  test("are focused by id (with their window), by direction, in turn, and the last one", () => {
    const session = sessionWith([["%1", "%2", "%3"], ["%4"]]);
    const there = must(focusPane(session, "%2"));
    expect(there.currentWindowId).toBe("@1");
    expect(lastPaneId(there.windows[0] ?? currentWindow(session)!)).toBe("%3");
    const step = (how: Parameters<typeof moveFocus>[2]) =>
      focusedPaneId(must(moveFocus(there, "@1", how, area)));
    expect([step("left"), step("right"), step("next"), step("previous"), step("last")]).toEqual([
      "%1",
      "%3",
      "%3",
      "%1",
      "%3",
    ]);
    expect(reasonOf(moveFocus(there, "@1", "up", area))).toBe(
      "illegal-move: There is no pane above this one.",
    );
    expect(reasonOf(moveFocus(session, "@2", "next", area))).toContain("only one pane");
  });

  test("zoom, and unzoom when another one gets the focus", () => {
    const session = sessionWith([["%1", "%2"]]);
    const zoomed = must(zoomToggle(session, "%1"));
    expect(currentWindow(zoomed)).toMatchObject({ zoomedPaneId: "%1", focusedPaneId: "%1" });
    expect(currentWindow(must(zoomToggle(zoomed, "%1")))?.zoomedPaneId).toBeNull();
    expect(currentWindow(must(zoomToggle(zoomed, "%2")))?.zoomedPaneId).toBe("%2");
    expect(currentWindow(must(moveFocus(zoomed, "@1", "right", area)))?.zoomedPaneId).toBeNull();
    expect(currentWindow(must(killPane(zoomed, "%2")))?.zoomedPaneId).toBeNull();
    expect(reasonOf(zoomToggle(sessionWith([["%1"]]), "%1"))).toContain("only one pane");
  });

  test("swap places, also across windows, and rotate", () => {
    const session = sessionWith([["%1", "%2"], ["%3"]]);
    expect(panes(must(swapPane(session, "%1", "%2")), "@1")).toEqual(["%2", "%1"]);
    const across = must(swapPane(session, "%2", "%3"));
    expect([panes(across, "@1"), panes(across, "@2"), focusedPaneId(across)]).toEqual([
      ["%1", "%3"],
      ["%2"],
      "%2",
    ]);
    const remembered = must(swapPane(session, "%1", "%3")).windows[0];
    expect(remembered).toMatchObject({ focusedPaneId: "%2", focusHistory: ["%3"] });
    expect(panes(must(rotate(session, "@1")), "@1")).toEqual(["%2", "%1"]);
    expect(panes(must(swapWithNeighbour(session, "%1", "previous")), "@1")).toEqual(["%2", "%1"]);
    expect(reasonOf(swapPane(session, "%1", "%1"))).toContain("itself");
    expect(reasonOf(rotate(session, "@2"))).toContain("only one pane");
  });

  test("break out into a window of their own and join another", () => {
    const session = sessionWith([["%1", "%2"], ["%3"]]);
    const broken = must(breakPane(session, "%2", "own"));
    expect([panes(broken, "@1"), panes(broken, "@3"), broken.currentWindowId]).toEqual([
      ["%1"],
      ["%2"],
      "@3",
    ]);
    expect(reasonOf(breakPane(session, "%3", "own"))).toContain("only pane");
    const joined = must(joinPane(session, "%3", "%1", "column"));
    expect([
      joined.windows.length,
      panes(joined, "@1"),
      joined.currentWindowId,
      focusedPaneId(joined),
    ]).toEqual([1, ["%1", "%3", "%2"], "@1", "%3"]);
    expect(panes(must(joinPane(session, "%1", "%2", "row")), "@1")).toEqual(["%2", "%1"]);
    expect(reasonOf(joinPane(session, "%1", "%1", "row"))).toContain("itself");
  });

  test("take presets in turn and can be resized", () => {
    const session = sessionWith([["%1", "%2", "%3"], ["%4"]]);
    let turning = session;
    const seen: unknown[] = [];
    for (let turn = 0; turn < PRESETS.length; turn++) {
      turning = must(nextLayout(turning, "@1"));
      seen.push(turning.windows[0]?.preset);
    }
    expect(seen).toEqual(PRESETS);
    expect(must(applyPreset(session, "@1", "even-vertical")).windows[0]?.tree).toMatchObject({
      direction: "column",
      sizes: [1, 1, 1],
    });
    expect(must(resizePane(session, "%1", "right", 4, area)).windows[0]?.tree).toMatchObject({
      sizes: [64, 26, 30],
    });
    expect(reasonOf(resizePane(session, "%1", "up", 4, area))).toBe(
      "illegal-move: No border of this pane can move up.",
    );
    expect(reasonOf(nextLayout(session, "@2"))).toContain("only one pane");
  });
});

describe("any sequence of moves", () => {
  const move = fc.record({
    kind: fc.nat(17),
    pane: fc.nat(),
    other: fc.nat(),
    flag: fc.boolean(),
    number: fc.integer({ min: 1, max: 12 }),
  });
  const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

  test("leaves a session that is consistent, loses no pane and survives being stored", () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        let session = EMPTY_SESSION;
        let nextPane = 1;
        let alive = new Set<string>();
        for (const { kind, pane, other, flag, number } of moves) {
          const ids = session.windows.flatMap((window) => paneIdsOf(window.tree));
          const paneId = pick(ids, pane) ?? "%0";
          const otherId = pick(ids, other) ?? "%0";
          const windowId = pick(session.windows, other)?.id ?? "@0";
          const fresh = `%${nextPane}`;
          const direction = flag ? "row" : "column";
          const moves: (() => Result<Session>)[] = [
            () => newWindow(session, { name: "w", tree: fresh }),
            () =>
              splitPane(session, paneId, direction, fresh, { percent: number * 8, before: pane % 2 === 0 }),
            () => splitPane(session, paneId, direction, fresh),
            () => killPane(session, paneId),
            () => killWindow(session, windowId),
            () => selectWindow(session, flag ? "next" : { index: number }),
            () => selectWindow(session, flag ? "last" : "previous"),
            () => moveWindow(session, windowId, number),
            () => focusPane(session, paneId),
            () =>
              moveFocus(
                session,
                windowId,
                (["left", "right", "up", "down", "next", "previous", "last"] as const)[number % 7] ?? "next",
                area,
              ),
            () => zoomToggle(session, paneId),
            () => swapPane(session, paneId, otherId),
            () => rotate(session, windowId, flag ? 1 : -1),
            () => breakPane(session, paneId, "own"),
            () => joinPane(session, paneId, otherId, direction, { percent: number * 8 }),
            () => nextLayout(session, windowId),
            () => resizePane(session, paneId, flag ? "left" : "down", number, area),
            () => setSynchronized(session, windowId),
          ];
          const result = moves[kind]?.();
          if (result?.ok !== true) continue;
          if (kind <= 2) {
            alive.add(fresh);
            nextPane++;
          }
          if (kind === 3) alive.delete(paneId);
          if (kind === 4)
            alive = new Set([...alive].filter((id) => windowOfPane(session, id)?.id !== windowId));
          session = result.value;
          expect(violations(session)).toEqual([]);
          expect(new Set(session.windows.flatMap((window) => paneIdsOf(window.tree)))).toEqual(alive);
        }
        expect(SessionSchema.parse(JSON.parse(JSON.stringify(session)))).toEqual(session);
      }),
      { numRuns: 300 },
    );
  });
});

test("a stored session that contradicts itself is refused with the reason", () => {
  const session = sessionWith([["%1"], ["%2"]]);
  expect(SessionSchema.safeParse({ ...session, currentWindowId: "@7" }).error?.issues[0]?.message).toBe(
    "the current window does not exist",
  );
  const twice = {
    ...session,
    windows: session.windows.map((window) => ({ ...window, tree: leaf("%1"), focusedPaneId: "%1" })),
  };
  expect(SessionSchema.safeParse(twice).error?.issues[0]?.message).toBe("a pane is in two places");
});

describe("arranging", () => {
  const three = sessionWith([["%1", "%2", "%3"]]);
  const tree = (session: Session) => currentWindow(session)!.tree;

  test("undo puts the panes as they stood before, and again as they were", () => {
    expect(reasonOf(undoArrangement(three, "@1"))).toContain("not arranged yet");
    const tiled = must(applyPreset(three, "@1", "tiled"));
    const undone = must(undoArrangement(tiled, "@1"));
    expect(tree(undone)).toEqual(tree(three));
    expect(tree(must(undoArrangement(undone, "@1")))).toEqual(tree(tiled));
  });

  test("undo says when panes have come or gone since", () => {
    const tiled = must(applyPreset(three, "@1", "tiled"));
    expect(reasonOf(undoArrangement(must(killPane(tiled, "%2")), "@1"))).toContain("come or gone");
  });

  test("equal shares leave every pane in its place", () => {
    const wide = must(resizePane(three, "%1", "right", 20, area));
    const even = must(spreadPanes(wide, "@1"));
    expect(paneIdsOf(tree(even))).toEqual(["%1", "%2", "%3"]);
    const { sizes } = tree(even) as { sizes?: number[] };
    expect(new Set(sizes).size).toBe(1);
    expect(tree(must(undoArrangement(even, "@1")))).toEqual(tree(wide));
    expect(reasonOf(spreadPanes(sessionWith([["%1"]]), "@1"))).toContain("only one pane");
  });
});
