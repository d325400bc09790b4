// Finds the PTY host's socket, which may still be on its way, and hears the host's first words.
import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { AppError, messageOf } from "../base/errors.ts";
import {
  createFrameReader,
  HOST_PROTOCOL_VERSION,
  type HostFrame,
  type HostHello,
} from "../protocol/host-frames.ts";
import type { HostLink, HostLinkOptions } from "./host-contract.ts";
import { createHostLink, type OpeningLink } from "./host-link.ts";

const READ_BUFFER_BYTES = 64 * 1024;
/** Taken at most before other sockets have their turn. */
const READ_AT_ONCE_BYTES = 128 * 1024;
const HELLO_TIMEOUT_MS = 5_000;
const RETRY_MS = 2;

/** Replaces any other server's link. The services can be built on it while the host starts: `ready` tells when it is up. */
export function openHostLink(socketPath: string, options: HostLinkOptions): HostLink {
  const opening = createHostLink(options.log);
  void reach(socketPath, options, opening).catch((thrown) => opening.fail(reasonOf(thrown)));
  return opening.link;
}

/** Rejects with AppError "server-unreachable" or "protocol-mismatch". */
export async function connectHost(socketPath: string, options: HostLinkOptions): Promise<HostLink> {
  const link = openHostLink(socketPath, options);
  await link.ready;
  return link;
}

async function reach(socketPath: string, options: HostLinkOptions, opening: OpeningLink): Promise<void> {
  const { clock } = options;
  const deadlineMs = clock.bootMs() + (options.waitMs ?? 0);
  while (!opening.isStopped()) {
    const isLate = clock.bootMs() >= deadlineMs;
    try {
      // A connection that is refused costs the loading of all that makes its error; looking costs next to nothing.
      if (isLate || existsSync(socketPath)) return await tryConnect(socketPath, options, opening);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (isLate || (code !== "ENOENT" && code !== "ECONNREFUSED")) throw thrown;
    }
    await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
  }
}

function reasonOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError("server-unreachable", `The PTY host does not answer: ${messageOf(thrown)}`, {
    cause: thrown,
  });
}

function tryConnect(
  socketPath: string,
  { clock, log }: HostLinkOptions,
  opening: OpeningLink,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let take = (frame: HostFrame): void => {
      opening.begin(socket, helloOf(frame));
      stopWaiting();
      take = opening.take;
      resolve();
    };
    const reader = createFrameReader((frame) => take(frame));
    let readBytes = 0;
    const nextTurn = (): void => {
      const isFull = readBytes >= READ_AT_ONCE_BYTES;
      readBytes = 0;
      if (isFull && !socket.destroyed) socket.resume();
    };
    const socket: Socket = connect({
      path: socketPath,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
        callback(length, buffer) {
          try {
            reader.push(buffer.subarray(0, length));
          } catch (thrown) {
            log.error("host-link-broken", { message: messageOf(thrown) });
            fail(thrown);
          }
          if (readBytes === 0) setImmediate(nextTurn);
          readBytes += length;
          return readBytes < READ_AT_ONCE_BYTES;
        },
      },
    });
    const stopWaiting = clock.after(HELLO_TIMEOUT_MS, () =>
      fail(new AppError("server-unreachable", "The PTY host does not say which panes it has.")),
    );
    function fail(thrown: unknown): void {
      stopWaiting();
      socket.destroy();
      reject(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
    }
    socket.on("error", fail);
    socket.on("close", () => fail(new AppError("server-unreachable", "The PTY host closed the connection.")));
  });
}

/** What a host begins with. @throws AppError bad-data, protocol-mismatch */
function helloOf(frame: HostFrame): HostHello {
  if (frame.kind !== "hello")
    throw new AppError("bad-data", "The PTY host did not begin with its list of panes.");
  const { version } = frame.hello;
  if (version === HOST_PROTOCOL_VERSION) return frame.hello;
  throw new AppError(
    "protocol-mismatch",
    `The running PTY host speaks protocol ${version}, this program ${HOST_PROTOCOL_VERSION}.`,
    { hint: "End the session with the version that started it, then start it again." },
  );
}
