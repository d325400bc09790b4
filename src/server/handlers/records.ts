// Protocol ↔ what is written down: activity, specs, decisions, questions, the summary.
import type { SummaryView } from "../../protocol/views.ts";
import type { HandlerTable } from "../dispatcher.ts";
import type { ActivityService } from "../services/activity-service.ts";
import type { DecisionService } from "../services/decision-service.ts";
import type { QuestionService } from "../services/question-service.ts";
import type { SpecService } from "../services/spec-service.ts";
import { actorOf } from "./actor.ts";

export interface RecordHandlerDeps {
  readonly activity: ActivityService;
  readonly specs: SpecService;
  readonly decisions: DecisionService;
  readonly questions: QuestionService;
  readonly summary: () => SummaryView;
}

type Methods =
  | `activity.${"list" | "add"}`
  | `spec.${"publish" | "show" | "list"}`
  | `decision.${"record" | "list"}`
  | `question.${"ask" | "list" | "answer" | "escalate"}`
  | "summary.show";

export function recordHandlers(deps: RecordHandlerDeps): Pick<HandlerTable, Methods> {
  const { activity, specs, decisions, questions } = deps;
  return {
    "activity.list": (params) => [...activity.list(params)],
    "activity.add": (params, connection) => activity.add(actorOf(connection), params),
    "spec.publish": (params, connection) => specs.publish(actorOf(connection), params),
    "spec.show": (params) => specs.show(params.name, params.version),
    "spec.list": () => [...specs.list()],
    "decision.record": (params, connection) => decisions.record(actorOf(connection), params),
    "decision.list": (params) => [...decisions.list(params)],
    "question.ask": (params, connection) => questions.ask(actorOf(connection), params),
    "question.list": () => [...questions.list()],
    "question.answer": async (params, connection) => {
      const { id } = await questions.answer(actorOf(connection), params.question, params.answer);
      return questions.list().find((one) => one.id === id)!;
    },
    "question.escalate": (params, connection) => questions.escalate(actorOf(connection), params),
    "summary.show": () => deps.summary(),
  };
}
