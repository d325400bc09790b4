const LOOK_EVERY_MS = 15;
/** Tells a slow machine from a hang. Nothing waits for it that has come already. */
const GIVE_UP_MS = 30_000;

/**
 * Waits for a fact: looks until `look` answers something, and fails with what was seen last when it never does.
 * `describe` is asked only then.
 */
export async function eventually<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  options: { readonly timeoutMs?: number; readonly describe?: () => string } = {},
): Promise<T> {
  const giveUpMs = performance.now() + (options.timeoutMs ?? GIVE_UP_MS);
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > giveUpMs) {
      const seen = options.describe?.() ?? "";
      throw new Error(`it never came to this: ${what}${seen === "" ? "" : `\n${seen}`}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
