import { expect, test } from "vitest";
import type { EncodedDelivery } from "../../../src/domain/relay/encode.ts";
import type { SubmitSight } from "../../../src/domain/relay/submit.ts";
import type { PaneDeps } from "../../../src/server/services/pane-contract.ts";
import { createPaneInput } from "../../../src/server/services/pane-input.ts";
import { fakePane } from "../fake-pane.ts";
import { createHandClock } from "./coordination.ts";

const WRITES: EncodedDelivery = {
  parts: [Buffer.from("text"), Buffer.from("\r")],
  pauseMs: 15,
  submitPauseMs: 150,
  ending: "text",
};

/** A relay that is being written while the screen says `sight()`. */
function relay(sight: () => SubmitSight) {
  const clock = createHandClock();
  const written: string[] = [];
  const host = {
    send: (_pane: string, bytes: Uint8Array) => void written.push(Buffer.from(bytes).toString()),
    write: async (_pane: string, bytes: Uint8Array) => void written.push(Buffer.from(bytes).toString()),
  } as unknown as PaneDeps["host"];
  let told = 0;
  const input = createPaneInput({ clock, host }, { typed: () => {}, held: () => void told++ }, () => {});
  const { pane } = fakePane();
  const done = input.inject(pane, WRITES, sight).then(
    () => "written",
    (thrown: { code: string }) => thrown.code,
  );
  return {
    written,
    done,
    told: () => told,
    type: (text: string) => input.type(pane, Buffer.from(text)),
    /** Lets time pass in steps in which what was awaited goes on. */
    async pass(ms: number) {
      for (let at = 0; at <= ms; at += 10) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.advance(10);
      }
    },
  };
}

test("the key that submits waits until the text stands in the composer, and a human's keys follow it", async () => {
  let sight: SubmitSight = "wait";
  const { written, done, type, pass } = relay(() => sight);
  await pass(1_000);
  type("x");
  expect(written).toEqual(["text"]);
  sight = "submit";
  await pass(100);
  expect(written, "the pause counts from here").toEqual(["text"]);
  await pass(100);
  expect(await done).toBe("written");
  expect(written).toEqual(["text", "\r", "x"]);
});

test("who types meanwhile is told once that the keys wait, and a mouse that moves is nobody's typing", async () => {
  const { told, done, type, pass } = relay(() => "submit");
  type("\x1b[<35;4;4M");
  expect(told()).toBe(0);
  type("x");
  type("y");
  expect(told()).toBe(1);
  await pass(400);
  expect(await done).toBe("written");
  type("z");
  expect(told()).toBe(1);
});

test("a text that the agent draws otherwise is submitted after three seconds", async () => {
  const { written, done, pass } = relay(() => "wait");
  await pass(2_900);
  expect(written).toEqual(["text"]);
  await pass(500);
  expect(await done).toBe("written");
  expect(written).toEqual(["text", "\r"]);
});

test("a dialog that opens before the text was read is not answered by the key", async () => {
  let sight: SubmitSight = "wait";
  const { written, done, pass } = relay(() => sight);
  await pass(500);
  sight = "break-off";
  await pass(200);
  expect(await done).toBe("interrupted");
  expect(written).toEqual(["text"]);
});
