// What a stranger, a broken client or an attacker of the same user may write to the socket, under the numbers of the list
// of bad inputs (4E). Whatever it is: the server lives, and others are answered at once.
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { connect as dial, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { PROTOCOL_VERSION } from "../../src/protocol/version.ts";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

/** Tells an answer from a hang: others do what they do meanwhile, on this machine, too. */
const HANG_MS = 15_000;
const layout = "name: rig\nwindows:\n  - name: main\n    panes:\n      - command: [cat]\n";

let workspace: Workspace;
let serverPid: number;
beforeAll(async () => {
  workspace = await openWorkspace({ layout, size: "80x24" });
  serverPid = await workspace.serverPid();
});
afterAll(() => workspace.close());

interface Line {
  readonly id: unknown;
  readonly ok?: boolean;
  readonly error?: { readonly code: string; readonly message: string };
}

const open = new Set<Socket>();
afterEach(async () => {
  for (const socket of open) socket.destroy();
  open.clear();
  // Others never notice, and it is still the same server.
  const startedMs = performance.now();
  expect(await workspace.serverPid()).toBe(serverPid);
  expect(performance.now() - startedMs).toBeLessThan(HANG_MS);
});

/** A connection on which a test writes bytes as they are. */
async function raw() {
  const socket = dial(workspace.socketPath);
  open.add(socket);
  let text = "";
  let closed = false;
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => (text += chunk));
  socket.on("close", () => (closed = true));
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  const lines = () =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  return {
    socket,
    lines,
    send: (data: string | Uint8Array) => void socket.write(data),
    replies: (count: number) =>
      eventually(`${count} replies`, () => lines().length >= count && lines(), {
        describe: () => text.slice(-500),
      }),
    closed: () => eventually("the server closes the connection", () => closed),
    isClosed: () => closed,
  };
}

const token = () => readFileSync(join(workspace.dir, "state", "operator.token"), "utf8").trim();
const hello = (more: object = {}) =>
  `${JSON.stringify({ id: 0, method: "server.hello", params: { protocol: PROTOCOL_VERSION, version: "0", client: "test", token: token(), ...more } })}\n`;

/** One that has said hello. */
async function greeted() {
  const client = await raw();
  client.send(hello());
  expect((await client.replies(1))[0]).toMatchObject({ id: 0, ok: true });
  return client;
}

test.each(["not json", "42", "null", "[]", '"x"', "", "{", "{}"])(
  "71: the line %j is a bad request that says what was expected, and the connection stays",
  async (line) => {
    const client = await greeted();
    client.send(`${line}\n`);
    const [, reply] = await client.replies(2);
    expect(reply).toMatchObject({ id: null, ok: false, error: { code: "bad_request" } });
    expect(reply?.error?.message).toContain('{"id":1,"method":"noun.verb"');
    client.send(`${JSON.stringify({ id: 7, method: "server.whoami" })}\n`);
    expect((await client.replies(3))[2]).toMatchObject({ id: 7, ok: true });
  },
);

test("71: after twenty such lines in a row the connection is closed", async () => {
  const client = await greeted();
  client.send("nonsense\n".repeat(25));
  await client.closed();
  expect(client.lines().filter((line) => line.ok === false)).toHaveLength(20);
});

test("72: a line longer than the limit is named with it and ends the connection", async () => {
  const client = await greeted();
  client.send("x".repeat(1_048_577));
  await client.closed();
  expect(client.lines().at(-1)).toMatchObject({
    ok: false,
    error: { code: "frame_too_large", message: "frame larger than 1048576" },
  });
});

test("73: a binary length of 2 GB ends the connection before anything is kept", async () => {
  const client = await greeted();
  client.send(Uint8Array.of(0, 3, 0xff, 0xff, 0xff, 0x7f));
  await client.closed();
  expect(client.lines().at(-1)?.error?.code).toBe("frame_too_large");
});

test.each(["__proto__", "constructor", "toString", "no.such", "server.hello2"])(
  "74: the method %s is unknown",
  async (method) => {
    const client = await greeted();
    client.send(`${JSON.stringify({ id: 1, method })}\n`);
    expect((await client.replies(2))[1]).toMatchObject({
      id: 1,
      ok: false,
      error: { code: "unknown_method" },
    });
  },
);

test.each([
  ['{"id":{},"method":"server.whoami"}'],
  ['{"method":"server.whoami"}'],
  ['{"id":1}'],
  ['{"id":1,"method":7}'],
])("74: %s is a bad request", async (line) => {
  const client = await greeted();
  client.send(`${line}\n`);
  expect((await client.replies(2))[1]).toMatchObject({ ok: false, error: { code: "bad_request" } });
});

test("74: an id that is still open is refused, an unknown field is passed over", async () => {
  const client = await greeted();
  const wait = {
    id: 1,
    method: "wait.for",
    params: { pane: "%1", screen: "never there", timeoutMs: 60_000 },
  };
  client.send(`${JSON.stringify(wait)}\n${JSON.stringify({ id: 1, method: "server.whoami" })}\n`);
  expect((await client.replies(2))[1]).toMatchObject({ id: 1, ok: false, error: { code: "bad_request" } });
  client.send(`${JSON.stringify({ id: 2, method: "server.whoami", params: { extra: 1 }, more: true })}\n`);
  expect((await client.replies(3))[2]).toMatchObject({ id: 2, ok: true });
});

test("75: JSON that is too deep, too wide or too large in its numbers is answered with what is wrong", async () => {
  const client = await greeted();
  const call = (params: string) => `{"id":1,"method":"activity.add","params":${params}}\n`;
  const bodies = [
    `${"[".repeat(200_000)}\n`,
    call(`{"text":"x","a":${"[".repeat(1_000)}${"]".repeat(1_000)}}`),
    call(`{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":1`).join(",")}}`),
    call(`{"text":${"9".repeat(100_000)}}`),
    call('{"text":1e999}'),
  ];
  for (const [index, body] of bodies.entries()) {
    const startedMs = performance.now();
    client.send(body);
    const reply = (await client.replies(index + 2))[index + 1];
    expect(reply?.ok, body.slice(0, 60)).toBe(false);
    expect(["bad_request", "bad-data"]).toContain(reply?.error?.code);
    expect(performance.now() - startedMs).toBeLessThan(HANG_MS);
  }
});

test("75: a key given twice and half a surrogate pair do no harm", async () => {
  const client = await greeted();
  client.send('{"id":1,"method":"nothing","method":"server.whoami","params":{"__proto__":{"x":1}}}\n');
  expect((await client.replies(2))[1]).toMatchObject({ id: 1, ok: true });
  client.send('{"id":2,"method":"activity.add","params":{"text":"a \\ud800 b"}}\n');
  expect((await client.replies(3))[2]).toMatchObject({ id: 2, ok: true });
});

test("76: clients that half-close, vanish in a frame or sit idle in hundreds disturb nobody", async () => {
  const half = await greeted();
  half.socket.end(`${JSON.stringify({ id: 1, method: "server.whoami" })}\n`);
  expect((await half.replies(2))[1]).toMatchObject({ id: 1, ok: true });
  for (let index = 0; index < 50; index++) {
    const vanishing = await raw();
    vanishing.send(hello());
    vanishing.send('{"id":1,"method":"pane.cap');
    vanishing.socket.destroy();
  }
  await Promise.all(Array.from({ length: 400 }, () => raw()));
  const startedMs = performance.now();
  expect((await workspace.cli(["whoami"])).exitCode).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(HANG_MS);
});

test("76: a client that never reads is cut off, and its memory is given back", async () => {
  const client = await greeted();
  client.socket.pause();
  const request = (id: number) => `${JSON.stringify({ id, method: "server.dump" })}\n`;
  let id = 1;
  await eventually(
    "it is disconnected",
    () => {
      for (let burst = 0; burst < 200; burst++) client.send(request(++id));
      return client.socket.destroyed || client.socket.writableEnded || client.isClosed();
    },
    { timeoutMs: 15_000 },
  ).catch(() => {});
  const log = await eventually("the server notes it", () => workspace.serverLog().includes("does not read"));
  expect(log).toBe(true);
});

test("77: a missing or wrong token is unauthorised, and nothing but hello is answered before", async () => {
  const client = await raw();
  client.send(`${JSON.stringify({ id: 1, method: "server.info" })}\n`);
  expect((await client.replies(1))[0]).toMatchObject({ error: { code: "unauthorised" } });
  client.send(hello({ token: undefined }));
  client.send(hello({ token: "0".repeat(32) }).replace('"id":0', '"id":2'));
  for (const reply of (await client.replies(3)).slice(1)) expect(reply.error?.code).toBe("unauthorised");
  const ran = await workspace.cli(["whoami"], {
    env: { IA_TMUX_TOKEN: "garbage", IA_TMUX_SOCKET: join(workspace.dir, "run", "hook.sock") },
  });
  expect(ran.exitCode).toBe(77);
});

test("77: after three wrong tokens each further answer takes a second", async () => {
  const client = await raw();
  for (let id = 1; id <= 3; id++) client.send(hello({ token: "wrong" }).replace('"id":0', `"id":${id}`));
  await client.replies(3);
  const startedMs = performance.now();
  client.send(hello({ token: "wrong" }).replace('"id":0', '"id":4'));
  await client.replies(4);
  expect(performance.now() - startedMs).toBeGreaterThan(900);
});

test("79: two frames in one packet, one in hundreds, CR LF and a split character are all fine", async () => {
  const client = await greeted();
  const whoami = (id: number) => JSON.stringify({ id, method: "server.whoami", params: { note: "日本" } });
  client.send(`${whoami(1)}\n${whoami(2)}\r\n`);
  for (const byte of Buffer.from(`${whoami(3)}\n`)) client.send(Uint8Array.of(byte));
  const replies = await client.replies(4);
  expect(replies.slice(1).map((reply) => [reply.id, reply.ok])).toEqual([
    [1, true],
    [2, true],
    [3, true],
  ]);
});

test("78: the socket and its directory are the owner's alone", () => {
  expect(statSync(workspace.socketPath).mode & 0o777).toBe(0o600);
  expect(statSync(join(workspace.dir, "run")).mode & 0o777).toBe(0o700);
  expect(statSync(join(workspace.dir, "state")).mode & 0o777).toBe(0o700);
});

test.each([
  ["a file", (path: string) => writeFileSync(path, "mine"), "not a socket"],
  ["a directory", (path: string) => mkdirSync(path), "not a socket"],
  ["a link", (path: string) => symlinkSync("/etc/passwd", path), "not a socket"],
])("78: %s in the socket's place is named, refused and left alone", async (_, put, reason) => {
  const other = await openWorkspace({ layout, up: false });
  try {
    mkdirSync(join(other.dir, "run"), { mode: 0o700 });
    put(other.socketPath);
    const ran = await other.cli(["up", "--headless", "--layout", "rig"]);
    expect(ran.exitCode).not.toBe(0);
    expect(ran.stderr).toContain(reason);
    expect(ran.stderr).toContain(other.socketPath);
    rmSync(other.socketPath, { recursive: true });
  } finally {
    await other.close();
  }
});

test("78: a runtime directory that others may write to is refused with its path", async () => {
  const other = await openWorkspace({ layout, up: false });
  try {
    mkdirSync(join(other.dir, "run"));
    chmodSync(join(other.dir, "run"), 0o777);
    const ran = await other.cli(["up", "--headless", "--layout", "rig"]);
    expect([73, 77]).toContain(ran.exitCode);
    expect(ran.stderr).toContain(join(other.dir, "run"));
  } finally {
    await other.close();
  }
});
