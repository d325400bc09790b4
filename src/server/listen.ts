// Binds a Unix socket of ours: 0600, never over something that is not a dead socket of ours.
import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { AppError, messageOf } from "../base/errors.ts";

/**
 * Listens at `path`. A socket file that nobody answers is replaced; anything else there is refused, and the caller
 * holds the project's server lock, so that no other server of ours can be alive.
 */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  await removeStaleSocket(path);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new AppError("cannot-create", `Cannot listen at ${path}: ${messageOf(cause)}.`, { cause })),
    );
    server.listen(path, () => resolve());
  });
  chmodSync(path, 0o600);
}

async function removeStaleSocket(path: string): Promise<void> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isSocket()) {
    throw new AppError("cannot-create", `${path} is in the way: it is not a socket.`, {
      hint: `Look at what it is, then move it away.`,
    });
  }
  if (await answers(path)) {
    throw new AppError("cannot-create", `Another program answers at ${path}.`, {
      hint: "Set IA_TMUX_RUNTIME_DIR to another directory.",
    });
  }
  unlinkSync(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
}

/** A server whose every socket has an error handler from its first moment. */
export function createSocketServer(onSocket: (socket: Socket) => void): Server {
  return createServer((socket) => {
    socket.on("error", () => socket.destroy());
    onSocket(socket);
  });
}
