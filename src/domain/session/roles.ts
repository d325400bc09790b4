// What the roles are for, and how they are put in words.
import { AppError } from "../../base/errors.ts";
import type { DevRole, Role } from "./session.ts";
import { DEV_ROLES, ROLES } from "./words.ts";

const DEV_ROLE_OF_PROFILE: Readonly<Record<string, DevRole>> = {
  claude: "tech_lead",
  kimi: "backend_dev",
  gemini: "fullstack_dev",
  codex: "backend_dev",
  aider: "code_reviewer",
  cline: "fullstack_dev",
  cursor: "frontend_dev",
  windsurf: "frontend_dev",
  copilot: "code_reviewer",
  opendevin: "devops_engineer",
  gpt: "technical_writer",
  qwen: "backend_dev",
};

/** What an agent of this profile usually does; null for programs we have no opinion on. */
export function defaultDevRole(profile: string): DevRole | null {
  return Object.hasOwn(DEV_ROLE_OF_PROFILE, profile) ? (DEV_ROLE_OF_PROFILE[profile] ?? null) : null;
}

/** One line for each development role: what its holder answers for. */
export const DEV_ROLE_DUTIES: Readonly<Record<DevRole, string>> = {
  tech_lead: "decides technical direction, splits work, reviews what matters",
  architect: "designs the parts, their borders and how they change",
  backend_dev: "builds services, data access and their interfaces",
  frontend_dev: "builds what users see and touch",
  fullstack_dev: "builds features through all layers",
  qa_engineer: "finds out what does not work before users do",
  devops_engineer: "keeps builds, releases and machines running",
  security_engineer: "looks for ways in and closes them",
  data_engineer: "moves, shapes and stores data",
  ml_engineer: "trains, measures and serves models",
  technical_writer: "makes the work understandable",
  code_reviewer: "reads changes and says what must be better",
  project_manager: "keeps scope, order and deadlines in view",
};

export function isRole(word: string): word is Role {
  return (ROLES as readonly string[]).includes(word);
}

export function isDevRole(word: string): word is DevRole {
  return (DEV_ROLES as readonly string[]).includes(word);
}

/** `delegate, backend_dev`: how an agent's roles are said wherever it is presented. */
export function roleWords({
  role,
  devRole,
}: {
  readonly role: Role;
  readonly devRole: DevRole | null;
}): string {
  return devRole === null ? role : `${role}, ${devRole}`;
}

/** What an agent that names its own role becomes. */
export interface OwnRole {
  readonly role?: Role;
  readonly devRole?: DevRole;
  /** Words that are no role of ours: what it says of itself. */
  readonly says?: string;
}

/** Whoever has these may hand work to all and judge it, so they are given, not taken. */
const GIVEN_BY_OPERATOR: readonly Role[] = ["principal", "reviewer"];

/**
 * The role that an agent asks for itself: one of ours, a development role (`qa-engineer` and `QA engineer` too), or any
 * words, which make it a collaborator who says them. `now`: the role that it has, which it may always name.
 * @throws AppError permission-denied when only the operator gives it
 */
export function ownRole(words: string, name: string, now: Role | null): OwnRole {
  const word = words
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  if (isDevRole(word)) return { devRole: word };
  if (!isRole(word)) return { role: "collaborator", says: words.trim() };
  if (GIVEN_BY_OPERATOR.includes(word) && word !== now) {
    throw new AppError("permission-denied", `An agent does not make itself ${word}: the operator does`, {
      hint: `Register without a role, and let the human run: ia-tmux agent set ${name} --role ${word}`,
    });
  }
  return { role: word };
}
