import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_QUEUED_DELIVERIES } from "../../src/domain/relay/delivery.ts";
import type { HookOutcome } from "../../src/server/hook-endpoint.ts";
import { breathe, createRelayWorld, type RelayWorld } from "./relay-world.ts";

describe("a delivery by paste", () => {
  test("is durable as writing before a byte goes out, then written, then confirmed by the agent's own hook", async () => {
    const world = createRelayWorld();
    void world.enqueue("relay", "dlv-a");
    await world.sync();
    expect(world.told).toEqual([]);
    await world.calm();
    expect(world.told).toEqual(["dlv-a"]);
    expect(world.state("dlv-a")).toBe("written");
    void world.relay.promptSubmitted("BEN", "[ia-tmux relay from ada · dlv-a]\nb");
    await world.calm();
    expect(world.durable.get("dlv-a")?.history.map((step) => step.state)).toEqual([
      "queued",
      "writing",
      "written",
      "confirmed",
    ]);
    expect(world.faults).toEqual([]);
  });

  test("is asked for again at the very moment of writing, and goes back to the queue when the gate has closed", async () => {
    const world = createRelayWorld();
    void world.enqueue("relay", "dlv-a");
    await world.sync();
    world.setGate(false);
    await world.calm();
    expect(world.told).toEqual([]);
    expect(world.durable.get("dlv-a")).toMatchObject({ state: "queued", attempts: 0, channel: null });
    expect(world.relay.waitingFor("ben")).toEqual({ count: 1, reason: "closed" });
  });

  test("that nothing answers is unconfirmed after its time, and lets the next one go", async () => {
    const world = createRelayWorld();
    void world.enqueue("relay", "dlv-a");
    void world.enqueue("relay", "dlv-b");
    await world.calm();
    expect(world.told).toEqual(["dlv-a"]);
    world.clock.advance(5_000);
    await world.calm();
    expect(world.state("dlv-a")).toBe("unconfirmed");
    expect(world.told).toEqual(["dlv-a", "dlv-b"]);
  });

  test("that broke off is unconfirmed, is not sent again by itself, and once more when a human says so", async () => {
    const world = createRelayWorld();
    world.setNextWrite("breaks");
    void world.enqueue("relay", "dlv-a");
    await world.calm();
    world.clock.advance(60_000);
    await world.calm();
    expect(world.state("dlv-a")).toBe("unconfirmed");
    expect(world.told).toEqual(["dlv-a"]);
    void world.relay.retry("dlv-a");
    await world.calm();
    expect(world.told).toEqual(["dlv-a", "dlv-a"]);
    expect(world.durable.get("dlv-a")).toMatchObject({ state: "written", attempts: 2 });
  });

  test("into which a dialog opened is not submitted and stays in doubt", async () => {
    const world = createRelayWorld();
    world.setBlockedBeforeSubmit(true);
    void world.enqueue("relay", "dlv-a");
    await world.calm();
    expect(world.durable.get("dlv-a")).toMatchObject({ state: "unconfirmed" });
    expect(world.durable.get("dlv-a")?.reason).toContain("dialog");
  });

  test("that its agent confirmed while it was still being written stays confirmed, however the writing ends", async () => {
    const world = createRelayWorld();
    world.setNextWrite("breaks");
    void world.enqueue("relay", "dlv-a");
    await world.sync();
    await world.sync();
    expect([world.told, world.state("dlv-a")]).toEqual([["dlv-a"], "writing"]);
    const told = world.relay.promptSubmitted("ben", "· dlv-a]");
    await world.calm();
    await told;
    expect(world.state("dlv-a")).toBe("confirmed");
  });

  test("is confirmed by its own id and not by one that it begins, nor by a text that speaks of it", async () => {
    const world = createRelayWorld();
    void world.enqueue("relay", "dlv-a-1");
    await world.calm();
    void world.relay.promptSubmitted("ben", "[ia-tmux relay from ada · dlv-a-16]\nb");
    void world.relay.promptSubmitted("ben", "what became of dlv-a-1 ?");
    void world.relay.promptSubmitted("cy", "[ia-tmux relay from ada · dlv-a-1]\nb");
    await world.calm();
    expect(world.state("dlv-a-1")).toBe("written");
  });

  test("in flight when its agent ends is unconfirmed, and what is queued waits for it to run again", async () => {
    const world = createRelayWorld();
    void world.enqueue("relay", "dlv-a");
    void world.enqueue("relay", "dlv-b");
    await world.calm();
    world.setPane(false);
    void world.relay.paneEnded("ben");
    await world.calm();
    expect([world.state("dlv-a"), world.state("dlv-b")]).toEqual(["unconfirmed", "queued"]);
    expect(world.relay.waitingFor("ben")?.reason).toBe("ben is not running");
    world.setOutside(true);
    world.relay.poke("ben");
    await world.calm();
    expect(world.relay.waitingFor("ben")?.reason).toBe("goes with the agent's next hook");
    world.setPane(true);
    world.relay.poke("ben");
    await world.calm();
    expect(world.told).toEqual(["dlv-a", "dlv-b"]);
  });
});

describe("after a crash", () => {
  test.each([0, 1, 2, 3])(
    "with %i steps on disk nothing is lost and nothing is sent twice",
    async (steps) => {
      const world = createRelayWorld();
      void world.enqueue("relay", "dlv-a");
      for (let step = 0; step < steps; step++) await world.sync();
      const toldBefore = [...world.told];
      await world.crash();
      const expected = ["nothing stored", "written", "unconfirmed", "written"][steps];
      expect(world.state("dlv-a") ?? "nothing stored").toBe(expected);
      // Written anew only when the disk says that it had not begun.
      expect(world.told).toEqual(steps === 1 ? ["dlv-a"] : toldBefore);
      expect(world.faults).toEqual([]);
    },
  );

  test("a prompt that names what was in doubt settles it", async () => {
    const world = createRelayWorld();
    void world.enqueue("relay", "dlv-a");
    await world.sync();
    await world.sync();
    await world.crash();
    expect(world.state("dlv-a")).toBe("unconfirmed");
    void world.relay.promptSubmitted("ben", "[ia-tmux relay from ada · dlv-a]\nb");
    await world.calm();
    expect(world.state("dlv-a")).toBe("confirmed");
  });

  test("the report of an agent on its task is proof, too", async () => {
    const world = createRelayWorld();
    void world.relay.enqueue({
      kind: "relay",
      from: "ada",
      to: "ben",
      priority: "high",
      taskId: "task-1",
      messageIds: [],
      body: "b",
      id: "dlv-a",
    });
    await world.sync();
    await world.sync();
    await world.crash();
    void world.relay.answered("ben", { taskId: "task-1" });
    await world.calm();
    expect(world.durable.get("dlv-a")).toMatchObject({ state: "confirmed" });
    expect(world.durable.get("dlv-a")?.answeredAtMs).not.toBeNull();
  });
});

describe("mail in an agent's hook", () => {
  async function handed(world: RelayWorld) {
    world.setGate(false);
    void world.enqueue("message", "dlv-m");
    await world.calm();
    const taking = world.relay.takeForHook("ben", "call-1");
    await world.calm();
    const taken = await taking;
    expect(taken?.deliveries.map((one) => one.id)).toEqual(["dlv-m"]);
    expect(world.durable.get("dlv-m")).toMatchObject({ state: "writing", channel: "hook", attempts: 1 });
    return taken!;
  }

  test.each([
    ["taken", "written"],
    ["not-sent", "queued"],
    ["unknown", "unconfirmed"],
  ] as const)("that was %s is %s", async (outcome, state) => {
    const world = createRelayWorld();
    (await handed(world)).settled(outcome);
    await world.calm();
    expect(world.durable.get("dlv-m")).toMatchObject({ state, attempts: outcome === "not-sent" ? 0 : 1 });
  });

  test("that was taken is confirmed by the agent's next hook, and in doubt when it goes idle without one", async () => {
    for (const [goesOn, state] of [
      [true, "confirmed"],
      [false, "unconfirmed"],
    ] as const) {
      const world = createRelayWorld();
      (await handed(world)).settled("taken");
      await world.calm();
      void (goesOn ? world.relay.wentOn("ben", "next hook") : world.relay.gaveNoSign("ben", "went idle"));
      await world.calm();
      expect(world.state("dlv-m")).toBe(state);
    }
  });

  test.each([
    ["call-1", "queued", 0],
    ["call-2", "unconfirmed", 1],
  ])(
    "goes again when the very call it was handed to got no answer, and not when %s got none",
    async (callId, state, attempts) => {
      const world = createRelayWorld();
      (await handed(world)).settled("unknown");
      await world.calm();
      void world.relay.gotNoAnswer("ben", { callId, atMs: world.clock.nowMs() });
      await world.calm();
      expect(world.durable.get("dlv-m")).toMatchObject({ state, attempts });
    },
  );

  test("is handed to one of two hooks that ask at the same time", async () => {
    const world = createRelayWorld();
    world.setGate(false);
    for (const id of ["dlv-1", "dlv-2", "dlv-3"]) void world.enqueue("message", id);
    await world.calm();
    const both = Promise.all([
      world.relay.takeForHook("ben", "call-1"),
      world.relay.takeForHook("ben", "call-2"),
    ]);
    await world.calm();
    const ids = (await both).flatMap((taken) => taken?.deliveries.map((one) => one.id) ?? []);
    expect(ids.sort()).toEqual(["dlv-1", "dlv-2", "dlv-3"]);
  });

  test("carries no task: that is a prompt of its own", async () => {
    const world = createRelayWorld();
    world.setGate(false);
    void world.enqueue("relay", "dlv-r");
    await world.calm();
    expect(await world.relay.takeForHook("ben", "call-1")).toBeNull();
  });
});

test("a queue that is full refuses the next with `busy`, and the same id twice is one delivery", async () => {
  const world = createRelayWorld();
  world.setGate(false);
  for (let index = 0; index < MAX_QUEUED_DELIVERIES; index++) void world.enqueue("relay", `dlv-${index}`);
  await world.calm();
  await expect(world.enqueue("relay", "dlv-more")).rejects.toMatchObject({ code: "busy" });
  expect((await world.enqueue("relay", "dlv-0")).id).toBe("dlv-0");
  expect(world.relay.list().length).toBe(MAX_QUEUED_DELIVERIES);
});

test("a dropped delivery never goes, and one under way cannot be dropped", async () => {
  const world = createRelayWorld();
  world.setGate(false);
  void world.enqueue("relay", "dlv-a");
  await world.calm();
  void world.relay.drop("dlv-a");
  world.setGate(true);
  await world.calm();
  expect(world.told).toEqual([]);
  void world.enqueue("relay", "dlv-b");
  await world.calm();
  await expect(world.relay.drop("dlv-b")).rejects.toMatchObject({ code: "illegal-move" });
});

/** What may happen, in any order. */
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("relay", "message").map((kind) => ({ do: "enqueue", kind }) as const),
  },
  { weight: 3, arbitrary: fc.boolean().map((open) => ({ do: "gate", open }) as const) },
  { weight: 6, arbitrary: fc.constant({ do: "sync" } as const) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom("breaks", "never answers")
      .map((manner) => ({ do: "trouble", manner }) as const),
  },
  { weight: 3, arbitrary: fc.constant({ do: "prompt hook" } as const) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<HookOutcome>("taken", "not-sent", "unknown")
      .map((outcome) => ({ do: "mail hook", outcome }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ do: "idle" } as const) },
  { weight: 2, arbitrary: fc.constantFrom(100, 1_000, 6_000).map((ms) => ({ do: "time", ms }) as const) },
  { weight: 1, arbitrary: fc.constant({ do: "crash" } as const) },
  { weight: 1, arbitrary: fc.constant({ do: "pane ends" } as const) },
);

test("whatever happens in whatever order: no text twice, none while the gate holds, none forgotten, none claimed in vain", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (story) => {
      const world = createRelayWorld();
      const acked: string[] = [];
      const toldByHook: string[] = [];
      for (const step of story) await play(world, step);
      // One that never answered hangs until the server ends.
      world.setNextWrite("whole");
      await world.crash();
      world.setGate(true);
      for (let round = 0; round < 60; round++) {
        await world.calm();
        world.clock.advance(6_000);
        void world.relay.gaveNoSign("ben", "went idle");
      }
      await world.calm();

      expect(world.faults).toEqual([]);
      const told = [...world.told, ...toldByHook];
      expect(told.length).toBe(new Set(told).size);
      for (const id of acked) {
        const delivery = world.durable.get(id);
        expect(delivery, id).toBeDefined();
        expect(["confirmed", "unconfirmed"]).toContain(delivery?.state);
        if (delivery?.state === "confirmed") expect(told).toContain(id);
        if (!told.includes(id)) expect(delivery?.state).toBe("unconfirmed");
      }

      async function play(
        world: RelayWorld,
        step: typeof happening extends fc.Arbitrary<infer S> ? S : never,
      ) {
        switch (step.do) {
          case "enqueue":
            void world.enqueue(step.kind).then(({ id }) => acked.push(id));
            break;
          case "gate":
            world.setGate(step.open);
            break;
          case "sync":
            await world.sync();
            break;
          case "trouble":
            world.setNextWrite(step.manner);
            break;
          case "prompt hook": {
            const last = world.told.at(-1);
            if (last !== undefined)
              void world.relay.promptSubmitted("ben", `[ia-tmux relay from ada · ${last}]`);
            break;
          }
          case "mail hook":
            void world.relay.takeForHook("ben", "call-1").then((taken) => {
              if (taken === null) return;
              if (step.outcome === "taken") toldByHook.push(...taken.deliveries.map((one) => one.id));
              taken.settled(step.outcome);
            });
            break;
          case "idle":
            void world.relay.gaveNoSign("ben", "went idle");
            break;
          case "time":
            world.clock.advance(step.ms);
            break;
          case "crash":
            await world.crash();
            break;
          case "pane ends":
            void world.relay.paneEnded("ben");
            break;
        }
        await breathe();
      }
    }),
    { numRuns: 500 },
  );
}, 30_000);
