// What `ia-tmux` is to an agent, without the rest of it: a command that reaches the server's socket, and an MCP server with
// one tool. The suites that need the whole program start the whole program.
import { connect } from "node:net";
import { createInterface } from "node:readline";

const [command, ...args] = process.argv.slice(2);

if (command === "mcp") {
  const reply = (id, result) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    if (method === "initialize") {
      reply(id, {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "ia-tmux", version: "0.0.0" },
      });
    } else if (method === "tools/list") {
      const inputSchema = { type: "object", properties: {}, additionalProperties: false };
      reply(id, { tools: [{ name: "inbox", description: "Reads the inbox.", inputSchema }] });
    } else if (method === "tools/call") {
      const who = `${process.env.IA_TMUX_AGENT} in ${process.env.IA_TMUX_PANE}`;
      const proof = process.env.IA_TMUX_TOKEN ? "with a token" : "without a token";
      reply(id, { content: [{ type: "text", text: `The inbox of ${who}, ${proof}.` }] });
    } else reply(id, {});
  });
} else {
  const socket = connect(process.env.IA_TMUX_SOCKET ?? "/nowhere");
  socket.on("connect", () => {
    console.log(`ia-tmux ${command} ${args.join(" ")} of ${process.env.IA_TMUX_AGENT} reached the server`);
    socket.destroy();
  });
  socket.on("error", (error) => {
    console.error(`ia-tmux ${command}: ${error.code}`);
    process.exitCode = 69;
  });
}
