import { expect, test } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import type { FactOf } from "../../src/domain/facts.ts";
import { BypassSchema } from "../../src/domain/lock/bypass.ts";
import type { Message } from "../../src/domain/message/message.ts";
import { OPERATOR } from "../../src/domain/record.ts";
import { type Delivery, MAX_QUEUED_DELIVERIES } from "../../src/domain/relay/delivery.ts";
import { createAgentStateService } from "../../src/server/services/agent-state-service.ts";
import { type BypassBoard, createBypassBoard, MAX_BYPASSES } from "../../src/server/services/bypass-board.ts";
import { crowdedInboxes } from "../../src/server/services/crowded.ts";
import { createNeedsService, type OpenQuestion } from "../../src/server/services/needs-service.ts";
import { MAX_UNREAD } from "../../src/server/services/message-service.ts";
import { DIALOG, fakePane, IDLE } from "./fake-pane.ts";
import { createHandClock, openCoordination } from "./services/coordination.ts";

function world(
  bypasses: Pick<BypassBoard, "list" | "dismiss"> = { list: () => [], dismiss: async () => {} },
) {
  const clock = createHandClock();
  const states = createAgentStateService({ clock, log: silentLogger, announce: () => {}, catchUp: () => {} });
  const { pane, show } = fakePane({ nowMs: clock.nowMs() });
  const pressed: string[] = [];
  const done: string[] = [];
  const deliveries: Partial<Delivery>[] = [];
  const mail: Message[] = [];
  const own: Message[] = [];
  const questions: OpenQuestion[] = [];
  const needs = createNeedsService({
    nowMs: clock.nowMs,
    pause: async (ms) => clock.advance(ms),
    panes: () => [pane],
    observe: (one) => states.of(one),
    lookNow: (one) => states.lookNow(one),
    press: (_pane, keys) => void pressed.push(keys),
    deliveries: () => deliveries as Delivery[],
    retry: async (id) => void done.push(`retry ${id}`),
    drop: async (id) => void done.push(`drop ${id}`),
    questions: () => questions,
    answerQuestion: async (id, answer) => void done.push(`${id}: ${answer}`),
    crowded: () =>
      crowdedInboxes({
        agents: () => [{ name: "ben" }],
        deliveries: () => deliveries as Delivery[],
        unread: (name) => (name === OPERATOR ? own : mail),
      }),
    archiveInbox: async () => void done.push("archive inbox"),
    bypasses: bypasses.list,
    dismissBypass: bypasses.dismiss,
    respawn: async (one) => void done.push(`respawn ${one.id}`),
    focus: async (paneId) => void done.push(`focus ${paneId}`),
    trust: () => null,
    answerTrust: async () => {},
  });
  const open = (rows: readonly string[]) => {
    show(rows);
    states.lookNow(pane);
  };
  return { clock, needs, pane, open, show, pressed, done, deliveries, mail, own, questions, states };
}

test("an open dialog is listed with its options, and the key of the chosen one is pressed", async () => {
  const { needs, open, pressed } = world();
  expect(needs.list()).toEqual([]);
  open(DIALOG);
  const [need] = needs.list();
  expect(need).toMatchObject({ id: "dialog:%1", kind: "permission", agent: "ben" });
  expect(need?.actions.map((action) => action.label)).toEqual(["Yes", "No", "open pane"]);
  await needs.answer("dialog:%1", "press:2:No");
  expect(pressed).toEqual(["2"]);
});

test("an answer to a dialog that has changed presses nothing", async () => {
  const { needs, open, show, pressed } = world();
  open(DIALOG);
  show(DIALOG.map((row) => row.replace("2. No ", "2. Yes, always ")));
  await expect(needs.answer("dialog:%1", "press:2:No")).rejects.toMatchObject({ code: "conflict" });
  show(IDLE);
  await expect(needs.answer("dialog:%1", "press:1:Yes")).rejects.toMatchObject({ code: "conflict" });
  expect(pressed).toEqual([]);
});

test("a program that failed can be started again; one that ended well, or a shell, asks for nothing", async () => {
  const { needs, pane, done } = world();
  pane.dead = { exitCode: 0, signal: 0 };
  expect(needs.list()).toEqual([]);
  pane.dead = { exitCode: 1, signal: 0 };
  expect(needs.list()[0]).toMatchObject({ id: "dead:%1", text: "ended with exit 1" });
  const ended = pane.record;
  pane.record = { ...ended, startsFresh: true, message: "ben's conversation is gone.\nEnter starts ben" };
  expect(needs.list()[0]).toMatchObject({
    text: "ben's conversation is gone.",
    actions: [{ label: "start with a fresh conversation" }, {}],
  });
  pane.record = ended;
  await needs.answer("dead:%1", "respawn");
  expect(done).toEqual(["respawn %1"]);
});

test("a delivery in doubt is the human's to send again or drop, and nobody else's", async () => {
  const { needs, deliveries, done } = world();
  for (const state of ["queued", "written", "confirmed", "unconfirmed"] as const)
    deliveries.push({
      id: `dlv-${state}`,
      kind: "relay",
      to: "ben",
      taskId: null,
      messageIds: [],
      paneId: "%1",
      state,
      reason: "why",
      updatedAtMs: 1,
    });
  expect(needs.list().map((need) => need.id)).toEqual(["delivery:dlv-unconfirmed"]);
  await needs.answer("delivery:dlv-unconfirmed", "retry");
  await needs.answer("delivery:dlv-unconfirmed", "drop");
  expect(done).toEqual(["retry dlv-unconfirmed", "drop dlv-unconfirmed"]);
  await expect(needs.answer("delivery:dlv-queued", "retry")).rejects.toMatchObject({ code: "not-found" });
});

test("opening the pane of an entry shows it and does nothing else; an unknown action is refused with those there are", async () => {
  const { needs, open, pane, deliveries, pressed, done } = world();
  const stuck = { to: "ben", kind: "relay", state: "unconfirmed", reason: "why", paneId: "%1" } as const;
  deliveries.push({ ...stuck, id: "dlv-1", taskId: "task-1", updatedAtMs: 1 });
  pane.dead = { exitCode: 1, signal: 0 };
  await needs.answer("dead:%1", "open");
  await needs.answer("delivery:dlv-1", "open");
  for (const id of ["delivery:dlv-1", "dead:%1"])
    await expect(needs.answer(id, "go away")).rejects.toMatchObject({
      code: "usage",
      hint: expect.stringContaining("open"),
    });
  pane.dead = null;
  open(DIALOG);
  await needs.answer("dialog:%1", "open");
  expect(done).toEqual(["focus %1", "focus %1", "focus %1"]);
  expect(pressed).toEqual([]);
});

test("an agent that nothing more gets through to is the human's to see", () => {
  const { needs, deliveries, mail } = world();
  const waiting = (number: number) =>
    deliveries.push({ id: `dlv-${number}`, to: "Ben", state: "queued", createdAtMs: number });
  for (let number = 1; number < MAX_QUEUED_DELIVERIES; number++) waiting(number);
  for (let number = 1; number < MAX_UNREAD; number++) mail.push({ createdAtMs: number } as Message);
  expect(needs.list()).toEqual([]);
  waiting(500);
  mail.push({ createdAtMs: 400 } as Message);
  expect(needs.list()).toMatchObject([
    { id: "crowded:deliveries:ben", agent: "ben", paneId: "%1", sinceMs: 500, kind: "delivery" },
    { id: "crowded:unread:ben", text: expect.stringContaining("1000 messages"), sinceMs: 400 },
  ]);
});

test("the human's own full inbox is a row, too, with a way out, until there is room", async () => {
  const { needs, own, done } = world();
  for (let number = 1; number < MAX_UNREAD; number++) own.push({ createdAtMs: number } as Message);
  expect(needs.list()).toEqual([]);
  own.push({ createdAtMs: 400 } as Message);
  const [need] = needs.list();
  expect(need).toMatchObject({
    id: "crowded:unread:operator",
    kind: "inbox",
    agent: null,
    paneId: null,
    sinceMs: 400,
    text: expect.stringContaining("1000 messages in your inbox are unread: more are refused"),
    actions: [{ key: "a", action: "archive" }],
  });
  await expect(needs.answer(need?.id ?? "", "open")).rejects.toMatchObject({ code: "usage" });
  await needs.answer(need?.id ?? "", "archive");
  expect(done).toEqual(["archive inbox"]);
  own.pop();
  expect(needs.list()).toEqual([]);
});

const question = (more: Partial<OpenQuestion>): OpenQuestion => ({
  id: "q-1",
  kind: "question",
  by: "ben",
  createdAtMs: 5,
  question: "Which?",
  options: [],
  about: null,
  deadlineAtMs: null,
  default: null,
  ...more,
});

test("each of ten options has a key of its own, and the row says until when and what holds then", () => {
  const { needs, questions } = world();
  const options = Array.from({ length: 10 }, (_, index) => `option ${index + 1}`);
  questions.push(question({ options, deadlineAtMs: 9_000, default: "option 3" }));
  const [need] = needs.list();
  expect(need?.actions.map((action) => action.key)).toEqual([..."1234567890", "w"]);
  expect(need).toMatchObject({ deadlineAtMs: 9_000, default: "option 3", about: null });
});

test("an escalation and a stuck delivery name what they are about", () => {
  const { needs, questions, deliveries } = world();
  questions.push(question({ kind: "escalation", about: "msg-1" }));
  const stuck = { to: "ben", kind: "message", state: "failed", reason: "why", updatedAtMs: 1 } as const;
  deliveries.push(
    { ...stuck, id: "dlv-1", taskId: "task-1" },
    { ...stuck, id: "dlv-2", messageIds: ["msg-2"] },
  );
  expect(needs.list().map((need) => need.about)).toEqual(["msg-1", "task-1", "msg-2"]);
});

/** The board on a real store, as one server after the other opens it. */
async function openBoard(dir?: string) {
  const { deps, store, dir: opened, close } = await openCoordination(dir === undefined ? {} : { dir });
  const writes: Promise<unknown>[] = [];
  const board = createBypassBoard({
    ...deps,
    bypasses: await store.collection("bypasses", { schema: BypassSchema, version: 1 }),
    inBackground: (_what, work) => void writes.push(work),
  });
  return { board, dir: opened, settled: () => Promise.all(writes), close };
}

test("a write round a lock waits until a human has looked at it, whatever server runs then; too many push out the oldest", async () => {
  const bypass = (path: string): FactOf<"lock.bypassed"> => ({
    kind: "lock.bypassed",
    by: "ben",
    holder: "ada",
    lockIds: ["lock-1"],
    paths: [path],
    count: 1,
    writer: { kind: "agent", agent: "ben", how: "its shell ran then", seen: false },
  });
  const first = await openBoard();
  first.board.hear(bypass("src/a.ts"));
  await first.settled();
  await first.close();

  const { board, dir, settled, close } = await openBoard(first.dir);
  const { needs } = world(board);
  const [need] = needs.list();
  expect(needs.list()).toMatchObject([
    {
      id: expect.stringMatching(/^bypass:byp-/),
      kind: "conflict",
      agent: "ben",
      paneId: "%1",
      text: "src/a.ts, locked by ada, written by ben (its shell ran then)",
    },
  ]);
  await needs.answer(need?.id ?? "", "dismiss");
  expect(needs.list()).toEqual([]);
  for (let number = 0; number <= MAX_BYPASSES; number++) board.hear(bypass(`${number}.ts`));
  await settled();
  await close();
  const last = world((await openBoard(dir)).board).needs.list();
  expect(last).toHaveLength(MAX_BYPASSES);
  expect(last.some(({ text }) => text.startsWith("0.ts"))).toBe(false);
});

test("a question takes one of its options or words of the human's own, and no empty ones", async () => {
  const { needs, questions, done } = world();
  questions.push(question({ options: ["red", "blue"] }));
  await needs.answer("question:q-1", "answer:blue");
  await needs.answer("question:q-1", "answer", " green ");
  expect(done).toEqual(["q-1: blue", "q-1: green"]);
  await expect(needs.answer("question:q-1", "answer", "  ")).rejects.toMatchObject({ code: "usage" });
});
