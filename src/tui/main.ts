// What `ia-tmux` without a command does: find or start the server, then the screen.
import { spawn } from "node:child_process";
import { connectToProject } from "../client/connect.ts";
import { runTui as runOnTerminal } from "./run-tui.ts";

export interface TuiRequest {
  readonly readOnly: boolean;
  readonly layout: string | undefined;
  readonly readText: (path: string, cwd: string) => string;
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
    readText: request.readText,
    readOnly: request.readOnly,
    layout: request.layout,
    startAgain,
  });
}

/** After an upgrade the server that came back speaks another protocol: the program of the same version takes over. */
function startAgain(why: string): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: "inherit",
  });
  const forward = () => void child.kill("SIGTERM");
  process.once("SIGTERM", forward);
  return new Promise((resolve) => {
    child.once("error", () => {
      process.stderr.write(`${why}\n`);
      resolve(1);
    });
    child.once("exit", (code) => {
      process.removeListener("SIGTERM", forward);
      resolve(code ?? 143);
    });
  });
}
