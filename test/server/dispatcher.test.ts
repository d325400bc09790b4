import { expect, test } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import type { Reply } from "../../src/protocol/envelope.ts";
import type { OwnIdentity } from "../../src/protocol/results.ts";
import type { ServerConnection } from "../../src/server/connection.ts";
import { createDispatcher, type HandlerTable } from "../../src/server/dispatcher.ts";
import { breathe } from "./relay-world.ts";

const operator: OwnIdentity = {
  kind: "operator",
  name: "operator",
  paneId: null,
  how: "operator token",
  role: null,
  devRole: null,
};

function dispatcher(
  handlers: Partial<HandlerTable> = {},
  more: { beforeReply?: () => void; isWatcher?: () => boolean } = {},
) {
  const replies: Reply[] = [];
  const connection = { identity: operator, kind: "test", reply: (reply: Reply) => void replies.push(reply) };
  const made = createDispatcher({
    handlers: handlers as HandlerTable,
    log: silentLogger,
    isWatcher: () => false,
    beforeReply: () => {},
    ...more,
  });
  const target = connection as unknown as ServerConnection;
  return { replies, connection: target, send: (text: string) => made.dispatch(target, text) };
}

const call = (id: number, method: string, params: unknown = {}) => JSON.stringify({ id, method, params });

test("a reply comes after what it has changed was told", async () => {
  const order: string[] = [];
  const beforeReply = () => void order.push(`told before ${replies.length + 1}`);
  const { send, replies } = dispatcher({ "server.whoami": () => operator }, { beforeReply });
  send(call(1, "server.whoami"));
  await breathe();
  expect(order).toEqual(["told before 1"]);
  expect(replies).toEqual([{ id: 1, ok: true, result: operator }]);
});

test("before hello nothing else is answered", () => {
  const { send, replies, connection } = dispatcher();
  connection.identity = null;
  send(call(1, "server.info"));
  expect(replies[0]).toMatchObject({ ok: false, error: { code: "unauthorised" } });
});

test("wrong parameters are named with the method and the place", async () => {
  const { send, replies } = dispatcher();
  send(call(1, "pane.capture", { history: "many" }));
  await breathe();
  expect(replies[0]).toMatchObject({ ok: false, error: { code: "bad-data" } });
  expect(JSON.stringify(replies[0])).toContain("pane.capture: history");
});

test("what changes something is refused to a client that only watches, and what reads is answered", async () => {
  const { send, replies } = dispatcher(
    { "server.whoami": () => operator, "pane.zoom": () => ({}) },
    { isWatcher: () => true },
  );
  send(call(1, "pane.zoom"));
  send(call(2, "server.whoami"));
  await breathe();
  expect(replies).toMatchObject([
    {
      id: 1,
      ok: false,
      error: { code: "read-only", hint: "Attach without --read-only to change something." },
    },
    { id: 2, ok: true },
  ]);
});

test("a handler's fault answers that call alone and tells nothing of the inside", async () => {
  const { send, replies } = dispatcher({
    "server.whoami": () => {
      throw new TypeError("secret of the inside");
    },
  });
  send(call(1, "server.whoami"));
  await breathe();
  expect(replies[0]).toMatchObject({ id: 1, ok: false, error: { code: "internal" } });
});

test("an open id is refused, and free again after its reply", async () => {
  let finish = () => {};
  const { send, replies } = dispatcher({
    "server.whoami": () => new Promise((resolve) => (finish = () => resolve(operator))),
  });
  send(call(1, "server.whoami"));
  expect(send(call(1, "server.whoami"))).toBe("bad");
  expect(replies[0]).toMatchObject({ id: 1, error: { code: "bad_request" } });
  finish();
  await breathe();
  expect(send(call(1, "server.whoami"))).toBe("ok");
});

test("more than 256 open requests of one client are refused with busy", () => {
  const { send, replies } = dispatcher({ "server.whoami": () => new Promise(() => {}) });
  for (let id = 0; id <= 256; id++) send(call(id, "server.whoami"));
  expect(replies).toHaveLength(1);
  expect(replies[0]).toMatchObject({ id: 256, error: { code: "busy" } });
});

test("75: brackets inside strings are no depth, and real depth is refused before it is parsed", () => {
  const { send, replies } = dispatcher({ "server.whoami": () => operator });
  expect(send(call(1, "server.whoami", { text: '["\\"'.repeat(200) }))).toBe("ok");
  expect(send(`{"id":2,"method":"server.whoami","params":${"[".repeat(500_000)}`)).toBe("bad");
  expect(JSON.stringify(replies[0])).toContain("deeper than 64");
});
