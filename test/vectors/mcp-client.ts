// A client of our MCP server: JSON-RPC lines over stdin and stdout of the real program.
import { spawn } from "node:child_process";
import type { Project } from "./rig.ts";

export interface ToolReply {
  readonly text: string;
  readonly isError: boolean;
  readonly code?: number | undefined;
}

/** `ia-tmux mcp` as an agent outside the panes runs it; `more`: variables besides its name. */
export function openMcp(project: Project, agent: string | null, more: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [project.program, "mcp"], {
    cwd: project.project,
    env: { ...project.env, ...(agent === null ? {} : { IA_TMUX_AGENT: agent }), ...more },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map<number, (reply: Record<string, unknown>) => void>();
  let pending = "";
  let next = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = (pending + chunk.toString("utf8")).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) {
      const reply = JSON.parse(line) as Record<string, unknown>;
      waiting.get(reply["id"] as number)?.(reply);
    }
  });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const request = (method: string, params: object) =>
    new Promise<Record<string, unknown>>((resolve) => {
      const id = ++next;
      waiting.set(id, resolve);
      send({ id, method, params });
    });
  return {
    async open() {
      await request("initialize", {
        protocolVersion: "2025-06-18",
        capabilities: {},
        clientInfo: { name: "vectors", version: "1" },
      });
      send({ method: "notifications/initialized" });
    },
    async call(name: string, input: object = {}): Promise<ToolReply> {
      const { result, error } = await request("tools/call", { name, arguments: input });
      if (error) {
        const { message, code } = error as { message: string; code: number };
        return { text: message, isError: true, code };
      }
      const { content, isError } = result as { content: { text: string }[]; isError?: boolean };
      return { text: content[0]?.text ?? "", isError: isError ?? false };
    },
    /** The text of a resource. */
    async read(uri: string): Promise<string> {
      const { result } = await request("resources/read", { uri });
      return (result as { contents: { text: string }[] }).contents[0]?.text ?? "";
    },
    end: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.stdin.end();
      }),
  };
}
