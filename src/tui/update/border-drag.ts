// Dragging a border between panes: the one under the pointer follows it, wherever it is in nested splits.
import type { MouseEvent } from "../../domain/keys/events.ts";
import type { PaneView, Rect } from "../../protocol/views.ts";
import type { Drag, Model } from "../model.ts";
import { type Change, same } from "./change.ts";

type BorderDrag = Extract<Drag, { kind: "border" }>;

/** What a press on the border of a pane takes hold of; null where nothing can be dragged: at the window's own edge. */
export function grabBorder(model: Model, pane: PaneView, event: MouseEvent): BorderDrag | null {
  const { outer, inner } = pane;
  if (!outer || !inner) return null;
  const panes = (model.view?.panes ?? []).flatMap((each) =>
    each.outer ? [{ id: each.id, outer: each.outer }] : [],
  );
  const grab = (axis: "x" | "y", held: { id: string; outer: Rect } | undefined): BorderDrag | null => {
    if (!held) return null;
    const edge = endOf(held.outer, axis);
    if (!panes.some((each) => each.outer[axis] >= edge)) return null;
    return { kind: "border", paneId: held.id, axis, at: edge, grip: event[axis] - edge };
  };
  const ending = (axis: "x" | "y", at: number) =>
    panes.find((each) => endOf(each.outer, axis) === at && spans(each.outer, axis, event));
  const own = { id: pane.id, outer };
  if (event.x >= inner.x + inner.cols && event.y > outer.y) return grab("x", own);
  if (event.x < inner.x && event.y > outer.y) return grab("x", ending("x", outer.x));
  if (event.y >= inner.y + inner.rows) return grab("y", own);
  return event.y === outer.y ? grab("y", ending("y", outer.y)) : null;
}

/** The border goes to where the pointer is now, so that one that was stopped waits for the pointer to come back to it. */
export function dragBorder(model: Model, event: MouseEvent, drag: BorderDrag): Change {
  if (event.action === "release" || event.action === "press") return same({ ...model, drag: null });
  const at = Math.max(0, event[drag.axis] - drag.grip);
  if (at === drag.at) return same(model);
  const edge = drag.axis === "x" ? "right" : "bottom";
  return [
    { ...model, drag: { ...drag, at } },
    [
      {
        type: "call",
        method: "pane.move-border",
        params: { target: drag.paneId, edge, to: at },
        // A border that can go no further is seen to stop.
        reply: { kind: "nothing" },
      },
    ],
  ];
}

function endOf(rect: Rect, axis: "x" | "y"): number {
  return axis === "x" ? rect.x + rect.cols : rect.y + rect.rows;
}

/** Whether the pane lies along the border where the pointer is. */
function spans(rect: Rect, axis: "x" | "y", event: MouseEvent): boolean {
  return axis === "x"
    ? event.y >= rect.y && event.y < rect.y + rect.rows
    : event.x >= rect.x && event.x < rect.x + rect.cols;
}
