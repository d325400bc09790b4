// What goes into a pane's program: the keys of humans, and relays, which are written whole.
import { AppError } from "../../base/errors.ts";
import type { EncodedDelivery } from "../../domain/relay/encode.ts";
import type { SubmitSight } from "../../domain/relay/submit.ts";
import type { QueueHighWater } from "../../protocol/host-frames.ts";
import type { PaneDeps, PaneListeners } from "./pane-contract.ts";
import { isTyping, MAX_HELD_INPUT_BYTES, type PaneRuntime } from "./pane-runtime.ts";

const STILL_PASTING_MS = 500;
/** How often a paste looks whether the relay before it is written. */
const HELD_LOOK_MS = 20;
/** How often, and how long at most, a relay looks whether the agent has read it before it is submitted. */
const READ_LOOK = { everyMs: 20, forMs: 3_000 } as const;

export function createPaneInput(
  { clock, host }: Pick<PaneDeps, "clock" | "host">,
  listeners: Pick<PaneListeners, "typed" | "held">,
  hurry: (paneId: string) => void,
) {
  function pause(ms: number): Promise<void> {
    return ms > 0 ? new Promise((resolve) => clock.after(ms, resolve)) : Promise.resolve();
  }

  /** The pause counts from when the agent has read the text: it, too, tells text from keys by the time between them. */
  async function beforeSubmit(pane: PaneRuntime, pauseMs: number, sight: () => SubmitSight): Promise<void> {
    const untilMs = clock.bootMs() + READ_LOOK.forMs;
    while (!pane.dead && sight() === "wait" && clock.bootMs() < untilMs) await pause(READ_LOOK.everyMs);
    await pause(pauseMs);
    if (sight() === "break-off")
      throw new AppError("interrupted", "a dialog opened meanwhile, so it was not submitted");
  }

  let mostHeldBytes = 0;
  /** Panes whose human knows that the keys wait. */
  const told = new WeakSet<PaneRuntime>();

  function tellHeld(pane: PaneRuntime) {
    if (told.has(pane)) return;
    told.add(pane);
    listeners.held(pane);
  }

  function hold(pane: PaneRuntime, bytes: Uint8Array) {
    if (pane.heldInput === null || pane.heldBytes + bytes.length > MAX_HELD_INPUT_BYTES) return;
    pane.heldInput.push(new Uint8Array(bytes));
    pane.heldBytes += bytes.length;
    if (pane.heldBytes > mostHeldBytes) mostHeldBytes = pane.heldBytes;
  }

  return {
    highWater: (): QueueHighWater => ({
      queue: "keys typed while a relay is written",
      mostBytes: mostHeldBytes,
      boundBytes: MAX_HELD_INPUT_BYTES,
    }),

    /** Bytes that a human typed. While a relay is being written they wait, and follow it in order. */
    type(pane: PaneRuntime, bytes: Uint8Array) {
      if (pane.dead || pane.pid === null) return;
      const typing = isTyping(bytes);
      if (typing) {
        pane.lastHumanKeyMs = clock.nowMs();
        hurry(pane.id);
      }
      // What follows from the key can wait, the key cannot.
      if (pane.heldInput === null) host.send(pane.id, bytes);
      else {
        hold(pane, bytes);
        if (typing) tellHeld(pane);
      }
      if (typing) listeners.typed(pane);
    },

    /**
     * A piece of what a human pastes: resolves when the terminal has taken it. While a relay is being written it waits.
     * Rejects with `failed` when the pane has ended or does not read.
     */
    async typeWhole(pane: PaneRuntime, bytes: Uint8Array): Promise<void> {
      listeners.typed(pane);
      // Half a paste is a human's typing for as long as it takes: no relay may come between.
      let stopNoting = () => {};
      const note = () => {
        pane.lastHumanKeyMs = clock.nowMs();
        stopNoting = clock.after(STILL_PASTING_MS, note);
      };
      note();
      try {
        if (pane.heldInput !== null) tellHeld(pane);
        while (pane.heldInput !== null) await pause(HELD_LOOK_MS);
        await host.write(pane.id, bytes);
      } finally {
        stopNoting();
        pane.lastHumanKeyMs = clock.nowMs();
      }
    },

    /**
     * Writes a relay: each part is one write to the terminal, with the pauses that the agent needs to tell text from
     * keys. Human input is held meanwhile and let through after. Before the last of several parts, which submits,
     * `sight` is asked, again and again while it says `wait`, and for three seconds at most: an agent may draw a text
     * otherwise than it was written. Only the relay service calls this. Rejects when the pane is dead or does not
     * read, and with `interrupted` when a dialog is in the way.
     */
    async inject(pane: PaneRuntime, writes: EncodedDelivery, sight: () => SubmitSight): Promise<void> {
      if (pane.dead || pane.pid === null) throw new AppError("failed", `Pane ${pane.id} has ended.`);
      if (pane.heldInput !== null) throw new AppError("busy", `Pane ${pane.id} is being written to.`);
      pane.heldInput = [];
      try {
        for (const [index, part] of writes.parts.entries()) {
          const last = index === writes.parts.length - 1;
          if (index > 0 && last) await beforeSubmit(pane, writes.submitPauseMs, sight);
          else if (index > 0) await pause(writes.pauseMs);
          await host.write(pane.id, part);
        }
      } finally {
        const held: Uint8Array[] = pane.heldInput;
        pane.heldInput = null;
        pane.heldBytes = 0;
        told.delete(pane);
        for (const bytes of held) if (!pane.dead) host.send(pane.id, bytes);
      }
    },
  };
}
