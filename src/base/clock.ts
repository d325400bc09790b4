/** Time is handed in, so that rules are tables in tests. Only src/node names Date and timers' origin. */
export interface Clock {
  /** Wall clock, milliseconds since 1970: for showing, never for deadlines. */
  nowMs(): number;
  /** Milliseconds since boot, counting suspend: for leases. Unaffected by clock steps. */
  bootMs(): number;
  /** Identifies this boot; a lease of another boot is over. */
  readonly bootId: string;
  /** Runs `job` once after `delayMs`; returns the way to call it off. */
  after(delayMs: number, job: () => void): () => void;
}
