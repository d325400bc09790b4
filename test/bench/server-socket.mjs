// The server's socket as a script sees it: one line of JSON out, one back.
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

/** `info` is what `server status --json` says. Asks one thing at a time; `agent` speaks for that agent, else the operator. */
export async function openServerSocket(info, agent) {
  const socket = connect(info.sockets.server);
  socket.setEncoding("utf8");
  let heard = "";
  let wake = () => {};
  socket.on("data", (text) => {
    heard += text;
    wake();
  });
  /** Sends a line as it is; resolves with the answer's line. Notices are passed over. */
  const ask = async (line) => {
    socket.write(line);
    for (;;) {
      const end = heard.indexOf("\n");
      if (end < 0) {
        await new Promise((resolve) => (wake = resolve));
        continue;
      }
      const answer = heard.slice(0, end);
      heard = heard.slice(end + 1);
      if (!answer.startsWith('{"notice"')) return answer;
    }
  };
  const call = async (method, params) => {
    const reply = JSON.parse(await ask(`${JSON.stringify({ id: 1, method, params })}\n`));
    if (!reply.ok) throw new Error(`${method}: ${reply.error.message}`);
    return reply.result;
  };
  const token = readFileSync(join(info.stateDir, "operator.token"), "utf8").trim();
  await call("server.hello", { protocol: info.protocol, version: info.version, client: "test", token, ...(agent ? { agent } : {}) });
  return { ask, call, end: () => socket.destroy() };
}
