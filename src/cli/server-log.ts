import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../base/errors.ts";
import { resolveProjectPaths } from "../node/runtime-dir.ts";
import type { World } from "./world.ts";

/** A log is read from its end; this much holds thousands of lines. */
const TAIL_BYTES = 4 * 1024 * 1024;

/** The last lines of the server's log file. Works without a server. @throws AppError no-input */
export function readServerLog(world: Pick<World, "cwd" | "env">, lines: number): string[] {
  const { logsDir } = resolveProjectPaths(world.cwd, world.env);
  const name = listed(logsDir).find((candidate) => candidate === "server.log");
  if (name === undefined) {
    throw new AppError("no-input", `there is no server log in ${logsDir}`, {
      hint: "Start the server with IA_TMUX_LOG=debug to get one.",
    });
  }
  return tail(join(logsDir, name)).slice(-lines);
}

function listed(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function tail(path: string): string[] {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const length = Math.min(size, TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    readSync(fd, buffer, 0, length, size - length);
    const all = buffer.toString("utf8").split("\n").filter(Boolean);
    return size > length ? all.slice(1) : all;
  } finally {
    closeSync(fd);
  }
}
