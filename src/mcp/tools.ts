// Every tool an agent gets, in the order in which it sees them.
import type { McpTool } from "./tool.ts";
import { activityTools } from "./tools/activity.ts";
import { agentTools } from "./tools/agents.ts";
import { humanTools } from "./tools/human.ts";
import { lockTools } from "./tools/locks.ts";
import { messageTools } from "./tools/messages.ts";
import { recordTools } from "./tools/records.ts";
import { taskTools } from "./tools/tasks.ts";

export const TOOLS: readonly McpTool[] = [
  ...agentTools,
  ...messageTools,
  ...taskTools,
  ...lockTools,
  ...recordTools,
  ...activityTools,
  ...humanTools,
];
