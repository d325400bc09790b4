// Two ends of a real Unix socket, for tests of what sits on one of them.
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export async function socketPair(): Promise<{ readonly ours: Socket; readonly theirs: Socket }> {
  const dir = mkdtempSync(join(tmpdir(), "ia-pair-"));
  const path = join(dir, "s");
  const server = createServer();
  const ours = new Promise<Socket>((resolve) => server.once("connection", resolve));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const theirs = connect(path);
  theirs.on("error", () => {});
  const pair = { ours: await ours, theirs };
  onTestFinished(() => {
    pair.ours.destroy();
    theirs.destroy();
    server.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return pair;
}
