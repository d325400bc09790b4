import type { Readable } from "node:stream";
import type { ConnectOptions } from "../client/connect.ts";
import type { Connection } from "../client/connection.ts";
import { MAX_SPEC_BYTES } from "../domain/spec/words.ts";
import { thisProcess } from "./this-process.ts";

/** Where output goes: a stream, or a test's buffer. */
export interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string | Uint8Array): unknown;
}

export interface TuiRequest {
  readonly readOnly: boolean;
  readonly layout: string | undefined;
}

/** Everything a command touches outside itself. Handed in, so that a test is a world of its own. */
export interface World {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
  nowMs(): number;
  connect(options: ConnectOptions): Promise<Connection>;
  /** Opens the full-screen workspace; answers the exit status. */
  runTui(request: TuiRequest): Promise<number>;
}

export function processWorld(): World {
  const more: Pick<World, "nowMs" | "connect" | "runTui"> = {
    nowMs: () => Date.now(),
    connect: async (options) => (await import("../client/connect.ts")).connectToProject(options),
    runTui: async (request) => {
      const [{ runTui }, { readTextFile }] = await Promise.all([
        import("../tui/main.ts"),
        import("./files.ts"),
      ]);
      return runTui({ ...request, readText: (path, cwd) => readTextFile(path, cwd, MAX_SPEC_BYTES) });
    },
  };
  return Object.assign(thisProcess(), more);
}
