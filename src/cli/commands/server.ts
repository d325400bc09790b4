import { AppError } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import { defineCommand, flag, integer, type CommandContext } from "../command.ts";
import { formatSpan } from "../duration.ts";
import { stopServer } from "../stop-server.ts";

export const serverCommands = [
  defineCommand({
    name: "server start",
    summary: "Start the project's server, if it does not run.",
    starts: true,
    run: showInfo,
  }),
  defineCommand({
    name: "server status",
    short: ["server"],
    summary: "Show the project's server.",
    run: showInfo,
  }),
  defineCommand({
    name: "server stop",
    stops: true,
    summary: "Stop the server; agents go on in the PTY host and the next server finds them.",
    options: { endPanes: flag("End the panes too, as `down` does.") },
    async run(context, { options }) {
      await stopServer(await context.connection(), { endPanes: options.endPanes ?? false });
      context.output.show({ stopped: true }, () => "Stopped.");
    },
  }),
  defineCommand({
    name: "server restart",
    stops: true,
    summary: "Restart the server; agents do not notice, and attached screens come back by themselves.",
    async run(context) {
      const running = await runningServer(context);
      if (running) await stopServer(running, { endPanes: false, restart: true });
      const connection = await context.startServer();
      try {
        const info = await connection.call("server.info", {});
        context.output.show(info, () => `Server ${info.pid}, version ${inertText(info.version)}.`);
      } finally {
        connection.close();
      }
    },
  }),
  defineCommand({
    name: "server log",
    summary: "Print the end of the server's log.",
    options: {
      lines: integer("count", "How many lines (default 50).", { min: 1, max: 100_000 }, { short: "n" }),
    },
    async run(context, { options }) {
      const { readServerLog } = await import("../server-log.ts");
      const entries = readServerLog(context.world, options.lines ?? 50);
      context.output.show(entries, () => entries.map((entry) => inertText(entry, 1_000)).join("\n"));
    },
  }),
];

async function showInfo(context: CommandContext): Promise<void> {
  const info = await context.call("server.info", {});
  const queues = await context.call("server.queues", {});
  context.output.show({ ...info, queues }, () =>
    context.output.table([
      [
        "server",
        `${info.pid}, version ${info.version}, up ${formatSpan(context.world.nowMs() - info.startedAtMs)}`,
      ],
      ["host", info.hostPid === null ? "none" : String(info.hostPid)],
      ["project", info.root],
      ["state", info.stateDir],
      ["socket", info.sockets.server],
      ["panes", String(info.panes)],
      ["clients", String(info.clients)],
      ...(info.readOnlyReason === null
        ? []
        : [["store", { text: `read-only: ${info.readOnlyReason}`, tone: "bad" as const }]]),
      ...queues.map((one, index) => [
        index === 0 ? "queues" : "",
        `${one.queue}: at most ${one.mostBytes} of ${one.boundBytes} bytes`,
      ]),
    ]),
  );
}

async function runningServer(context: CommandContext) {
  try {
    return await context.connection();
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "server-unreachable") return null;
    throw thrown;
  }
}
