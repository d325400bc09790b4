import type { AnyCommand } from "./command.ts";
import { activityCommands } from "./commands/activity.ts";
import { agentCommands } from "./commands/agent.ts";
import { arrangeCommands } from "./commands/arrange.ts";
import { clientCommands } from "./commands/client.ts";
import { configCommands } from "./commands/config.ts";
import { debugCommands } from "./commands/debug.ts";
import { deliveryCommands } from "./commands/delivery.ts";
import { knowledgeCommands } from "./commands/knowledge.ts";
import { layoutCommands } from "./commands/layout.ts";
import { lockCommands } from "./commands/lock.ts";
import { lookBackCommands } from "./commands/look-back.ts";
import { messageCommands } from "./commands/message.ts";
import { paneCommands, windowCommands } from "./commands/pane.ts";
import { questionCommands } from "./commands/question.ts";
import { storeCommands } from "./commands/store.ts";
import { serverCommands } from "./commands/server.ts";
import { sessionCommands } from "./commands/session.ts";
import { taskCommands } from "./commands/task.ts";
import { toolCommands } from "./commands/tool.ts";
import { workspaceCommands } from "./commands/workspace.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly AnyCommand[] = [
  ...workspaceCommands,
  ...taskCommands,
  ...messageCommands,
  ...lockCommands,
  ...sessionCommands,
  ...agentCommands,
  ...deliveryCommands,
  ...knowledgeCommands,
  ...activityCommands,
  ...questionCommands,
  ...paneCommands,
  ...windowCommands,
  ...lookBackCommands,
  ...arrangeCommands,
  ...clientCommands,
  ...layoutCommands,
  ...configCommands,
  ...serverCommands,
  ...storeCommands,
  ...toolCommands,
  ...debugCommands,
];
