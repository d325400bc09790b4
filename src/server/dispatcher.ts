// Turns a request line into a call of a handler: validates, answers, never lets an error out.
import type * as z from "zod";
import { createCheckMode } from "../base/check-mode.ts";
import { AppError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { onlyReads, WATCHES_ONLY, WATCHES_ONLY_HINT } from "../domain/commands/reading.ts";
import { RequestSchema } from "../protocol/envelope.ts";
import { METHODS, type MethodName, paramsSchema, type ParsedParams } from "../protocol/methods.ts";
import type { ResultOf } from "../protocol/results.ts";
import { toWireError } from "../protocol/wire-error.ts";
import type { ServerConnection } from "./connection.ts";

export type Handler<M extends MethodName> = (
  params: ParsedParams<M>,
  connection: ServerConnection,
) => ResultOf<M> | Promise<ResultOf<M>>;

/** Every method has a handler; a forgotten one does not compile. */
export type HandlerTable = { readonly [M in MethodName]: Handler<M> };

export interface Dispatcher {
  /** Starts the call and answers on the connection. `bad`: the line was not a request. */
  dispatch(connection: ServerConnection, text: string): "ok" | "bad";
  /** Writes method names and durations to the log. */
  trace(on: boolean): void;
}

/** Requests one connection may have open. The next is refused with `busy`. */
const MAX_OPEN_CALLS = 256;
/** Deeper JSON is refused before it meets a schema, which would walk it recursively. */
const MAX_DEPTH = 64;

export interface DispatcherDeps {
  readonly handlers: HandlerTable;
  readonly log: Logger;
  /** Whether the connection's screen only watches: whatever changes something is refused. */
  readonly isWatcher: (connection: ServerConnection) => boolean;
  /** Who asked must hear first of what their call has changed, then that it is done. */
  readonly beforeReply: (connection: ServerConnection) => void;
}

export function createDispatcher({ handlers, log, isWatcher, beforeReply }: DispatcherDeps): Dispatcher {
  const open = new WeakMap<ServerConnection, Set<number | string>>();
  const checkMode = createCheckMode();
  let tracing = false;

  return {
    trace: (on) => {
      tracing = on;
    },
    dispatch(connection, text) {
      const request = parseRequest(text, checkMode());
      if (!request.ok) {
        connection.reply({ id: request.id, ok: false, error: { code: "bad_request", message: request.why } });
        return "bad";
      }
      const { id, method } = request;
      const ids = openCalls(connection);
      const refusal = refuse(connection, id, method, ids);
      if (refusal) {
        connection.reply({ id, ok: false, error: toWireError(refusal) });
        return refusal.code === "unknown_method" || refusal.code === "bad_request" ? "bad" : "ok";
      }
      ids.add(id);
      const startedMs = performance.now();
      void call(method as MethodName, request.params, connection).then((reply) => {
        ids.delete(id);
        if (tracing) {
          const tookMs = Math.round((performance.now() - startedMs) * 10) / 10;
          log.info("rpc", { method, client: connection.kind, tookMs, ok: reply.ok });
        }
        beforeReply(connection);
        connection.reply({ id, ...reply });
      });
      return "ok";
    },
  };

  async function call(method: MethodName, params: unknown, connection: ServerConnection) {
    try {
      const parsed = paramsSchema(method).safeParse(params ?? {}, checkMode());
      if (!parsed.success) throw badParams(method, parsed.error);
      if (isWatcher(connection) && !onlyReads(method, parsed.data as Record<string, unknown>))
        throw new AppError("read-only", `${WATCHES_ONLY}: ${method} changes something.`, {
          hint: WATCHES_ONLY_HINT,
        });
      const handler = handlers[method] as (params: unknown, connection: ServerConnection) => unknown;
      return { ok: true as const, result: (await handler(parsed.data, connection)) ?? {} };
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code === "internal") {
        log.error("handler.failed", {
          method,
          error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
        });
      }
      return { ok: false as const, error: toWireError(thrown) };
    }
  }

  function openCalls(connection: ServerConnection) {
    let ids = open.get(connection);
    if (!ids) {
      ids = new Set();
      open.set(connection, ids);
    }
    return ids;
  }
}

function refuse(
  connection: ServerConnection,
  id: number | string,
  method: string,
  ids: Set<number | string>,
) {
  if (!Object.hasOwn(METHODS, method))
    return new AppError("unknown_method", `There is no method ${JSON.stringify(method)}.`);
  if (connection.identity === null && method !== "server.hello") {
    return new AppError("unauthorised", "Say `server.hello` first.");
  }
  if (ids.has(id))
    return new AppError("bad_request", `Request ${JSON.stringify(id)} is still open; choose another id.`);
  if (ids.size >= MAX_OPEN_CALLS) return new AppError("busy", `More than ${MAX_OPEN_CALLS} open requests.`);
  return null;
}

type Parsed =
  | { ok: true; id: number | string; method: string; params: unknown }
  | { ok: false; id: number | string | null; why: string };

function parseRequest(text: string, checkMode: { readonly jitless: boolean }): Parsed {
  const expected = 'expected one JSON object a line: {"id":1,"method":"noun.verb","params":{…}}';
  if (depthOf(text) > MAX_DEPTH)
    return { ok: false, id: null, why: `nested deeper than ${MAX_DEPTH}; ${expected}` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, id: null, why: `not JSON; ${expected}` };
  }
  const parsed = RequestSchema.safeParse(value, checkMode);
  if (!parsed.success) return { ok: false, id: null, why: expected };
  return { ok: true, id: parsed.data.id, method: parsed.data.method, params: parsed.data.params };
}

/** Deepest nesting of brackets outside strings. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

function badParams(method: string, error: z.ZodError): AppError {
  const first = error.issues[0];
  const where = first && first.path.length > 0 ? first.path.join(".") : "parameters";
  return new AppError("bad-data", `${method}: ${where}: ${first?.message ?? "not valid"}`);
}
