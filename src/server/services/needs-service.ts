// One list of everything that waits for the human: made from what others own, answered through their owners.
import { AppError } from "../../base/errors.ts";
import type { Bypass } from "../../domain/lock/bypass.ts";
import { bypassLine } from "../../domain/lock/bypass-report.ts";
import { accused } from "../../domain/lock/write-evidence.ts";
import { OPERATOR } from "../../domain/record.ts";
import type { Question } from "../../domain/question/question.ts";
import type { Delivery } from "../../domain/relay/delivery.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { NeedView, TrustQuestion } from "../../protocol/views.ts";
import type { Crowded } from "./crowded.ts";
import type { Observation } from "./agent-state-service.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

/** A question or an escalation that an agent put to the human. */
export type OpenQuestion = Pick<
  Question,
  "id" | "kind" | "by" | "createdAtMs" | "question" | "options" | "about" | "deadlineAtMs" | "default"
>;

/** A dialog takes keys only after it has stood this long: Claude Code drops those of the first 150 ms. */
const YOUNG_DIALOG_MS = 300;
/** Waits until somebody acts, and is about nothing that has an id. */
const ENDLESS = { about: null, deadlineAtMs: null, default: null } as const;

export interface NeedsDeps {
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly panes: () => readonly PaneRuntime[];
  readonly observe: (pane: PaneRuntime) => Observation;
  /** Reads the screen again: a dialog may have closed since it was listed. */
  readonly lookNow: (pane: PaneRuntime) => Observation;
  readonly press: (pane: PaneRuntime, keys: string) => void;
  readonly deliveries: () => readonly Delivery[];
  readonly retry: (id: string) => Promise<unknown>;
  readonly drop: (id: string) => Promise<unknown>;
  readonly questions: () => readonly OpenQuestion[];
  readonly answerQuestion: (id: string, answer: string) => Promise<unknown>;
  /** Who is so far behind that nothing more gets through. */
  readonly crowded: () => readonly Crowded[];
  /** Puts away what the human has not read. */
  readonly archiveInbox: () => Promise<unknown>;
  /** Writes round locks, until somebody has looked. */
  readonly bypasses: () => readonly Bypass[];
  readonly dismissBypass: (id: string) => Promise<unknown>;
  readonly respawn: (pane: PaneRuntime) => Promise<unknown>;
  readonly focus: (paneId: string) => Promise<unknown>;
  readonly trust: () => TrustQuestion | null;
  readonly answerTrust: (sha256: string, trust: boolean) => Promise<unknown>;
}

export type NeedsService = ReturnType<typeof createNeedsService>;

export function createNeedsService(deps: NeedsDeps) {
  function dialogNeed(pane: PaneRuntime): NeedView | null {
    const { state, detection } = deps.observe(pane);
    if (state.name !== "blocked") return null;
    const options = detection?.options ?? [];
    return {
      id: `dialog:${pane.id}`,
      kind: state.blockedOn === "question" ? "question" : "permission",
      agent: pane.record.agent,
      paneId: pane.id,
      text: state.message ?? (state.blockedOn === "question" ? "asks a question" : "asks for permission"),
      ...ENDLESS,
      sinceMs: state.sinceMs,
      actions: [
        ...options.map((option) => ({
          key: option.key,
          label: option.label,
          action: `press:${option.key}:${option.label}`,
        })),
        { key: "o", label: "open pane", action: "open" },
      ],
    };
  }

  /** Why an agent's pane runs nothing that should run; null when all is well. */
  function endOf({ record, dead }: PaneRuntime): string | null {
    if (record.startsFresh) return record.message?.split("\n")[0] ?? null;
    if (!dead || dead.exitCode === 0) return null;
    return dead.signal ? `ended by signal ${dead.signal}` : `ended with exit ${dead.exitCode}`;
  }

  function deadNeed(pane: PaneRuntime): NeedView | null {
    const why = pane.record.agent === null ? null : endOf(pane);
    if (why === null) return null;
    return {
      id: `dead:${pane.id}`,
      kind: "dead-pane",
      agent: pane.record.agent,
      paneId: pane.id,
      text: why,
      ...ENDLESS,
      sinceMs: pane.lastOutputMs,
      actions: [
        {
          key: "r",
          label: pane.record.startsFresh ? "start with a fresh conversation" : "start again",
          action: "respawn",
        },
        { key: "o", label: "open pane", action: "open" },
      ],
    };
  }

  function deliveryNeed(delivery: Delivery): NeedView {
    return {
      id: `delivery:${delivery.id}`,
      kind: "delivery",
      agent: delivery.to,
      paneId: delivery.paneId,
      text: `${delivery.kind} ${delivery.taskId ?? delivery.id} ${delivery.state}: ${delivery.reason}`,
      ...ENDLESS,
      about: delivery.taskId ?? delivery.messageIds[0] ?? null,
      sinceMs: delivery.updatedAtMs,
      actions: [
        { key: "v", label: "look at the screen", action: "open" },
        { key: "r", label: "send again", action: "retry" },
        { key: "d", label: "drop", action: "drop" },
      ],
    };
  }

  function crowdedNeed({ name, what, text, sinceMs }: Crowded): NeedView {
    const row = { id: `crowded:${what}:${name}`, ...ENDLESS, sinceMs };
    if (name === OPERATOR) {
      return {
        ...row,
        kind: "inbox",
        agent: null,
        paneId: null,
        text: `${text}. To read them: ia-tmux inbox`,
        actions: [{ key: "a", label: "archive all that are unread", action: "archive" }],
      };
    }
    const pane = deps.panes().find((one) => one.record.agent === name);
    return {
      ...row,
      kind: "delivery",
      agent: name,
      paneId: pane?.id ?? null,
      text,
      actions: pane === undefined ? [] : [{ key: "o", label: "open pane", action: "open" }],
    };
  }

  function questionNeed(question: OpenQuestion): NeedView {
    return {
      id: `question:${question.id}`,
      kind: question.kind,
      agent: question.by,
      paneId: null,
      text: question.question,
      about: question.about,
      sinceMs: question.createdAtMs,
      deadlineAtMs: question.deadlineAtMs,
      default: question.default,
      actions: [
        ...question.options.map((option, index) => ({
          // The keys of a row of digits: the tenth option has 0.
          key: String((index + 1) % 10),
          label: option,
          action: `answer:${option}`,
        })),
        { key: "w", label: "write an answer", action: "answer" },
      ],
    };
  }

  function bypassNeed(bypass: Bypass): NeedView {
    const { id, writer, holder, createdAtMs } = bypass;
    const agent = accused(writer)[0] ?? null;
    const pane = deps
      .panes()
      .find((one) =>
        writer.kind === "pane" ? one.id === writer.paneId : one.record.agent === (agent ?? holder),
      );
    return {
      id: `bypass:${id}`,
      kind: "conflict",
      agent: agent ?? holder,
      paneId: pane?.id ?? null,
      text: bypassLine(bypass),
      ...ENDLESS,
      sinceMs: createdAtMs,
      actions: [
        { key: "d", label: "done: I have looked at it", action: "dismiss" },
        ...(pane === undefined ? [] : [{ key: "o", label: "open pane", action: "open" }]),
      ],
    };
  }

  function trustNeed(trust: TrustQuestion): NeedView {
    return {
      id: `trust:${trust.sha256}`,
      kind: "trust",
      agent: null,
      paneId: null,
      text: `${trust.path} wants to run: ${trust.commands.join("; ")}`,
      ...ENDLESS,
      sinceMs: 0,
      actions: [
        { key: "y", label: "trust this version of the file", action: "trust" },
        { key: "n", label: "do not run it", action: "distrust" },
      ],
    };
  }

  function list(): NeedView[] {
    const trust = deps.trust();
    const needs = [
      ...(trust ? [trustNeed(trust)] : []),
      ...deps.panes().flatMap((pane) => dialogNeed(pane) ?? deadNeed(pane) ?? []),
      ...deps.questions().map(questionNeed),
      ...deps.bypasses().map(bypassNeed),
      ...deps.crowded().map(crowdedNeed),
      ...deps
        .deliveries()
        .filter((one) => one.state === "unconfirmed" || one.state === "failed")
        .map(deliveryNeed),
    ];
    return needs.sort((left, right) => right.sinceMs - left.sinceMs);
  }

  return {
    list,

    /** Acts on one entry. @throws AppError not-found when it is no longer open, conflict when the screen has changed */
    async answer(id: string, action: string, text?: string): Promise<void> {
      const need = list().find((one) => one.id === id);
      if (!need) {
        throw new AppError("not-found", `${id} does not wait for you any more.`, {
          hint: "Run `ia-tmux needs`.",
        });
      }
      const [kind = "", ...rest] = id.split(":");
      const subject = rest.join(":");
      if (action === "open" && need.paneId !== null) {
        await deps.focus(need.paneId);
      } else if (kind === "dialog") {
        await pressOption(need, subject, action);
      } else if (kind === "dead" && action === "respawn") {
        await deps.respawn(paneOf(subject));
      } else if (kind === "delivery" && (action === "retry" || action === "drop")) {
        await deps[action](subject);
      } else if (kind === "question" && /^answer(?::|$)/.test(action)) {
        const answer = action === "answer" ? (text ?? "").trim() : action.slice("answer:".length);
        if (answer === "") throw new AppError("usage", "The answer is empty.");
        await deps.answerQuestion(subject, answer);
      } else if (kind === "bypass" && action === "dismiss") {
        await deps.dismissBypass(subject);
      } else if (need.kind === "inbox" && action === "archive") {
        await deps.archiveInbox();
      } else if (kind === "trust" && (action === "trust" || action === "distrust")) {
        await deps.answerTrust(subject, action === "trust");
      } else {
        throw unknownAction(need, action);
      }
    },
  };

  function unknownAction(need: NeedView, action: string): AppError {
    return new AppError("usage", `"${inertText(action, 40)}" is nothing that can be done about ${need.id}.`, {
      hint: `It takes: ${need.actions.map((each) => each.action).join(", ")}`,
    });
  }

  /** The option is named by its label and must still stand on the screen, or another dialog would get the key. */
  async function pressOption(need: NeedView, paneId: string, action: string) {
    const [verb, key = "", ...label] = action.split(":");
    const pane = paneOf(paneId);
    if (verb !== "press") throw unknownAction(need, action);
    // Agents drop what is pressed in the first moments of a dialog.
    const youngMs = YOUNG_DIALOG_MS - (deps.nowMs() - deps.lookNow(pane).state.sinceMs);
    if (youngMs > 0) await deps.pause(Math.min(youngMs, YOUNG_DIALOG_MS));
    const { state, detection } = deps.lookNow(pane);
    const stillThere = detection?.options.some(
      (option) => option.key === key && option.label === label.join(":"),
    );
    if (state.name !== "blocked" || !stillThere) {
      throw new AppError("conflict", "The dialog has changed since you saw it; nothing was pressed.", {
        hint: "Look again with `C-b !` or `ia-tmux needs`.",
      });
    }
    deps.press(pane, key);
  }

  function paneOf(paneId: string): PaneRuntime {
    const pane = deps.panes().find((one) => one.id === paneId);
    if (!pane) throw new AppError("not-found", `There is no pane ${paneId} any more.`);
    return pane;
  }
}
