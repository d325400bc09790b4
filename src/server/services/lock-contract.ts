import type { Lease } from "../../domain/lock/lease.ts";
import type { LockWaiter } from "../../domain/lock/waiter.ts";
import type { LockSnapshot } from "../../domain/lock/snapshot.ts";
import type { Actor } from "../../domain/session/actor.ts";
import type { Roster } from "../../domain/session/roster.ts";
import type { LockView } from "../../protocol/views.ts";
import type { Collection } from "../../store/contract.ts";
import type { PathRules } from "../../node/path-rules.ts";
import type { Counter } from "./fencing.ts";
import type { RecordDeps } from "./stamp.ts";
import type { TouchedFile } from "./touched-files.ts";

export type LockWish =
  | { readonly path: string; readonly cwd?: string | undefined }
  | { readonly resource: string };

export interface AcquireRequest {
  readonly wishes: readonly LockWish[];
  readonly reason?: string | undefined;
  readonly ttlMs?: number | undefined;
  /** Renew while the holder's pane lives. Default: only when no length was asked for. */
  readonly renew?: boolean | undefined;
  readonly waitMs?: number | undefined;
  /** Breaks the locks of others. Operator only. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AppendRequest {
  readonly path: string;
  readonly content: string;
  /** End with a line feed; default yes. */
  readonly newline?: boolean | undefined;
  readonly cwd?: string | undefined;
  readonly reason?: string | undefined;
  /** Length of the lock, should the appending itself hang; default a minute. */
  readonly ttlMs?: number | undefined;
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PathCheck {
  readonly path: string;
  /** The lock of another that covers it; null when the way is free. */
  readonly heldBy: LockView | null;
  /** One sentence with holder, remaining time and reason; empty when free. */
  readonly text: string;
}

export interface LockService {
  /** All or nothing. Throws `lock-held` with holder, reason and remaining time. */
  acquire(actor: Actor, request: AcquireRequest): Promise<readonly LockView[]>;
  release(
    actor: Actor,
    wish: LockWish | { readonly lockId: string },
    options?: { force?: boolean },
  ): Promise<{ released: boolean; label: string }>;
  /** Ends everything the agent holds: its pane ended. */
  releaseAllOf(name: string): Promise<number>;
  /** Locks the file, appends, and gives the lock back if it was not held before. */
  append(actor: Actor, request: AppendRequest): Promise<{ path: string; bytes: number }>;
  list(): readonly LockView[];
  countOf(name: string): number;
  /** Who holds what covers these paths. Paths outside the project are free. Never throws for a bad path. */
  check(actor: Actor, paths: readonly string[], cwd?: string): readonly PathCheck[];
  /** As `check`, and tells everybody about each denial; the refused agent hears when the lock gets free. */
  guard(actor: Actor, paths: readonly string[], cwd?: string, tool?: string | null): readonly PathCheck[];
  /** Prolongs the leases of holders that live. Runs by itself every few seconds for agents in panes. */
  renewAll(aliveNames: readonly string[]): Promise<void>;
  /** Removes what is over. Runs by itself at the next deadline; awaits nothing of the caller's. */
  sweep(): Promise<void>;
  snapshot(): LockSnapshot;
  /** An agent has another name: what it waits for goes along. Its leases were changed already. */
  renamed(from: string, to: string): void;
  /** After a start, when others listen: tells those whose lock got free and whom the server before did not tell any more. */
  recover(): void;
  /** Calls off what runs by itself: the server ends. The leases stay. */
  stop(): void;
}

export interface LockServiceDeps extends RecordDeps {
  readonly leases: Collection<Lease>;
  readonly counters: Collection<Counter>;
  readonly waiters: Collection<LockWaiter>;
  readonly paths: PathRules;
  readonly roster: Roster;
  /** The process in the agent's pane, for the snapshot that hooks read when no server runs. */
  pidOf?(name: string): number | null;
  /** The file that an agent wrote last. */
  fileOf?(name: string): TouchedFile | null;
  /** `append` begins to write the path in the agent's name; to be called when it has. */
  appending?(name: string, path: string): () => void;
  /** A write behind nobody's call failed. */
  onBackgroundError(thrown: unknown): void;
}
