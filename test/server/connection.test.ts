import { once } from "node:events";
import { expect, test, vi } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import { BINARY_KINDS, encodeNumbered } from "../../src/protocol/frames.ts";
import type { Identity } from "../../src/protocol/results.ts";
import { serveConnection } from "../../src/server/connection.ts";
import { socketPair } from "./socket-pair.ts";

const operator: Identity = { kind: "operator", name: "operator", paneId: null, how: "operator token" };

async function serve(answer: "ok" | "bad" = "ok", frameDeadlineMs?: number) {
  const { ours, theirs } = await socketPair();
  const requests: string[] = [];
  const inputs: [number, string][] = [];
  const acks: number[] = [];
  const heard = { count: 0, changed: () => {} };
  const note = () => {
    heard.count++;
    heard.changed();
  };
  const connection = serveConnection(
    ours,
    "c1",
    {
      request(_connection, text) {
        requests.push(text);
        note();
        return answer;
      },
      input(_connection, pane, bytes) {
        inputs.push([pane, Buffer.from(bytes).toString()]);
        note();
      },
      gridAck(_connection, sequence) {
        acks.push(sequence);
        note();
      },
    },
    silentLogger,
    frameDeadlineMs,
  );
  const closed = new Promise<void>((resolve) => connection.onClose(resolve));
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      heard.changed = () => void (heard.count >= count && resolve());
      heard.changed();
    });
  return { connection, theirs, requests, inputs, acks, closed, until };
}

const numbered = (type: number, number: number, text = "") =>
  encodeNumbered(type, number, new TextEncoder().encode(text));

test("keys and acknowledgements count only after hello", async () => {
  const { connection, theirs, inputs, acks, requests, until } = await serve();
  theirs.write(numbered(BINARY_KINDS.input, 3, "too early"));
  theirs.write("{}\n");
  await until(1);
  expect([inputs, requests]).toEqual([[], ["{}"]]);
  connection.identity = operator;
  theirs.write(numbered(BINARY_KINDS.input, 3, "ls\r"));
  theirs.write(numbered(BINARY_KINDS.gridAck, 41));
  await until(3);
  expect([inputs, acks]).toEqual([[[3, "ls\r"]], [41]]);
});

test("76: a client that sends a byte now and then is cut off when its frame has taken its time", async () => {
  const { theirs, closed, requests } = await serve("ok", 300);
  theirs.write('{"id":1}\n');
  const dripping = setInterval(() => theirs.write("x"), 40);
  await closed;
  clearInterval(dripping);
  expect(requests).toEqual(['{"id":1}']);
});

test("a client whose frames come slowly but end in time stays", async () => {
  const { theirs, requests, until } = await serve("ok", 1_000);
  // Together they take longer than one of them may.
  for (let line = 1; line <= 5; line++) {
    theirs.write('{"id"');
    await new Promise((resolve) => setTimeout(resolve, 220));
    theirs.write(`:${line}}\n`);
  }
  await until(5);
  expect(requests).toHaveLength(5);
});

test("76: a client that does not read is cut off at 8 MiB, and closing is told once", async () => {
  const { connection, theirs, closed } = await serve();
  theirs.pause();
  const onClose = vi.fn<() => void>();
  connection.onClose(onClose);
  const text = "x".repeat(1_000_000);
  for (let written = 0; written < 12; written++) connection.notifyText(text);
  await closed;
  connection.close();
  expect(onClose).toHaveBeenCalledTimes(1);
  expect(connection.backlog).toBeLessThanOrEqual(9_500_000);
});

test("71: twenty bad lines in a row end it, and a good one between them begins the count anew", async () => {
  const bad = await serve("bad");
  bad.theirs.write("x\n".repeat(30));
  await bad.closed;
  expect(bad.requests).toHaveLength(20);
});

test("a client that goes away in the middle of a reply ends its connection and nothing else", async () => {
  const { connection, theirs, closed } = await serve();
  theirs.destroy();
  for (let index = 0; index < 50; index++) connection.notifyText("x".repeat(10_000));
  await closed;
  connection.reply({ id: 1, ok: true, result: null });
});

test("closed gently, what was written still arrives", async () => {
  const { connection, theirs } = await serve();
  let text = "";
  theirs.on("data", (chunk) => (text += String(chunk)));
  connection.notify({ notice: "closing", comesBack: false, reason: "over" });
  connection.close("over", true);
  await once(theirs, "close");
  expect(JSON.parse(text)).toEqual({ notice: "closing", reason: "over", comesBack: false });
});
