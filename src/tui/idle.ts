// Knows when nothing is under way: for tests, and for pictures that are to be complete.

export interface IdleWatch {
  /** Something begins; the answer ends it, once. */
  begin(): () => void;
  /** Looks whether all has ended, for what is not counted here. */
  settle(): void;
  untilIdle(): Promise<void>;
}

/** `isBusy`: what is under way besides what was begun here. */
export function createIdleWatch(isBusy: () => boolean): IdleWatch {
  let open = 0;
  let waiters: (() => void)[] = [];

  function settle() {
    if (open > 0 || isBusy() || waiters.length === 0) return;
    const waiting = waiters;
    waiters = [];
    // What has just ended may start the next thing.
    setImmediate(() => {
      if (open > 0 || isBusy()) waiters.push(...waiting);
      else for (const waiter of waiting) waiter();
    });
  }

  return {
    begin() {
      open++;
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        open--;
        settle();
      };
    },
    settle,
    untilIdle: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        settle();
      }),
  };
}
