// The words that options accept. Listed again rather than imported: the schemas they come from load zod, which costs a
// command more than everything else it does. `satisfies` and a test hold both lists equal.
import type { AgentState } from "../domain/agent/state.ts";
import type { Message, ReceiptState } from "../domain/message/message.ts";
import type { DeliveryState } from "../domain/relay/delivery.ts";
import type { DevRole, Role, Session } from "../domain/session/session.ts";
import type { Priority, TaskStatus } from "../domain/task/task.ts";

export const PRIORITY_CHOICES = ["low", "medium", "high", "critical"] as const satisfies readonly Priority[];
export const STATUS_CHOICES = [
  "pending",
  "assigned",
  "in_progress",
  "blocked",
  "completed",
  "under_review",
  "revision_needed",
  "approved",
  "rejected",
  "cancelled",
] as const satisfies readonly TaskStatus[];
export const AGENT_STATE_CHOICES = [
  "starting",
  "idle",
  "working",
  "blocked",
  "error",
  "exited",
  "unknown",
] as const satisfies readonly AgentState["name"][];
export const DELIVERY_STATE_CHOICES = [
  "queued",
  "writing",
  "written",
  "confirmed",
  "unconfirmed",
  "failed",
  "cancelled",
] as const satisfies readonly DeliveryState[];
export const MESSAGE_TYPE_CHOICES = [
  "message",
  "delegation",
  "review",
  "discussion",
  "question",
  "answer",
  "notice",
] as const satisfies readonly Message["type"][];
export const RECEIPT_CHOICES = [
  "unread",
  "read",
  "acknowledged",
  "completed",
  "archived",
] as const satisfies readonly ReceiptState[];
export const ROLE_CHOICES = [
  "principal",
  "delegate",
  "reviewer",
  "collaborator",
] as const satisfies readonly Role[];
export const MODE_CHOICES = ["hierarchical", "peer", "review"] as const satisfies readonly Session["mode"][];
export const DEV_ROLE_CHOICES = [
  "tech_lead",
  "architect",
  "backend_dev",
  "frontend_dev",
  "fullstack_dev",
  "qa_engineer",
  "devops_engineer",
  "security_engineer",
  "data_engineer",
  "ml_engineer",
  "technical_writer",
  "code_reviewer",
  "project_manager",
] as const satisfies readonly DevRole[];
