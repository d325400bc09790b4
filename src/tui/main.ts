// What `ia-tmux` without a command does: find or start the server, then the screen.
import { connectToProject } from "../client/connect.ts";
import { runTui as runOnTerminal } from "./run-tui.ts";

export interface TuiRequest {
  readonly readOnly: boolean;
  readonly layout: string | undefined;
}

export async function runTui(request: TuiRequest): Promise<number> {
  const connect = () =>
    connectToProject({ cwd: process.cwd(), env: process.env, client: "tui", autostart: true });
  return runOnTerminal({
    connection: await connect(),
    reconnect: connect,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    readOnly: request.readOnly,
    layout: request.layout,
  });
}
