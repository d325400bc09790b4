// Builds the services with which agents coordinate: locks, tasks, messages, mutes, specs, decisions, questions.
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Roster } from "../domain/session/roster.ts";
import { attachmentRules } from "../node/attachments.ts";
import { createPathRules } from "../node/path-rules.ts";
import type { Collections } from "./collections.ts";
import { createDecisionService } from "./services/decision-service.ts";
import { createLockService } from "./services/lock-service.ts";
import { createMessageService } from "./services/message-service.ts";
import { createMuteService } from "./services/mute-service.ts";
import { createQuestionService } from "./services/question-service.ts";
import { createSpecService } from "./services/spec-service.ts";
import type { RecordDeps } from "./services/stamp.ts";
import { createTaskService } from "./services/task-service.ts";
import type { TouchedFiles } from "./services/touched-files.ts";

export interface CoordinationDeps {
  readonly record: RecordDeps;
  readonly collections: Collections;
  /** The project's directory, absolute: paths of locks are within it. */
  readonly root: string;
  readonly roster: Roster;
  /** The process in the agent's pane; null when it has none. */
  readonly pidOf: (agent: string) => number | null;
  readonly fileOf: TouchedFiles["of"];
  /** The server begins to write a path in the agent's name; to be called when it has. */
  readonly appending: (name: string, path: string) => () => void;
  readonly log: Logger;
}

export function composeCoordination({
  record,
  collections,
  root,
  roster,
  pidOf,
  fileOf,
  appending,
  log,
}: CoordinationDeps) {
  const lockPaths = createPathRules(root);
  const locks = createLockService({
    ...record,
    leases: collections.locks,
    counters: collections.counters,
    waiters: collections.waiters,
    paths: lockPaths,
    roster,
    pidOf,
    fileOf,
    appending,
    onBackgroundError: (thrown) => log.error("locks.failed", { error: messageOf(thrown) }),
  });
  const tasks = createTaskService({ ...record, tasks: collections.tasks, roster, locks });
  const messages = createMessageService({
    ...record,
    messages: collections.messages,
    roster,
    taskIdOf: (reference) => tasks.show(reference).id,
    attachmentOf: attachmentRules(lockPaths),
  });
  const mutes = createMuteService({ ...record, mutes: collections.mutes, roster });

  const specs = createSpecService({
    ...record,
    specs: collections.specs,
    subscriptions: collections.subscriptions,
  });
  const decisions = createDecisionService({ ...record, decisions: collections.decisions });
  const questions = createQuestionService({
    ...record,
    questions: collections.questions,
    resolve(actor, reference) {
      try {
        const task = tasks.show(reference);
        return { id: task.id, label: task.title };
      } catch {
        const message = messages.show(actor, reference);
        return { id: message.id, label: message.subject || `message from ${message.from}` };
      }
    },
    onBackgroundError: (thrown) => log.error("questions.failed", { error: messageOf(thrown) }),
  });

  return { locks, lockPaths, tasks, messages, mutes, specs, decisions, questions };
}
