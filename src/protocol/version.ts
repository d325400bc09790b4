/** Raised whenever a method, a notice or a frame changes its shape. Client and server must agree. */
export const PROTOCOL_VERSION = 3;

/** What to tell a user whose client and server differ. Agents are untouched by a server restart. */
export function versionMismatch(client: string, server: string): string {
  return `This client is ${client}, the server of this project is ${server}. Restart the server with \`ia-tmux server restart\`; agents go on running.`;
}
