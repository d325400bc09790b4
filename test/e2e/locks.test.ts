// Locks in a real workspace: an agent's shell writes what another agent holds and both hear of it; who wants a lock is
// remembered by the server that comes after a killed one.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../src/node/entry-paths.ts";
import type { Activity } from "../../src/domain/activity/activity.ts";
import { demoLayout, openWorkspace, type Workspace } from "../support/workspace.ts";
import { eventually } from "../support/eventually.ts";
import { says, type } from "./scenes.ts";

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace({ layout: (log) => shellLayout(log) });
  await workspace.recorded("ada", "ready");
  await workspace.recorded("ben", "ready");
  mkdirSync(join(workspace.project, "src"));
  writeFileSync(join(workspace.project, "src/a.ts"), "one\n");
});
afterAll(() => workspace.close());

/** Demo agents whose shell tool runs what it is told: a profile of the user's, beside the one that comes along. */
function shellLayout(log: string): string {
  const profiles = join(dirname(log), "home/.config/ia-tmux/profiles");
  mkdirSync(profiles, { recursive: true, mode: 0o700 });
  const demo = readFileSync(join(packageRoot, "profiles/demo.yaml"), "utf8")
    .replace(/^name: demo$/m, "name: handy")
    .replace('"{demoAgent}"', '"{demoAgent}", "--allow-shell"');
  writeFileSync(join(profiles, "handy.yaml"), demo);
  return demoLayout(["ada", "ben"], log).replaceAll("profile: demo", "profile: handy");
}

/** Waits until the agent's model has read this, and returns the whole. */
const told = (agent: string, text: string) =>
  eventually(
    `${agent} is told`,
    () =>
      workspace
        .records(agent)
        .filter((one) => ["prompt", "stop-feedback", "context"].includes(one.kind))
        .map((one) => String(one["text"]))
        .find((one) => one.includes(text)),
    { describe: () => JSON.stringify(workspace.records(), null, 1) },
  );

/** A write that no reading of the command line foresees. */
const UNSEEN = `printf 'printf two > src/$1' > w.sh; sh w.sh a.ts; sleep 0.3`;

test("a shell's write to a locked file is told to the holder and to the writer, and the log has it", async () => {
  await type(workspace, "ada", says({ run: "ia-tmux lock src/a.ts rework" }));
  await workspace.recorded("ada", "ran", (one) => String(one["command"]).includes("ia-tmux lock"));
  const tui = workspace.attachTui({ cols: 160, rows: 48 });
  await tui.shows(/ben .* idle/);

  await type(workspace, "ben", says({ run: UNSEEN }));
  await tui.shows("src/a.ts, locked by ada, written by ben");
  expect(readFileSync(join(workspace.project, "src/a.ts"), "utf8")).toBe("two");
  const [need] = await workspace.json<{ id: string; kind: string; agent: string }[]>(["needs"]);
  expect(need).toMatchObject({ kind: "conflict", agent: "ben" });
  await workspace.cli(["needs", "answer", need!.id, "dismiss"]);
  expect(await workspace.json(["needs"])).toEqual([]);

  const toHolder = await told("ada", "written by ben");
  expect(toHolder).toMatch(/^\[ia-tmux notice from system · dlv-/m);
  // Whichever was seen first: the shell's own file, or only that its command ran.
  expect(toHolder).toMatch(
    /src\/a\.ts: a path that you have locked was written by ben \((?:its command names the file|in its pane)/,
  );
  const toWriter = await told("ben", "src/a.ts, which ada has locked");
  expect(toWriter).toMatch(
    /^(?:You wrote src\/a\.ts|src\/a\.ts, which ada has locked, changed while your command ran)/m,
  );

  const log = await workspace.json<Activity[]>(["activity", "--kind", "lock.bypassed"]);
  expect(log).toHaveLength(1);
  expect(log[0]).toMatchObject({ actor: "ben", refs: { holder: "ada", path: "src/a.ts" } });
});

test("the holder's own shell may write what it holds, and nobody is told", async () => {
  await type(workspace, "ada", says({ run: UNSEEN }));
  await workspace.recorded("ada", "ran", (one) => one["command"] === UNSEEN);
  // A write that is told comes after it, in a burst of its own.
  await type(workspace, "ada", says({ run: "ia-tmux lock src/b.ts" }));
  await workspace.recorded("ada", "ran", (one) => String(one["command"]).includes("src/b.ts"));
  const other = UNSEEN.replace("sh w.sh a.ts", "sh w.sh b.ts");
  await type(workspace, "ben", says({ run: other }));
  const log = await eventually(
    "the second write is told",
    async () => {
      const all = await workspace.json<Activity[]>(["activity", "--kind", "lock.bypassed"]);
      return all.length > 1 ? all : null;
    },
    { describe: () => `${JSON.stringify(workspace.records(), null, 1)}\n${workspace.serverLog()}` },
  );
  expect(log.map((one) => [one.actor, one.refs["path"]])).toEqual([
    ["ben", "src/a.ts"],
    ["ben", "src/b.ts"],
  ]);
});

test("who wants a lock is told when it is free, also by the server after one that was killed", async () => {
  await type(workspace, "ada", says({ run: "ia-tmux lock src/c.ts" }));
  await workspace.recorded("ada", "ran", (one) => String(one["command"]).includes("src/c.ts"));
  await type(workspace, "ben", says({ tool: "Edit", path: "src/c.ts" }));
  await workspace.recorded("ben", "tool-denied");
  const queued = workspace.cli(["lock", "src/c.ts", "--wait", "60s"], { env: { IA_TMUX_AGENT: "cy" } });
  type Lock = { label: string; waiters: string[] };
  const waiters = async () =>
    (await workspace.json<Lock[]>(["locks"])).find((one) => one.label === "src/c.ts")?.waiters.toSorted();
  await eventually("both wait", async () => (await waiters())?.join() === "ben,cy");
  // Nothing was acknowledged to who waits: only what the disk has outlives the server.
  const stored = join(workspace.dir, "state", "store", "waiters.db");
  await eventually("the disk has both", () =>
    ["ben", "cy"].every((name) => readFileSync(stored, "utf8").includes(`/${name}"`)),
  );

  await workspace.killServer();
  expect((await queued).exitCode).not.toBe(0);
  await workspace.json(["server", "start"]);
  expect(await waiters()).toEqual(["ben", "cy"]);
  // A write round a lock that no human has looked at waits on.
  expect((await workspace.json<{ text: string }[]>(["needs"])).map(({ text }) => text)).toContainEqual(
    expect.stringContaining("src/b.ts, locked by ada, written"),
  );
  await type(workspace, "ada", says({ run: "ia-tmux unlock src/c.ts" }));
  await told("ben", "src/c.ts is free again");
  expect((await workspace.json<Lock[]>(["locks"])).map((one) => one.label)).not.toContain("src/c.ts");
  const deliveries = await workspace.json<{ from: string; to: string; preview: string }[]>(["deliveries"]);
  const free = deliveries.filter((one) => one.preview.includes("src/c.ts is free again"));
  expect(free.map((one) => one.to).toSorted()).toEqual(["ben", "cy"]);
  // Nobody is to be answered.
  expect(new Set(free.map((one) => one.from))).toEqual(new Set(["system"]));
});

test("what append writes is no write round the lock, in a file that is there and in a new one", async () => {
  writeFileSync(join(workspace.project, "src/there.ts"), "");
  const as = { env: { IA_TMUX_AGENT: "outsider" } };
  for (const file of ["src/there.ts", "src/new.ts"])
    for (const line of ["one", "two"]) await workspace.json(["append", file, "--content", line], as);
  const paths = async () =>
    (await workspace.json<Activity[]>(["activity", "--kind", "lock.bypassed"])).map(
      ({ refs }) => refs["path"],
    );
  const before = (await paths()).length;
  // A write that is noticed comes behind them.
  writeFileSync(join(workspace.project, "src/a.ts"), "written round ada's lock\n");
  await eventually("that write was noticed", async () => (await paths()).length > before);
  const appended = ["src/there.ts", "src/new.ts"];
  expect((await paths()).filter((path) => appended.includes(String(path)))).toEqual([]);
});
