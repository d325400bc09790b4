// A world for the relay service that a test turns by hand: one agent, its pane, a disk that is slow and forgets what it
// had not written yet, and a server that can die at any moment.
import { AppError } from "../../src/base/errors.ts";
import { silentLogger } from "../../src/base/log.ts";
import type { Fact } from "../../src/domain/facts.ts";
import type { Delivery } from "../../src/domain/relay/delivery.ts";
import type { PaneRuntime } from "../../src/server/services/pane-runtime.ts";
import { createRelayService, type RelayService } from "../../src/server/services/relay-service.ts";
import type { Collection } from "../../src/store/contract.ts";
import { createHandClock } from "./services/coordination.ts";

/** Documents whose writes become durable only when the test says so. */
export function slowCollection(durable: Map<string, Delivery>) {
  const memory = new Map(durable);
  const pending: (() => void)[] = [];
  const store = (document: Delivery): Promise<void> => {
    memory.set(document.id, document);
    return new Promise((resolve) => {
      pending.push(() => {
        durable.set(document.id, document);
        resolve();
      });
    });
  };
  const collection: Collection<Delivery> = {
    name: "deliveries",
    get size() {
      return memory.size;
    },
    get: (id) => memory.get(id),
    all: () => [...memory.values()],
    find: (predicate) => [...memory.values()].filter(predicate),
    insert: (document) =>
      memory.has(document.id) ? Promise.reject(new AppError("conflict", document.id)) : store(document),
    put: store,
    async update(id, change) {
      const changed = change(memory.get(id)!);
      await store(changed);
      return changed;
    },
    async remove(id) {
      memory.delete(id);
      durable.delete(id);
    },
  };
  return {
    collection,
    /** Makes the oldest waiting write durable. */
    sync: () => pending.shift()?.(),
    get waiting() {
      return pending.length;
    },
  };
}

/** Lets everything that is ready to run do so. */
export const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

export function createRelayWorld() {
  const clock = createHandClock();
  const durable = new Map<string, Delivery>();
  const facts: Fact[] = [];
  const pane = { id: "%1", dead: null, pid: 7, record: { agent: "ben" } } as unknown as PaneRuntime;
  /** Every text the agent was given, by the delivery's id: pastes, and answers that its hook took. */
  const told: string[] = [];
  const faults: string[] = [];
  let open = true;
  let hasPane = true;
  let isOutside = false;
  /** How the next write into the terminal goes. */
  let nextWrite: "whole" | "breaks" | "never answers" = "whole";
  let blockedBeforeSubmit = false;
  let ids = 0;
  let logicalTime = 0;
  let disk = slowCollection(durable);
  let life = { isOver: false };
  let relay = start();

  function start(): RelayService {
    const own = disk;
    const mine = life;
    return createRelayService({
      clock,
      ids: { next: (prefix) => `${prefix}-${++ids}`, token: () => "" },
      log: silentLogger,
      announce: (fact) => void facts.push(fact),
      nextLogicalTime: () => ++logicalTime,
      deliveries: own.collection,
      paneOf: () => (hasPane ? pane : undefined),
      isOutside: () => isOutside,
      lateSigns: async () => {},
      gate: (_pane, delivery) =>
        open
          ? {
              go: true,
              writes: {
                parts: [new TextEncoder().encode(delivery.id)],
                pauseMs: 0,
                submitPauseMs: 0,
                ending: null,
              },
            }
          : { go: false, reason: "closed", recheckAfterMs: 1_000 },
      async inject(_pane, writes, sight) {
        const id = new TextDecoder().decode(writes.parts[0]);
        if (mine.isOver) return new Promise(() => {});
        if (!open) faults.push(`${id} was written while the gate held`);
        if (durable.get(id)?.state !== "writing")
          faults.push(`${id} was written before its record was durable`);
        const manner = nextWrite;
        nextWrite = "whole";
        told.push(id);
        if (sight() === "break-off") throw new AppError("interrupted", "a dialog opened meanwhile");
        if (manner === "breaks") await breathe();
        if (manner === "breaks") throw new AppError("failed", "the pane does not read");
        if (manner === "never answers") return new Promise(() => {});
      },
      sightBeforeSubmit: () => (blockedBeforeSubmit ? "break-off" : "submit"),
      confirmTimeoutMs: () => 5_000,
      waitingChanged: () => {},
    });
  }

  return {
    clock,
    facts,
    told,
    faults,
    durable,
    get relay() {
      return relay;
    },
    get pendingWrites() {
      return disk.waiting;
    },
    setGate(isOpen: boolean) {
      open = isOpen;
      relay.poke("ben");
    },
    setOutside(is: boolean) {
      isOutside = is;
    },
    setPane(isThere: boolean) {
      hasPane = isThere;
    },
    setNextWrite(manner: typeof nextWrite) {
      nextWrite = manner;
    },
    setBlockedBeforeSubmit(isBlocked: boolean) {
      blockedBeforeSubmit = isBlocked;
    },
    enqueue(kind: Delivery["kind"] = "relay", id?: string) {
      const request = {
        kind,
        from: "ada",
        to: "ben",
        priority: "medium",
        taskId: null,
        messageIds: [],
        body: "b",
      };
      return relay.enqueue({ ...request, priority: "medium", ...(id === undefined ? {} : { id }) });
    },
    /** Makes one write durable and lets what waited for it go on. */
    async sync() {
      disk.sync();
      await breathe();
    },
    /** Lets the disk finish everything, and what follows from it. */
    async calm() {
      do {
        await this.sync();
      } while (disk.waiting > 0);
      await breathe();
    },
    /** `kill -9` and the next start: only what was durable is known. */
    async crash() {
      relay.stop();
      life.isOver = true;
      life = { isOver: false };
      disk = slowCollection(durable);
      relay = start();
      const recovering = relay.recover();
      await this.calm();
      await recovering;
    },
    state: (id: string) => disk.collection.get(id)?.state,
  };
}

export type RelayWorld = ReturnType<typeof createRelayWorld>;
