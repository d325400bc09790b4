// Protocol ↔ what is written down: activity, specs, decisions, questions, the summary.
import { sameName } from "../../domain/session/actor.ts";
import type { HandlerTable } from "../dispatcher.ts";
import type { ActivityService } from "../services/activity-service.ts";
import type { DecisionService } from "../services/decision-service.ts";
import type { QuestionService } from "../services/question-service.ts";
import type { SpecService } from "../services/spec-service.ts";
import type { SummaryService } from "../services/summary-service.ts";
import { actorOf, operatorOnly } from "./actor.ts";

export interface RecordHandlerDeps {
  readonly activity: ActivityService;
  readonly specs: SpecService;
  readonly decisions: DecisionService;
  readonly questions: QuestionService;
  readonly summary: SummaryService;
}

type Methods =
  | `activity.${"list" | "add"}`
  | `spec.${"publish" | "show" | "list" | "history" | "diff" | "subscribe" | "unsubscribe"}`
  | `decision.${"record" | "show" | "list"}`
  | `question.${"ask" | "list" | "answer" | "escalate" | "withdraw"}`
  | `summary.${"show" | "board" | "compact"}`;

export function recordHandlers(deps: RecordHandlerDeps): Pick<HandlerTable, Methods> {
  const { activity, specs, decisions, questions, summary } = deps;
  return {
    "activity.list": async (params) => [...(await activity.look(params))],
    "activity.add": (params, connection) => activity.add(actorOf(connection), params),
    "spec.publish": (params, connection) => specs.publish(actorOf(connection), params),
    "spec.show": (params) => specs.show(params.name, params.version),
    "spec.list": () => [...specs.list()],
    "spec.history": (params) => [...specs.history(params.name)],
    "spec.diff": (params) => ({ diff: specs.diff(params.name, params) }),
    "spec.subscribe": async (params, connection) => {
      await specs.subscribe(actorOf(connection), params.name);
      return {};
    },
    "spec.unsubscribe": async (params, connection) => {
      await specs.unsubscribe(actorOf(connection), params.name);
      return {};
    },
    "decision.show": (params) => decisions.show(params.decision),
    "decision.record": (params, connection) => decisions.record(actorOf(connection), params),
    "decision.list": (params) => [...decisions.list(params)],
    "question.ask": (params, connection) => questions.ask(actorOf(connection), params),
    "question.list": (params) => [...questions.list(params)],
    "question.withdraw": (params, connection) => questions.withdraw(actorOf(connection), params.question),
    "question.answer": async (params, connection) => {
      const { id } = await questions.answer(actorOf(connection), params.question, params.answer);
      return questions.list().find((one) => one.id === id)!;
    },
    "question.escalate": (params, connection) => questions.escalate(actorOf(connection), params),
    "summary.show": () => summary.summary(),
    "summary.board": () => [...summary.board()],
    "summary.compact": (params, connection) => {
      const me = connection.identity!.name;
      const agent = params.agent ?? me;
      if (!sameName(agent, me)) operatorOnly(connection, "Another one's state");
      return { agent, text: summary.compact(agent) };
    },
  };
}
