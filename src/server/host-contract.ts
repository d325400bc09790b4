// What the server asks of the PTY host, and what it hears from it.
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { HostPane, QueueHighWater, SpawnRequest } from "../protocol/host-frames.ts";

export interface HostExit {
  readonly exitCode: number;
  /** 0 when it ended by itself. */
  readonly signal: number;
}

export interface Spawned {
  readonly pid: number;
  /** Stem of its raw log's files; empty without a log. Its output begins at 0 unless this is the log that was asked for. */
  readonly logName: string;
}

export type Unsubscribe = () => void;

/**
 * The server's hold on the PTY host. Listeners are called synchronously, in the order of the pane's output; a new pane's
 * output may come before the promise of its spawn is looked at, so listen before spawning.
 */
export interface HostLink {
  /**
   * Settles when the host has said which panes it has; what is asked of the link before fails. Rejects with AppError
   * "server-unreachable" or "protocol-mismatch".
   */
  readonly ready: Promise<void>;
  /** As the host listed them when the link came up. Their output comes only after `resume`. */
  readonly panes: readonly HostPane[];
  readonly hostPid: number;
  /** Starts a pane and its live output. Rejects with AppError "failed". */
  spawn(request: SpawnRequest): Promise<Spawned>;
  /** Resolves when the kernel has taken every byte; rejects with AppError "failed" if the pane is dead or not reading (1 MiB waits). */
  write(paneId: string, data: Uint8Array): Promise<void>;
  /** As `write`, for keys: nobody hears whether it arrived. */
  send(paneId: string, data: Uint8Array): void;
  /** `onResized` says from which byte on it holds. */
  resize(paneId: string, cols: number, rows: number): void;
  /** Signals the leader's process group, such as "SIGINT". */
  signal(paneId: string, signal: string): void;
  /** Ends the pane: HUP, TERM after 1 s, KILL after 3 s. */
  close(paneId: string): void;
  /** Drops what the host keeps of a pane, as soon as it has exited. */
  forget(paneId: string): void;
  /**
   * Asks for all output from this offset on: first its size there, then the bytes, sizes in their places, an exit at the
   * end. Says from where on it comes: later when the host remembers no more. Rejects when the host is gone.
   */
  resume(paneId: string, fromOffset: number): Promise<number>;
  /**
   * Forgets what the pane printed before the offset, in the host's memory and in the raw log. Rejects with AppError "failed"
   * when the host has no such pane, or could not remove it from the disk.
   */
  clear(paneId: string, offset: number): Promise<void>;
  /** So many bytes have been parsed. Without acks a pane stops after 64 KiB, and goes on unseen after 3 s. */
  ack(paneId: string, bytes: number): void;
  /** `bytes` is only valid during the call; `offset` is that of its first byte. */
  onOutput(listener: (paneId: string, offset: number, bytes: Uint8Array) => void): Unsubscribe;
  /** From `offset` on the pane's output is written for this size. */
  onResized(
    listener: (paneId: string, size: { cols: number; rows: number; offset: number }) => void,
  ): Unsubscribe;
  /** After the last output; again after each resume of an exited pane. */
  onExit(listener: (paneId: string, exit: HostExit) => void): Unsubscribe;
  /** `missingBytes` from `offset` on have left the host's memory; the raw log has them. Output goes on behind them. */
  onLost(listener: (paneId: string, lost: { offset: number; missingBytes: number }) => void): Unsubscribe;
  /** The raw log of a pane has a hole from about now on. */
  onLogFailed(listener: (paneId: string, message: string) => void): Unsubscribe;
  /** The host is gone or has another server; every pending promise is rejected before. Called once. */
  onDown(listener: () => void): Unsubscribe;
  /** The most that ever waited in the host's queues and on the way to it. */
  measure(): Promise<readonly QueueHighWater[]>;
  /** Ends all panes and the host; resolves when the host has gone. */
  shutdown(): Promise<void>;
  /** Just disconnects; the host and its panes go on. */
  stop(): void;
}

export interface HostLinkOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** How long to try while nobody listens: the host is being started alongside. Default 0. */
  readonly waitMs?: number;
}
