import { AppError } from "../../base/errors.ts";
import { SYSTEM } from "../../domain/facts.ts";
import { MAX_OPEN_QUESTIONS_PER_AGENT, type Question } from "../../domain/question/question.ts";
import { checkOptions, matchOption, outcomeOf } from "../../domain/question/rules.ts";
import { MAX_TEXT_BYTES } from "../../domain/record.ts";
import { type Actor, actorName, isActor, sameName } from "../../domain/session/actor.ts";
import { requireOperator } from "../../domain/session/rules.ts";
import { filterText } from "../../domain/text/filter.ts";
import { utf8Length } from "../../domain/text/utf8.ts";
import type { QuestionView } from "../../protocol/results.ts";
import type { Collection } from "../../store/contract.ts";
import { findRecord } from "./find-record.ts";
import { newStamp, type RecordDeps, touched } from "./stamp.ts";

export interface NewQuestion {
  readonly question: string;
  readonly options?: readonly string[] | undefined;
  /** Milliseconds from now after which the default holds. */
  readonly deadlineMs?: number | undefined;
  readonly default?: string | undefined;
}

export interface QuestionService {
  ask(actor: Actor, input: NewQuestion): Promise<QuestionView>;
  /** Hands a message or a task up to the operator. The message stays where it is. */
  escalate(actor: Actor, input: { about: string; reason: string }): Promise<QuestionView>;
  /** Operator only. An option by its words or number, or any text. */
  answer(actor: Actor, reference: string, answer: string): Promise<Question>;
  /** Only by who asked, or the operator. */
  withdraw(actor: Actor, reference: string): Promise<QuestionView>;
  /** Oldest first. */
  list(filter?: { openOnly?: boolean | undefined; by?: string | undefined }): readonly QuestionView[];
  open(): readonly Question[];
  all(): readonly Question[];
  show(reference: string): Question;
  /** Those that were over before the moment. */
  overBefore(atMs: number): readonly Question[];
  /** Takes questions out of the store: they are kept elsewhere. */
  forget(actor: Actor, gone: readonly Question[]): Promise<void>;
  /** Calls off the deadlines: the server ends. They hold again at its next start. */
  stop(): void;
}

export interface QuestionServiceDeps extends RecordDeps {
  readonly questions: Collection<Question>;
  /** What a reference leads to: a message that the actor may see, or a task. Throws `not-found`. */
  resolve(actor: Actor, reference: string): { readonly id: string; readonly label: string };
  onBackgroundError(thrown: unknown): void;
}

/** Owns what agents want from the human. */
export function createQuestionService(deps: QuestionServiceDeps): QuestionService {
  const { questions, clock, announce } = deps;
  const alarms = new Map<string, () => void>();

  const show = (reference: string): Question =>
    findRecord(questions, reference, { prefix: "ask-", noun: "question", list: "ia-tmux question list" });

  const open = () => questions.find((question) => question.state === "open");

  async function put(
    actor: Actor,
    more: Pick<Question, "kind" | "question" | "about"> & Partial<Question>,
  ): Promise<QuestionView> {
    const mine = open().filter((question) => isActor(actor, question.by)).length;
    if (mine >= MAX_OPEN_QUESTIONS_PER_AGENT) {
      throw new AppError("busy", `${actorName(actor)} has ${mine} open questions already`, {
        hint: "Wait for answers, or withdraw some.",
      });
    }
    const question: Question = {
      ...newStamp(deps, "ask", actor),
      by: actorName(actor),
      options: [],
      deadlineAtMs: null,
      default: null,
      state: "open",
      answer: null,
      answeredAtMs: null,
      ...more,
    };
    await questions.insert(question);
    setAlarm(question);
    announce({ kind: "question.asked", by: question.by, question });
    return view(question);
  }

  async function ask(actor: Actor, input: NewQuestion): Promise<QuestionView> {
    const question = checkText(input.question, "question");
    const options = checkOptions(input.options ?? [], input.default);
    const standard =
      input.default === undefined
        ? null
        : (matchOption(options, input.default) ?? checkText(input.default, "default"));
    return put(actor, {
      kind: "question",
      question,
      about: null,
      options: [...options],
      default: standard,
      deadlineAtMs: input.deadlineMs === undefined ? null : clock.nowMs() + input.deadlineMs,
    });
  }

  async function escalate(actor: Actor, input: { about: string; reason: string }): Promise<QuestionView> {
    const reason = checkText(input.reason, "reason");
    const { id, label } = deps.resolve(actor, input.about);
    const again = open().find(
      (one) => one.kind === "escalation" && one.about === id && isActor(actor, one.by),
    );
    if (again !== undefined) return view(again);
    return put(actor, { kind: "escalation", question: `${label}: ${reason}`, about: id });
  }

  /** One end for each question, whoever comes first. */
  async function finish(question: Question, end: Partial<Question>): Promise<Question> {
    alarms.get(question.id)?.();
    alarms.delete(question.id);
    const ended: Question = { ...question, ...touched(deps), answeredAtMs: clock.nowMs(), ...end };
    await questions.put(ended);
    return ended;
  }

  async function answer(actor: Actor, reference: string, text: string): Promise<Question> {
    requireOperator(actor, "Answering");
    const question = show(reference);
    const clean = checkText(text, "answer");
    const chosen = matchOption(question.options, clean) ?? clean;
    if (question.state === "answered" && question.answer === chosen) return question;
    if (question.state !== "open")
      throw new AppError("conflict", `Question ${question.id} is over: ${outcomeOf(question)}`);
    const ended = await finish(question, { state: "answered", answer: chosen });
    announce({ kind: "question.answered", by: actorName(actor), question: ended });
    return ended;
  }

  async function withdraw(actor: Actor, reference: string): Promise<QuestionView> {
    const question = show(reference);
    if (actor.kind === "agent" && !isActor(actor, question.by)) {
      throw new AppError("permission-denied", `Question ${question.id} is of ${question.by}`);
    }
    if (question.state !== "open") return view(question);
    const ended = await finish(question, { state: "withdrawn" });
    announce({ kind: "question.lapsed", by: actorName(actor), question: ended });
    return view(ended);
  }

  async function lapse(id: string): Promise<void> {
    const question = questions.get(id);
    if (question === undefined || question.state !== "open") return;
    const ended = await finish(question, { state: "lapsed", answer: question.default });
    announce({ kind: "question.lapsed", by: SYSTEM, question: ended });
  }

  function setAlarm(question: Question): void {
    if (question.state !== "open" || question.deadlineAtMs === null) return;
    const callOff = clock.after(Math.max(0, question.deadlineAtMs - clock.nowMs()), () => {
      lapse(question.id).catch(deps.onBackgroundError);
    });
    alarms.set(question.id, callOff);
  }

  for (const question of questions.all()) setAlarm(question);
  return {
    ask,
    escalate,
    answer,
    withdraw,
    list: ({ openOnly, by } = {}) =>
      questions
        .find(
          (one) => (openOnly !== true || one.state === "open") && (by === undefined || sameName(one.by, by)),
        )
        .map(view),
    open,
    all: () => questions.all(),
    show,
    overBefore: (atMs) => questions.find((one) => one.state !== "open" && one.updatedAtMs < atMs),
    async forget(actor, gone) {
      requireOperator(actor, "Taking questions out of the store");
      await Promise.all(gone.map((one) => questions.remove(one.id)));
    },
    stop() {
      for (const callOff of alarms.values()) callOff();
      alarms.clear();
    },
  };
}

function checkText(text: string, what: string): string {
  const clean = filterText(text).trim();
  if (clean === "") throw new AppError("usage", `The ${what} is empty`);
  const bytes = utf8Length(clean);
  if (bytes > MAX_TEXT_BYTES)
    throw new AppError("too-large", `The ${what} is ${bytes} bytes; limit ${MAX_TEXT_BYTES}`);
  return clean;
}

function view(question: Question): QuestionView {
  return {
    id: question.id,
    kind: question.kind,
    state: question.state,
    atMs: question.createdAtMs,
    by: question.by,
    question: question.question,
    about: question.about,
    options: question.options,
    deadlineAtMs: question.deadlineAtMs,
    default: question.default,
    answer: question.answer,
  };
}
