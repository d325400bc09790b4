import { AppError } from "../base/errors.ts";
import type { SpawnRequest } from "../protocol/host-frames.ts";
import { isSize } from "./pane.ts";

/** All panes of a full host, escaped in the worst way, still fit into one list. */
const META_CHARACTERS_MAX = 8 * 1024;

/** Checks what came over the socket by hand: the host carries no schema library. Throws AppError. */
export function checkSpawnRequest(value: unknown): SpawnRequest {
  const request = (typeof value === "object" && value !== null ? value : {}) as Partial<
    Record<keyof SpawnRequest, unknown>
  >;
  demand(typeof request.paneId === "string" && /^[%\w-]{1,32}$/.test(request.paneId), "paneId");
  demand(isText(request.file) && request.file !== "", "file");
  demand(Array.isArray(request.args) && request.args.every(isText), "args");
  demand(isText(request.cwd) && request.cwd.startsWith("/"), "cwd");
  demand(isEnvironment(request.env), "env");
  demand(isSize(request.cols, request.rows), "cols and rows");
  demand(typeof request.meta === "string" && request.meta.length <= META_CHARACTERS_MAX, "meta");
  demand(request.logBytesMax === undefined || isCount(request.logBytesMax), "logBytesMax");
  demand(request.umask === undefined || (isCount(request.umask) && request.umask <= 0o777), "umask");
  demand(request.log === undefined || isEarlierLog(request.log), "log");
  return request as SpawnRequest;
}

function demand(holds: boolean, field: string): void {
  if (!holds) throw new AppError("bad-data", `The ${field} of a pane to start is not usable.`);
}

function isEarlierLog(value: unknown): boolean {
  const { name, offset } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  return typeof name === "string" && /^[\w-]{1,64}$/.test(name) && isCount(offset);
}

/** The kernel ends arguments and variables at a NUL. */
function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isEnvironment(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).every(
    ([name, text]) => isText(text) && isText(name) && name !== "" && !name.includes("="),
  );
}
