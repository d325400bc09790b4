/** Holds, as JSON, the variables of the user that the server itself must not be started with but its panes shall have. */
export const CARRIED_VARIABLES = "IA_TMUX_CARRIED";

/** The user's environment as it was, from the server's own. What is carried in a way that is not ours counts for nothing. */
export function userEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const { [CARRIED_VARIABLES]: carried, ...own } = env;
  if (carried === undefined) return own;
  try {
    const entries = Object.entries(JSON.parse(carried) as Record<string, unknown>);
    const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
    return { ...own, ...Object.fromEntries(texts) };
  } catch {
    return own;
  }
}
