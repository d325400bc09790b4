import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { once } from "node:events";
import { AppError } from "../base/errors.ts";
import { inertText } from "../domain/text/inert.ts";
import { createXtermScreen } from "../terminal/xterm-screen.ts";

/** Feeds a recording of a pane's output to an emulator; answers the rows of the screen it ends with. */
export async function replay(path: string, cwd: string, cols: number, rows: number): Promise<string[]> {
  const ignore = () => {};
  const screen = createXtermScreen({
    cols,
    rows,
    now: () => performance.now(),
    onReply: ignore,
    onTitle: ignore,
    onBell: ignore,
    onStatus: ignore,
    onClipboard: ignore,
    onNotification: ignore,
  });
  const stream = createReadStream(resolve(cwd, path));
  try {
    await once(stream, "open");
    for await (const chunk of stream) screen.write(chunk as Uint8Array);
    return screen.text();
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? "cannot be read";
    throw new AppError("no-input", `${inertText(path)}: ${code}`, { cause: thrown });
  } finally {
    screen.dispose();
  }
}
