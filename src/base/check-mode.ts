/** So many checks must come before the half millisecond pays that a schema's compiling takes. */
const CHECKS_UNTIL_IT_PAYS = 64;

/** For what is checked so seldom that it never does. */
export const RARE_CHECK = { jitless: true } as const;

/**
 * How a schema is to check what comes: zod compiles each at its first check, a dozen in a row while somebody waits for the
 * first picture. The answer is handed to `safeParse`.
 */
export function createCheckMode(): () => { readonly jitless: boolean } {
  let checks = 0;
  return () => ({ jitless: checks++ < CHECKS_UNTIL_IT_PAYS });
}
