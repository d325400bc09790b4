// The words of a session and its agents, apart from the schemas: who only needs the words loads no zod for them.

/** The human at the keyboard. Authority of the operator comes only from a client outside the panes. */
export const OPERATOR = "operator";

export const MODES = ["hierarchical", "peer", "review"] as const;
export const ROLES = ["principal", "delegate", "reviewer", "collaborator"] as const;
export const DEV_ROLES = [
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
] as const;
