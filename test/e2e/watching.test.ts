// A screen that only watches, where nothing is open yet.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace({ up: false, size: "100x30" });
  await workspace.json(["server", "start"]);
});
afterAll(() => workspace?.close());

test("it starts nothing, says so, and shows what others open", async () => {
  const tui = workspace.attachTui({ cols: 100, rows: 30, args: ["attach", "--read-only"] });
  await tui.shows("Nothing is open here yet.");
  expect(await workspace.withServer((server) => server.call("pane.list", {}))).toEqual([]);
  await workspace.up();
  await tui.until("it shows ada instead", () =>
    /^(?![^]*Nothing is open)[^]*ada/.test(tui.screen().join("\n")),
  );
  expect(await workspace.cli(["attach", "--read-only", "--layout", "rig"])).toMatchObject({ exitCode: 64 });
});
