import { AppError } from "../../base/errors.ts";
import type { Decision } from "../../domain/decision/decision.ts";
import { MAX_TEXT_BYTES } from "../../domain/record.ts";
import { type Actor, actorName } from "../../domain/session/actor.ts";
import { filterText } from "../../domain/text/filter.ts";
import { searchWords } from "../../domain/text/search-words.ts";
import { utf8Length } from "../../domain/text/utf8.ts";
import type { DecisionView } from "../../protocol/results.ts";
import type { Collection } from "../../store/contract.ts";
import { findRecord } from "./find-record.ts";
import { newStamp, type RecordDeps, touched } from "./stamp.ts";

const MAX_DECISIONS = 20_000;

export interface DecisionService {
  record(actor: Actor, input: { text: string; supersedes?: string | undefined }): Promise<DecisionView>;
  /** Oldest first. With `query` those that hold all its words; `current` leaves out the superseded. */
  list(filter?: { query?: string | undefined; current?: boolean | undefined }): readonly DecisionView[];
  show(reference: string): DecisionView;
}

export interface DecisionServiceDeps extends RecordDeps {
  readonly decisions: Collection<Decision>;
}

/** Owns the decisions. None is changed or removed; a later one takes an earlier one's place. */
export function createDecisionService(deps: DecisionServiceDeps): DecisionService {
  const { decisions, announce } = deps;

  const find = (reference: string): Decision =>
    findRecord(decisions, reference, { prefix: "dec-", noun: "decision", list: "ia-tmux decision list" });

  async function record(
    actor: Actor,
    input: { text: string; supersedes?: string | undefined },
  ): Promise<DecisionView> {
    const text = filterText(input.text).trim();
    if (text === "") throw new AppError("usage", "The decision is empty");
    const bytes = utf8Length(text);
    if (bytes > MAX_TEXT_BYTES)
      throw new AppError("too-large", `The decision is ${bytes} bytes; limit ${MAX_TEXT_BYTES}`);
    if (decisions.size >= MAX_DECISIONS)
      throw new AppError("busy", `There are ${MAX_DECISIONS} decisions already`);
    const earlier = input.supersedes === undefined ? null : find(input.supersedes);
    if (earlier !== null && earlier.supersededBy !== null) {
      throw new AppError(
        "conflict",
        `Decision ${earlier.id} is already superseded by ${earlier.supersededBy}`,
        {
          hint: `Supersede that one: --supersedes ${earlier.supersededBy}`,
        },
      );
    }
    const decision: Decision = {
      ...newStamp(deps, "dec", actor),
      by: actorName(actor),
      text,
      supersedes: earlier?.id ?? null,
      supersededBy: null,
    };
    const writes = [decisions.insert(decision)];
    const ended = earlier === null ? null : { ...earlier, ...touched(deps), supersededBy: decision.id };
    if (ended !== null) writes.push(decisions.put(ended));
    await Promise.all(writes);
    announce({ kind: "decision.recorded", by: decision.by, decision });
    if (ended !== null) announce({ kind: "decision.superseded", by: decision.by, decision: ended });
    return view(decision);
  }

  return {
    record,
    list({ query, current } = {}) {
      const words = searchWords(query ?? "");
      return decisions
        .find((one) => {
          if (current === true && one.supersededBy !== null) return false;
          const text = `${one.id} ${one.by} ${one.text}`.toLowerCase();
          return words.every((word) => text.includes(word));
        })
        .map(view);
    },
    show: (reference) => view(find(reference)),
  };
}

function view(decision: Decision): DecisionView {
  return {
    id: decision.id,
    atMs: decision.createdAtMs,
    by: decision.by,
    text: decision.text,
    supersededBy: decision.supersededBy,
  };
}
