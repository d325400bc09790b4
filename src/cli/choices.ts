// The words that options accept, under the names options use. From the domain's plain lists: the schemas beside them
// load zod, which costs a command more than everything else it does.
export { AGENT_STATES as AGENT_STATE_CHOICES } from "../domain/agent/words.ts";
export {
  MESSAGE_TYPES as MESSAGE_TYPE_CHOICES,
  RECEIPT_STATES as RECEIPT_CHOICES,
} from "../domain/message/words.ts";
export { DELIVERY_STATES as DELIVERY_STATE_CHOICES } from "../domain/relay/words.ts";
export {
  DEV_ROLES as DEV_ROLE_CHOICES,
  MODES as MODE_CHOICES,
  ROLES as ROLE_CHOICES,
} from "../domain/session/words.ts";
export { PRIORITIES as PRIORITY_CHOICES, TASK_STATUSES as STATUS_CHOICES } from "../domain/task/words.ts";
