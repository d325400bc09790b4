import { AppError } from "../base/errors.ts";
import type { Connection } from "../client/connection.ts";

/** A server that was told to stop and still speaks is stuck; its caller goes on all the same. */
const STOP_DEADLINE_MS = 10_000;
const POLL_MS = 5;

/** Stops the server and waits until it has gone, so that whatever comes next meets none. */
export async function stopServer(
  connection: Connection,
  how: { readonly endPanes: boolean; readonly restart?: boolean },
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const gone = new Promise<void>((resolve) => {
    connection.onClose(() => resolve());
    timer = setTimeout(resolve, STOP_DEADLINE_MS);
  });
  try {
    await connection.call("server.stop", how);
  } catch (thrown) {
    // It may close the connection before its answer is out.
    if (!(thrown instanceof AppError) || thrown.code !== "server-unreachable") throw thrown;
  }
  await gone;
  clearTimeout(timer);
  await processGone(connection.hello.pid);
}

/** The connection closes first and the last files are written after: only then is nothing in the way of the next. */
async function processGone(pid: number): Promise<void> {
  if (pid <= 0) return;
  const deadlineMs = performance.now() + STOP_DEADLINE_MS;
  while (isAlive(pid) && performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
