import { describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import type { Connection } from "../../src/client/connection.ts";
import { MAX_PASTE_BYTES } from "../../src/domain/keys/paste.ts";
import { createPaneInput } from "../../src/tui/pane-input.ts";

/** A server that takes a piece when the test says so. */
function typing() {
  const taken: { pane: number; text: string }[] = [];
  const asked: { pane: number; text: string; settle: (error?: AppError) => void }[] = [];
  const refused: string[] = [];
  let open = 0;
  const connection = {
    sendInput: (pane: number, bytes: Uint8Array) =>
      taken.push({ pane, text: new TextDecoder().decode(bytes) }),
    call: (_method: string, { pane, data }: { pane: number; data: string }) =>
      new Promise<void>((resolve, reject) => {
        const text = Buffer.from(data, "base64").toString("utf8");
        const settle = (error?: AppError) => {
          if (error) return reject(error);
          taken.push({ pane, text });
          resolve();
        };
        asked.push({ pane, text, settle });
      }),
  } as unknown as Connection;
  const input = createPaneInput({
    connection: () => connection,
    refuse: (message) => refused.push(message),
    begin() {
      open++;
      return () => open--;
    },
  });
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    send: (pane: number, text: string) => input.send(pane, new TextEncoder().encode(text)),
    taken,
    asked,
    refused,
    isIdle: () => open === 0,
    turn,
    /** Takes what is asked until nothing more is. */
    async takeAll() {
      for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
        next.settle();
        await turn();
      }
    },
  };
}

const LONG = "0123456789".repeat(40_000);

describe("a long paste", () => {
  test("goes in pieces, one at a time, and what is typed behind it waits for it", async () => {
    const { send, taken, asked, takeAll, isIdle } = typing();
    send(1, LONG);
    send(1, "x");
    expect(asked).toHaveLength(1);
    expect(asked[0]!.text.length).toBeLessThan(LONG.length);
    await takeAll();
    expect(taken.map((one) => one.text).join("")).toBe(`${LONG}x`);
    expect(isIdle()).toBe(true);
    send(1, "y");
    expect(taken.at(-1)).toEqual({ pane: 1, text: "y" });
  });

  test("holds up no other pane", () => {
    const { send, taken } = typing();
    send(1, LONG);
    send(2, "hello");
    expect(taken).toEqual([{ pane: 2, text: "hello" }]);
  });

  test("that the pane does not take is said, and typing goes on", async () => {
    const { send, taken, asked, refused, turn } = typing();
    send(1, LONG);
    asked.shift()!.settle(new AppError("failed", "Pane %1 has ended."));
    await turn();
    expect(refused).toEqual(["Not all of it was pasted: Pane %1 has ended."]);
    send(1, "y");
    expect(taken).toEqual([{ pane: 1, text: "y" }]);
  });

  test("and what comes behind it is bounded, with words", () => {
    const { send, refused } = typing();
    send(1, "z".repeat(MAX_PASTE_BYTES));
    send(1, "z".repeat(1_000_000));
    expect(refused).toEqual([]);
    send(1, "z".repeat(200_000));
    expect(refused).toEqual(["The pane does not read what was pasted; what came behind it is lost."]);
  });
});
