import type { McpServer } from "@modelcontextprotocol/server";
import { decisionLine, describeAgent, describeSpec, messageLine, orNone } from "./describe.ts";
import { readerOf, type ToolContext } from "./tool.ts";

interface Resource {
  readonly name: string;
  readonly title: string;
  read(context: ToolContext): Promise<string>;
}

/** What a client can look at without a tool: `ia-tmux://inbox` and so on. */
const RESOURCES: readonly Resource[] = [
  {
    name: "inbox",
    title: "My inbox",
    async read({ connection, nowMs }) {
      const server = await connection();
      const messages = await server.call("message.inbox", {});
      const reader = await readerOf(server);
      return orNone(
        messages.map((message) => messageLine(message, reader, nowMs())),
        "No new messages.",
      );
    },
  },
  {
    name: "board",
    title: "Status board",
    async read({ connection, nowMs }) {
      const agents = await (await connection()).call("agent.list", {});
      return orNone(
        agents.map((agent) => describeAgent(agent, nowMs())),
        "No agents.",
      );
    },
  },
  {
    name: "specs",
    title: "Specs",
    async read({ connection }) {
      const specs = await (await connection()).call("spec.list", {});
      return orNone(
        specs.map((spec) => `# ${spec.name} v${spec.version}\n\n${describeSpec(spec)}`),
        "No specs.",
      );
    },
  },
  {
    name: "decisions",
    title: "Decisions",
    async read({ connection }) {
      const decisions = await (await connection()).call("decision.list", {});
      return orNone(decisions.map(decisionLine), "No decisions.");
    },
  },
];

export function registerResources(server: McpServer, context: ToolContext): void {
  for (const resource of RESOURCES) {
    const address = `ia-tmux://${resource.name}`;
    server.registerResource(
      resource.name,
      address,
      { title: resource.title, mimeType: "text/markdown" },
      async () => ({
        contents: [{ uri: address, mimeType: "text/markdown", text: await resource.read(context) }],
      }),
    );
  }
}
