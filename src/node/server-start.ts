// What who starts a server and the server itself agree on.

/** Exit status of a server that found another one running: not a failure. */
export const ANOTHER_SERVER_RUNS = 75;

/** The server's end of a pipe to who started it (`--ready`): a byte comes as soon as it listens. */
export const READY_DESCRIPTOR = 3;
