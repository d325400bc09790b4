// What the relay service is asked for and what it is given.
import type { Clock } from "../../base/clock.ts";
import type { Ids } from "../../base/ids.ts";
import type { Logger } from "../../base/log.ts";
import type { Announce } from "../../domain/facts.ts";
import type { Delivery } from "../../domain/relay/delivery.ts";
import type { EncodedDelivery } from "../../domain/relay/encode.ts";
import type { SubmitSight } from "../../domain/relay/submit.ts";
import type { Priority } from "../../domain/task/task.ts";
import type { Collection } from "../../store/contract.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

export interface DeliveryRequest {
  readonly kind: Delivery["kind"];
  readonly from: string;
  readonly to: string;
  readonly priority: Priority;
  readonly taskId: string | null;
  readonly messageIds: readonly string[];
  readonly body: string;
  readonly id?: string;
}

/** The answer to "may this text be written into this pane now?", with the writes it would take. */
export type Verdict =
  | { readonly go: true; readonly writes: EncodedDelivery }
  | { readonly go: false; readonly reason: string; readonly recheckAfterMs: number | null };

export interface RelayDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly announce: Announce;
  readonly nextLogicalTime: () => number;
  readonly deliveries: Collection<Delivery>;
  readonly paneOf: (agent: string) => PaneRuntime | undefined;
  /** It is there and runs outside the panes: its own hooks fetch what is for it. */
  readonly isOutside: (agent: string) => boolean;
  /** Looks at the pane as it is at this very moment. */
  readonly gate: (pane: PaneRuntime, delivery: Delivery) => Verdict;
  /** `sight` is asked before the last of several parts, which submits; at `break-off` it rejects with `interrupted`. */
  readonly inject: (pane: PaneRuntime, writes: EncodedDelivery, sight: () => SubmitSight) => Promise<void>;
  /** What the pane's screen says at this very moment of submitting what was written. */
  readonly sightBeforeSubmit: (pane: PaneRuntime, writes: EncodedDelivery) => SubmitSight;
  readonly confirmTimeoutMs: (pane: PaneRuntime) => number;
  /** Asks for signs that the agent gave and that have not been heard yet, before a delivery counts as without one. */
  readonly lateSigns: (agent: string) => Promise<void>;
  /** A delivery waits for another reason than before: borders show it. */
  readonly waitingChanged: () => void;
}
