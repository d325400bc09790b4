/** Whether a hook is run: its words are not parsed as those of other commands, so that nothing in them is an error. */
export function isHook(argv: readonly string[]): boolean {
  return argv[0] === "hook" && !argv.includes("--help");
}
