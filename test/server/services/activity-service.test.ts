import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import { openActivityService } from "../../../src/server/services/activity-service.ts";
import { claude, createHandClock, kimi, openCoordination, operator, tempDir } from "./coordination.ts";

test("every fact leaves a line for humans, in memory and in a file that only its owner reads", async () => {
  const { activity, locks, tasks, join: agents, facts, dir } = await openCoordination();
  await agents("claude", "kimi");
  await tasks.quick(claude, { to: "kimi", text: "Fix \u001b[31m it" });
  await locks.acquire(claude, { wishes: [{ path: "a.ts" }], reason: "busy" });
  locks.guard(kimi, ["a.ts"], undefined, "Edit");
  for (const fact of facts.slice()) activity.observe(fact);
  expect(activity.list().map(({ actor, kind, text }) => `${actor} ${kind} ${text}`)).toEqual([
    "system session.created opened the project",
    "operator agent.registered claude joined as principal (claude)",
    "operator session.changed mode hierarchical, principal claude",
    "operator agent.registered kimi joined as delegate (kimi)",
    'claude task.created task "Fix [31m it" for kimi',
    "claude lock.granted locked a.ts: busy",
    "kimi lock.denied refused Edit on a.ts: locked by claude for another 60 min",
  ]);
  await activity.flush();
  const file = join(dir, "activity.jsonl");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).kind),
  ).toEqual(activity.list().map(({ kind }) => kind));
});

test("filters by kind, noun, actor, reference and number", async () => {
  const { activity, clock } = await openCoordination();
  activity.add(claude, { text: "one\n  line" });
  clock.advance(1_000);
  activity.add(kimi, { kind: "edit", text: "Edit src/a.ts", path: "src/a.ts" });
  expect(activity.list({ actor: "CLAUDE" }).map(({ text }) => text)).toEqual(["one line"]);
  expect(activity.list({ kind: "edit", ref: "src/a.ts" })).toHaveLength(1);
  expect(activity.list({ kind: "ed" })).toHaveLength(0);
  expect(activity.list({ sinceMs: clock.nowMs() })).toHaveLength(1);
  expect(activity.list({ limit: 1 }).map(({ actor }) => actor)).toEqual(["kimi"]);
});

test("goes on after a restart and after half a line", async () => {
  const dir = tempDir();
  const clock = createHandClock();
  const first = await openCoordination({ dir, clock });
  first.activity.add(operator, { text: "before" });
  await first.close();
  appendFileSync(join(dir, "activity.jsonl"), '{"id":"act-1","te');
  const second = await openCoordination({ dir, clock });
  second.activity.add(operator, { text: "after" });
  await second.close();
  const third = await openCoordination({ dir, clock });
  expect(third.activity.list().map(({ text }) => text)).toEqual(["before", "after"]);
});

test("turns the file at its size and keeps what it held", async () => {
  const { activity, dir } = await openCoordination();
  for (let n = 0; n < 100; n++) {
    activity.add(operator, { text: `${n} ${"x".repeat(400)}` });
    await activity.flush();
  }
  const text = ["", ".1", ".2", ".3"]
    .map((suffix) => join(dir, `activity.jsonl${suffix}`))
    .filter(existsSync)
    .map((file) => readFileSync(file, "utf8"));
  expect(text.length).toBeGreaterThan(1);
  expect(text.every((content) => content.length <= 20_000)).toBe(true);
  expect(text.join("").match(/"text":"/g)).toHaveLength(100);
});

test("nothing is dropped: the oldest part goes to the archive, which the log says, and a list reaches back into the files", async () => {
  const dir = tempDir();
  const first = await openCoordination({ dir });
  const { activity } = first;
  for (let n = 0; n < 400; n++) {
    activity.add(operator, { text: `${n} ${"x".repeat(400)}` });
    if (n % 20 === 0) await activity.flush();
  }
  await activity.flush();
  const archived = readdirSync(join(dir, "archive"));
  expect(archived.length).toBeGreaterThan(0);
  const said = activity.list({ kind: "activity.archived" }).map(({ text }) => text);
  expect(said).toEqual(archived.toSorted().map((name) => expect.stringContaining(join("archive", name))));
  const kept = ["", ".1", ".2", ".3", ".4"].map((suffix) => join(dir, `activity.jsonl${suffix}`));
  const all = [...archived.map((name) => join(dir, "archive", name)), ...kept];
  expect(
    all
      .map((file) => readFileSync(file, "utf8"))
      .join("")
      .match(/"kind":"note"/g),
  ).toHaveLength(400);
  await first.close();

  // Its memory begins with the youngest file's end.
  const again = await openCoordination({ dir });
  const inMemory = again.activity.list({ kind: "note" }).length;
  expect(inMemory).toBeLessThan(80);
  const texts = (await again.activity.look({ kind: "note", limit: 80 })).map(({ text }) =>
    Number.parseInt(text),
  );
  expect(texts).toEqual(Array.from({ length: 80 }, (_, index) => 320 + index));
  expect(await again.activity.look({ actor: "nobody", limit: 5 })).toEqual([]);
});

test("a log that cannot be written stops nobody, and says so when it can be again", async () => {
  const { deps, dir } = await openCoordination();
  const place = join(dir, "taken");
  writeFileSync(place, "a file where the directory should be");
  const activity = await openActivityService({
    ...deps,
    file: join(place, "activity.jsonl"),
    archiveDir: join(place, "archive"),
    log: silentLogger,
  });
  activity.add(operator, { text: "unwritten" });
  await activity.flush();
  expect(activity.list().map(({ text }) => text)).toEqual(["unwritten"]);
  await activity.close();
});
