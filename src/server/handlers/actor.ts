import { AppError } from "../../base/errors.ts";
import { agentActor, THE_OPERATOR, type Actor } from "../../domain/session/actor.ts";
import type { ServerConnection } from "../connection.ts";

/** Who a connection acts as. Made here and nowhere else from what `server.hello` proved. */
export function actorOf(connection: ServerConnection): Actor {
  const { identity } = connection;
  if (!identity) throw new AppError("unauthorised", "Say `server.hello` first.");
  return identity.kind === "operator" ? THE_OPERATOR : agentActor(identity.name);
}

/** The agent that a connection acts as; undefined for the operator. */
export function agentOf(connection: ServerConnection): string | undefined {
  return connection.identity?.kind === "agent" ? connection.identity.name : undefined;
}

/** Refuses what only the human may do. */
export function operatorOnly(connection: ServerConnection, what: string): void {
  if (connection.identity?.kind === "operator") return;
  throw new AppError(
    "permission-denied",
    `${what} is the operator's: it cannot be had with an agent's token.`,
    {
      hint: "Run it outside the panes, or press the key in the workspace.",
    },
  );
}

/** Aborts when the client is gone: nobody waits any more for what it asked. */
export function untilClosed(connection: ServerConnection): AbortSignal {
  const controller = new AbortController();
  connection.onClose(() => controller.abort());
  return controller.signal;
}
