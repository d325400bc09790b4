/**
 * The kitty keyboard protocol's flags as a program sets them: one stack for each of the two screens.
 * https://sw.kovidgoyal.net/kitty/keyboard-protocol/
 */

const ALL_FLAGS = 31;

/** A push beyond this drops the oldest entry, as the protocol asks. */
const MAX_STACK = 32;

export interface KittyKeyboard {
  /** Flags in force on the given screen. */
  flags(alternate: boolean): number;
  push(alternate: boolean, flags: number): void;
  pop(alternate: boolean, count: number): void;
  /** mode 1 replaces, 2 adds, 3 removes. */
  set(alternate: boolean, flags: number, mode: number): void;
  reset(): void;
}

export function createKittyKeyboard(): KittyKeyboard {
  let stacks: { main: number[]; alternate: number[] } = { main: [0], alternate: [0] };
  const stackOf = (alternate: boolean) => (alternate ? stacks.alternate : stacks.main);
  return {
    flags: (alternate) => stackOf(alternate).at(-1) ?? 0,
    push(alternate, flags) {
      const stack = stackOf(alternate);
      stack.push(flags & ALL_FLAGS);
      if (stack.length > MAX_STACK) stack.shift();
    },
    pop(alternate, count) {
      const stack = stackOf(alternate);
      stack.length = Math.max(0, stack.length - Math.max(1, count));
      if (stack.length === 0) stack.push(0);
    },
    set(alternate, flags, mode) {
      const stack = stackOf(alternate);
      const current = stack.at(-1) ?? 0;
      const wanted = flags & ALL_FLAGS;
      const next = mode === 2 ? current | wanted : mode === 3 ? current & ~wanted : wanted;
      stack[stack.length - 1] = next;
    },
    reset() {
      stacks = { main: [0], alternate: [0] };
    },
  };
}
