/**
 * One collection of documents as the services see it. Reads come from memory at once. Writes are applied to memory
 * synchronously, in the order of the calls, and resolve once they are durable; a write that fails is rolled back and
 * rejects with `disk-error`. So a check and the write that follows it in one synchronous stretch are atomic.
 */
export interface Collection<T extends { readonly id: string }> {
  get(id: string): T | undefined;
  all(): readonly T[];
  find(matches: (doc: T) => boolean): readonly T[];
  readonly size: number;
  /** Adds a document whose id is new. */
  insert(doc: T): Promise<void>;
  /** Adds or replaces. */
  put(doc: T): Promise<void>;
  remove(id: string): Promise<void>;
}
