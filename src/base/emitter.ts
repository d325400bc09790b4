/** Broadcasts facts. A throwing listener is reported and does not stop the others. */
export interface Emitter<T> {
  emit(fact: T): void;
  /** Returns the way to stop listening. */
  on(listener: (fact: T) => void): () => void;
}

export function createEmitter<T>(onListenerError: (thrown: unknown) => void): Emitter<T> {
  const listeners = new Set<(fact: T) => void>();
  return {
    emit(fact) {
      for (const listener of listeners) {
        try {
          listener(fact);
        } catch (thrown) {
          onListenerError(thrown);
        }
      }
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
