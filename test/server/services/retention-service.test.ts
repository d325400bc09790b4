import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import { DeliverySchema } from "../../../src/domain/relay/delivery.ts";
import { createArchiveService } from "../../../src/server/services/archive-service.ts";
import { createRelayService } from "../../../src/server/services/relay-service.ts";
import { createRetentionService } from "../../../src/server/services/retention-service.ts";
import { claude, kimi, openCoordination, operator } from "./coordination.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

async function openRig(days: number | null = 30) {
  const world = await openCoordination();
  const { clock, dir, tasks, messages, questions, locks, store, deps, activity } = world;
  await world.join("claude", "kimi");
  const relay = createRelayService({
    ...deps,
    log: silentLogger,
    deliveries: await store.collection("deliveries", { schema: DeliverySchema, version: 1 }),
    paneOf: () => undefined,
    isOutside: () => false,
    gate: () => ({ verdict: "hold", reason: "not here" }),
    inject: async () => {},
    sightBeforeSubmit: () => "submit" as const,
    confirmTimeoutMs: () => 1_000,
    lateSigns: async () => {},
    waitingChanged: () => {},
  } as unknown as Parameters<typeof createRelayService>[0]);
  const archive = createArchiveService({
    dir: join(dir, "archive"),
    clock,
    tasks,
    messages,
    questions,
    locks,
    relay,
    announce: (fact) => {
      deps.announce(fact);
      activity.observe(fact);
    },
  });
  const setting = { days };
  const retention = createRetentionService({
    clock,
    log: silentLogger,
    archive,
    days: () => setting.days,
    announce: deps.announce,
  });
  const words = () => activity.list({ kind: "archive" }).map((entry) => `${entry.actor}: ${entry.text}`);
  /** Something of each kind that is over. */
  async function finish() {
    const task = await tasks.create(operator, { title: "old work" });
    await tasks.update(operator, task.id, { status: "cancelled" });
    const message = await messages.send(operator, { to: "claude", body: "old words" });
    await messages.mark(claude, message.id, "archived");
    const delivery = await relay.enqueue({
      kind: "notice",
      from: "operator",
      to: "kimi",
      priority: "medium",
      taskId: null,
      messageIds: [],
      body: "old news",
    });
    await relay.drop(delivery.id);
    const question = await questions.ask(claude, { question: "which way?" });
    await questions.answer(operator, question.id, "left");
    return { task, message, delivery, question };
  }
  /** Lets time pass as a machine does: what begins in an hour ends in it. */
  async function pass(ms: number) {
    for (let left = ms; left > 0; left -= HOUR_MS) {
      clock.advance(Math.min(left, HOUR_MS));
      await retention.idle();
    }
  }
  return { ...world, relay, archive, retention, setting, words, finish, pass };
}

test("what has been over for the time of the setting goes to the archive by itself, and the log says what", async () => {
  const rig = await openRig();
  const { task, message, delivery, question } = await rig.finish();
  const asked = await rig.questions.ask(claude, { question: "and then?" });
  const open = await rig.messages.send(operator, { to: "kimi", body: "unread words" });
  await rig.pass(29 * DAY_MS);
  expect(rig.words()).toEqual([]);
  expect(rig.tasks.list()).toHaveLength(1);
  await rig.pass(2 * DAY_MS);
  expect(rig.words()).toEqual([
    "system: moved to the archive: 1 task, 1 message, 1 question, 1 delivery (over for 30 days; see: ia-tmux archive list)",
  ]);
  expect(rig.tasks.list()).toEqual([]);
  expect(rig.relay.list()).toEqual([]);
  expect(rig.messages.show(operator, open.id).body).toBe("unread words");
  const kept = await rig.archive.list({ limit: 10 });
  expect(kept.map(({ kind, record }) => [kind, record.id]).toSorted()).toEqual([
    ["delivery", delivery.id],
    ["message", message.id],
    ["question", question.id],
    ["task", task.id],
  ]);
  expect(rig.questions.all().map(({ id }) => id)).toEqual([asked.id]);
  // Nothing to do leaves no line.
  await rig.pass(2 * DAY_MS);
  expect(rig.words()).toHaveLength(1);
});

test("the human's own mail is found there as soon as it was put away, once, and what still lies in an inbox is not", async () => {
  const rig = await openRig();
  const put = await rig.messages.send(claude, { to: "operator", subject: "old plan", body: "put away" });
  await rig.messages.send(claude, { to: "operator", subject: "new plan", body: "at hand" });
  await rig.messages.mark(operator, put.id, "archived");
  const ids = async (query?: string) =>
    (await rig.archive.list({ query, limit: 10 })).map(({ record }) => record.id);
  expect(await ids()).toEqual([put.id]);
  expect(await ids("PLAN old")).toEqual([put.id]);
  expect(await ids("new")).toEqual([]);
  expect(await rig.archive.list({ kind: "task", limit: 10 })).toEqual([]);
  await rig.pass(62 * DAY_MS);
  expect(rig.messages.everything().map(({ id }) => id)).not.toContain(put.id);
  expect(await ids("old")).toEqual([put.id]);
});

test("it is done after the start and once a day, with the setting as it is then, and not at all when that says so", async () => {
  const rig = await openRig(null);
  let runs = 0;
  const { clock, facts, deps } = rig;
  const setting: { days: number | null } = { days: null };
  const counted = createRetentionService({
    clock,
    log: silentLogger,
    archive: {
      run: async (_actor, { olderThanMs, dryRun }) => {
        runs++;
        expect(olderThanMs).toBe((setting.days ?? 0) * DAY_MS);
        return { dryRun, locks: 0, receipts: 0, tasks: 0, messages: 0, questions: 0, deliveries: 0 };
      },
    },
    days: () => setting.days,
    announce: deps.announce,
  });
  clock.advance(3 * DAY_MS);
  await counted.idle();
  expect(runs).toBe(0);
  setting.days = 7;
  clock.advance(HOUR_MS);
  await counted.idle();
  expect(runs).toBe(1);
  setting.days = 1;
  clock.advance(23 * HOUR_MS);
  await counted.idle();
  expect(runs).toBe(1);
  clock.advance(HOUR_MS);
  await counted.idle();
  expect(runs).toBe(2);
  // The machine sleeps over the hour of it.
  clock.suspend(3 * DAY_MS);
  clock.advance(HOUR_MS);
  await counted.idle();
  expect(runs).toBe(3);
  counted.stop();
  clock.advance(9 * DAY_MS);
  await counted.idle();
  expect(runs).toBe(3);
  expect(facts.filter((fact) => fact.kind.startsWith("archive."))).toEqual([]);
});

test("what cannot be archived stays in the store; that is said once, and tried again", async () => {
  const rig = await openRig();
  await rig.finish();
  // A file where the archive's directory should be: also root cannot write there.
  writeFileSync(join(rig.dir, "archive"), "");
  const failures = () => rig.factsOf("archive.failed");
  await rig.pass(31 * DAY_MS);
  await rig.pass(3 * HOUR_MS);
  expect(failures()).toHaveLength(1);
  expect(failures()[0]?.reason).toContain("archive");
  expect(rig.tasks.list()).toHaveLength(1);
  renameSync(join(rig.dir, "archive"), join(rig.dir, "in-the-way"));
  await rig.pass(HOUR_MS);
  expect(rig.tasks.list()).toEqual([]);
});

test("archived mail is found and read by those whom it concerned, and by nobody else", async () => {
  const { archive, finish, pass, message, messages } = await withArchivedMail();
  expect(messages.search(claude, "old words")).toEqual([]);
  for (const actor of [claude, operator]) {
    expect(await archive.findMessages(actor, "OLD words", 10)).toMatchObject([{ id: message.id }]);
    expect(await archive.message(actor, message.id)).toMatchObject({ body: "old words" });
  }
  expect(await archive.findMessages(kimi, "old words", 10)).toEqual([]);
  expect(await archive.message(kimi, message.id)).toBeNull();
  expect(await archive.message(claude, message.id.slice(0, -2))).toBeNull();
  // More of the same: the latest first, and no more than asked for.
  const { message: later } = await finish();
  await pass(31 * DAY_MS);
  expect(await archive.findMessages(claude, "words", 1)).toMatchObject([{ id: later.id }]);

  async function withArchivedMail() {
    const rig = await openRig();
    const done = await rig.finish();
    await rig.pass(31 * DAY_MS);
    return { ...rig, ...done };
  }
});
