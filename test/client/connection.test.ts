// The client's end of a socket, against a server in the test's hands.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { type Connection, openConnection } from "../../src/client/connection.ts";
import { BINARY_KINDS, encodeNumbered, MAX_JSON_FRAME } from "../../src/protocol/frames.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/version.ts";
import { eventually } from "../support/eventually.ts";

let close = () => {};
afterEach(() => close());

/** A connection that has said hello, and the server's socket: what is written there is one read of the client. */
async function connected(): Promise<{ connection: Connection; server: Socket }> {
  const dir = mkdtempSync(join(tmpdir(), "ia-client-"));
  const socketPath = join(dir, "s");
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(socketPath, resolve));
  const accepted = new Promise<Socket>((resolve) => {
    listener.once("connection", (socket) => {
      socket.once("data", () => {
        socket.write(line({ id: 1, ok: true, result: { protocol: PROTOCOL_VERSION, version: "test" } }));
        resolve(socket);
      });
    });
  });
  const connection = await openConnection({
    socketPath,
    client: "test",
    version: "test",
  });
  const server = await accepted;
  close = () => {
    connection.close();
    server.destroy();
    listener.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { connection, server };
}

const line = (frame: object) => `${JSON.stringify(frame)}\n`;

/** One frame of the server: an answer to the next call, awaited through so many functions; a refusal; a notice; a grid. */
const said = fc.oneof(
  fc.record({ kind: fc.constantFrom("answer" as const, "refusal" as const), depth: fc.nat({ max: 4 }) }),
  fc.record({ kind: fc.constantFrom("notice" as const, "grid" as const) }),
);

test("whatever one read brings is heard in its order, by who awaits an answer as well", async () => {
  const { connection, server } = await connected();
  let heard: string[] = [];
  let end = () => {};
  connection.onNotice((notice) => {
    if (notice.notice !== "toast") return;
    heard.push(notice.text);
    if (notice.text === "end") end();
  });
  connection.onGrid((sequence, frame) => heard.push(`grid ${sequence} ${frame.join()}`));
  let nextCall = 2;

  await fc.assert(
    fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 12 }), async (frames) => {
      heard = [];
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const expected: string[] = [];
      const bytes = frames.map((frame, at) => {
        if (frame.kind === "grid") {
          expected.push(`grid ${at} 7,8`);
          return encodeNumbered(BINARY_KINDS.grid, at, Uint8Array.of(7, 8));
        }
        expected.push(`${frame.kind} ${at}`);
        if (!("depth" in frame)) return Buffer.from(toast(`${frame.kind} ${at}`));
        void awaited(connection.call("server.whoami", {}), frame.depth).then(
          () => heard.push(`answer ${at}`),
          () => heard.push(`refusal ${at}`),
        );
        const id = nextCall++;
        return Buffer.from(
          line(
            frame.kind === "answer"
              ? { id, ok: true, result: {} }
              : { id, ok: false, error: { code: "not-found", message: "no" } },
          ),
        );
      });
      server.write(Buffer.concat([...bytes, Buffer.from(toast("end"))]));
      await ended;
      expect(heard).toEqual([...expected, "end"]);
    }),
    { numRuns: 200 },
  );
});

test("nothing more is heard of a connection once somebody has closed it", async () => {
  const { connection, server } = await connected();
  const heard: string[] = [];
  connection.onNotice((notice) => heard.push(notice.notice));
  const closed = new Promise<void>((resolve) => connection.onClose(() => resolve()));
  const answered = connection.call("server.whoami", {}).then(() => connection.close());
  server.write(line({ id: 2, ok: true, result: {} }) + toast("too late"));
  await Promise.all([answered, closed]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toEqual([]);
});

function toast(text: string): string {
  return line({ notice: "toast", level: "good", text, paneId: null });
}

/** As callers do it: through functions that await each other. */
async function awaited(answer: Promise<unknown>, depth: number): Promise<unknown> {
  return depth === 0 ? answer : await awaited(answer, depth - 1);
}

test("a request that the server would not take is refused, and the connection goes on", async () => {
  const { connection, server } = await connected();
  const got: string[] = [];
  server.on("data", (bytes) => void got.push(String(bytes)));
  const content = "\n".repeat(MAX_JSON_FRAME / 2);
  await expect(connection.call("spec.publish", { name: "long", content })).rejects.toMatchObject({
    code: "too-large",
  });
  const answer = connection.call("server.whoami", {});
  await eventually("the next request is there", () => got.join("").includes("server.whoami"));
  expect(got.join("")).not.toContain("spec.publish");
  server.write(line({ id: JSON.parse(got.join("")).id, ok: true, result: {} }));
  expect(await answer).toEqual({});
});
