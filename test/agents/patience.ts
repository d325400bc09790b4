/** How long anything may take on a loaded machine. Nothing waits for it that has come already. */
export const PATIENCE_MS = 45_000;

/**
 * A key that was taken shows within this, on a loaded machine, too: pressed again sooner it would be for what comes
 * behind the dialog.
 */
export const DIALOG_TAKES_MS = 2_000;
