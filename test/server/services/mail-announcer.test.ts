import { expect, test } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import type { Fact } from "../../../src/domain/facts.ts";
import { DeliverySchema, MAX_QUEUED_DELIVERIES } from "../../../src/domain/relay/delivery.ts";
import { createMailAnnouncer } from "../../../src/server/services/mail-announcer.ts";
import { createRelayService } from "../../../src/server/services/relay-service.ts";
import { eventually } from "../../support/eventually.ts";
import { claude, openCoordination } from "./coordination.ts";

/** Messages of claude to kimi, which no pane runs, on their way by the real relay. */
async function openMail(muted: readonly string[] = []) {
  const project = await openCoordination();
  await project.join("claude", "kimi");
  const faults: unknown[] = [];
  const hear = (fact: Fact) => void (fact.kind === "delivery.changed" && mail.heard(fact.delivery));
  const relay = createRelayService({
    ...project.deps,
    announce: hear,
    log: silentLogger,
    deliveries: await project.store.collection("deliveries", { schema: DeliverySchema, version: 1 }),
    paneOf: () => undefined,
    isOutside: () => false,
    gate: () => ({ go: false, reason: "not running", recheckAfterMs: null }),
    inject: async () => {},
    sightBeforeSubmit: () => "submit" as const,
    confirmTimeoutMs: () => 1_000,
    lateSigns: async () => {},
    waitingChanged: () => {},
  });
  const background: Promise<unknown>[] = [];
  const mail = createMailAnnouncer({
    session: project.session,
    messages: project.messages,
    mutes: { isMuted: (_reader, sender) => muted.includes(sender) },
    relay,
    inBackground: (_what, work) => void background.push(work.catch((thrown) => faults.push(thrown))),
  });
  return {
    ...project,
    relay,
    mail,
    faults,
    async send(count: number) {
      const sent = await Promise.all(
        Array.from({ length: count }, (_, number) =>
          project.messages.send(claude, { to: "kimi", body: `message ${number}` }),
        ),
      );
      await Promise.all(sent.map((message) => mail.announce(message)));
    },
    settled: () => Promise.all(background),
    queued: () => relay.list("kimi").filter(({ state }) => state === "queued"),
  };
}

test("mail that finds no room is announced as soon as there is some, in its order and once", async () => {
  const { send, relay, queued, settled, faults } = await openMail();
  await send(MAX_QUEUED_DELIVERIES + 3);
  expect(queued()).toHaveLength(MAX_QUEUED_DELIVERIES);
  const bodies = () => queued().map(({ body }) => /message \d+/.exec(body)?.[0]);
  expect(bodies()).not.toContain(`message ${MAX_QUEUED_DELIVERIES}`);
  for (const left of [0, 1, 2]) {
    await relay.drop(queued()[0]!.id);
    await settled();
    expect(queued()).toHaveLength(MAX_QUEUED_DELIVERIES);
    expect(bodies()).toContain(`message ${MAX_QUEUED_DELIVERIES + left}`);
  }
  await relay.drop(queued()[0]!.id);
  await settled();
  expect(queued()).toHaveLength(MAX_QUEUED_DELIVERIES - 1);
  expect(faults).toEqual([]);
});

test("an agent that takes all at once is given all that was behind", async () => {
  const { send, relay, queued, settled } = await openMail();
  await send(MAX_QUEUED_DELIVERIES + 60);
  const taken = await relay.takeForHook("kimi", "");
  taken?.settled("taken");
  await eventually("they take all the room there is", () => queued().length + relay.roomFor("kimi") === 0);
  await relay.wentOn("kimi", "its next hook came");
  await settled();
  expect(queued()).toHaveLength(60);
});

test("what is read meanwhile, or comes from somebody muted, is not announced when there is room", async () => {
  const { send, messages, queued, relay, settled } = await openMail();
  await send(MAX_QUEUED_DELIVERIES + 1);
  const last = messages.inbox("kimi").at(-1)!;
  await messages.mark({ kind: "agent", name: "kimi" }, last.id, "read");
  await relay.drop(queued()[0]!.id);
  await settled();
  expect(queued()).toHaveLength(MAX_QUEUED_DELIVERIES - 1);
  const quiet = await openMail(["claude"]);
  await quiet.send(1);
  expect(quiet.queued()).toEqual([]);
});
