import { expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { EMPTY_SESSION } from "../../src/domain/mux/model.ts";
import { newWindow } from "../../src/domain/mux/windows.ts";
import { savedLayout, type OpenNow } from "../../src/server/saved-layout.ts";

/** So many windows of one pane each. */
function open(count: number): OpenNow {
  let mux = EMPTY_SESSION;
  for (let at = 1; at <= count; at++) {
    const made = newWindow(mux, { name: `w${at}`, tree: `%${at}` });
    if (!made.ok) throw new Error("no window");
    mux = made.value;
  }
  const nothing = { get: () => undefined, find: () => undefined };
  return { root: "/project", workspace: { mux }, panes: nothing, session: nothing } as unknown as OpenNow;
}

test("as many windows as a layout may have panes are saved as a layout", () => {
  expect(savedLayout("many", open(64)).windows).toHaveLength(64);
});

test("more than a layout can hold is refused with what to do, and no file is made that could not be opened", () => {
  const saving = () => savedLayout("more", open(65));
  expect(saving).toThrow(AppError);
  expect(saving).toThrow(/at most 64 panes/u);
});
