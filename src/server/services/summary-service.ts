import { type BoardRow, boardRows, compactState } from "../../domain/summary/board.ts";
import { actionItems, countByStatus, type Situation } from "../../domain/summary/summary.ts";
import type { Delivery } from "../../domain/relay/delivery.ts";
import { OPERATOR } from "../../domain/record.ts";
import { sameName } from "../../domain/session/actor.ts";
import { isOpen } from "../../domain/task/lifecycle.ts";
import { byUrgency } from "../../domain/task/choosing.ts";
import type { AgentView, SummaryView } from "../../protocol/views.ts";
import type { DecisionService } from "./decision-service.ts";
import type { LockService } from "./lock-service.ts";
import type { MessageService } from "./message-service.ts";
import type { QuestionService } from "./question-service.ts";
import type { SessionService } from "./session-service.ts";
import type { TaskService } from "./task-service.ts";

export interface SummaryService {
  summary(): SummaryView;
  /** What each agent says it does, with the age of that. */
  board(): readonly BoardRow[];
  /** A few lines for an agent that starts or was compacted, or for the operator: its role, tasks, locks, mail, decisions. */
  compact(name: string): string;
}

export interface SummaryServiceDeps {
  readonly project: { readonly name: string; readonly root: string };
  readonly session: SessionService;
  readonly tasks: TaskService;
  readonly messages: MessageService;
  readonly locks: LockService;
  readonly questions: QuestionService;
  readonly decisions: DecisionService;
  /** As clients see them. */
  agents(): readonly AgentView[];
  deliveries(): readonly Delivery[];
  nowMs(): number;
}

/** Owns nothing: puts together what the others own. */
export function createSummaryService(deps: SummaryServiceDeps): SummaryService {
  const { session, tasks, messages, locks } = deps;

  function situation(): Situation {
    return {
      mode: session.mode(),
      agents: deps.agents().map((agent) => ({
        name: agent.name,
        role: agent.role,
        presence: agent.presence,
        unread: agent.unread,
        blockedOn: agent.state.name === "blocked" ? (agent.state.blockedOn ?? "question") : null,
      })),
      tasks: tasks.list(),
      questions: deps.questions.open(),
      doubtful: deps.deliveries().filter(({ state }) => state === "unconfirmed" || state === "failed"),
      operatorUnread: messages.unreadCount(OPERATOR),
    };
  }

  return {
    summary: () => ({
      // As the session names it; until then after its directory.
      project: { name: session.current().project, root: deps.project.root },
      mode: session.mode(),
      principal: session.principal(),
      agents: deps.agents(),
      tasks: countByStatus(tasks.list()),
      deliveriesWaiting: deps.deliveries().filter(({ state }) => state === "queued").length,
      locks: locks.list().length,
      actionItems: actionItems(situation()),
    }),
    board: () => boardRows(deps.agents(), deps.nowMs()),
    compact(name) {
      const agent = sameName(name, OPERATOR) ? null : session.mustFind(name);
      const open = tasks.list().filter((task) => isOpen(task.status));
      return compactState({
        name: agent?.name ?? OPERATOR,
        part: agent,
        others: deps
          .agents()
          .filter((other) => !sameName(other.name, name))
          .map((other) => ({ name: other.name, presence: other.presence, task: other.task?.title ?? null })),
        openTasks: open.length,
        mine: open.filter((task) => task.assignee !== null && sameName(task.assignee, name)),
        claimable: open
          .filter((task) => task.status === "pending" && tasks.unmet(task).length === 0)
          .sort(byUrgency),
        locks: locks.list(),
        unread: messages.unreadCount(name),
        decisions: deps.decisions.list({ current: true }).map(({ text }) => text),
      });
    },
  };
}
