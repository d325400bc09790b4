import type { FactOf } from "../facts.ts";
import { quoteLine } from "../text/frame.ts";
import type { Verdict } from "./write-evidence.ts";

type Bypass = Pick<FactOf<"lock.bypassed">, "holder" | "paths" | "count" | "writer">;

const PATH_LENGTH = 160;
const EVIDENCE_LENGTH = 120;

/** `src/a.ts, src/b.ts and 3 more`. */
function pathsOf({ paths, count }: Bypass): string {
  const named = paths.map((path) => quoteLine(path, PATH_LENGTH)).join(", ");
  return count > paths.length ? `${named} and ${count - paths.length} more` : named;
}

/** `by kimi (its shell ran then: npm run format)`: who, and what says so. */
export function writerText(writer: Exclude<Verdict, { kind: "allowed" }>): string {
  const how = quoteLine(writer.how, EVIDENCE_LENGTH);
  switch (writer.kind) {
    case "agent":
      return `by ${writer.agent} (${how})`;
    case "several":
      return `by ${writer.agents.join(" or ")} (${how})`;
    case "pane":
      return `in pane ${writer.paneId} (${how})`;
    case "unknown":
      return `by an unknown program (${how})`;
  }
}

/** One line for the log, the border and the toast. */
export function bypassLine(bypass: Bypass): string {
  return `${pathsOf(bypass)}, locked by ${bypass.holder}, written ${writerText(bypass.writer)}`;
}

/** What the holder is told. */
export function holderNotice(bypass: Bypass): string {
  const those = bypass.count === 1 ? "a path that you have locked was" : "paths that you have locked were";
  const names = bypass.writer.kind === "agent" ? [bypass.writer.agent] : [];
  return [
    `${pathsOf(bypass)}: ${those} written ${writerText(bypass.writer)}.`,
    `Read what is there now before you go on: git diff`,
    ...names.map((name) => `To write to ${name}: ia-tmux send --to ${name} "…"`),
  ].join("\n");
}

/** What the writer is told, or each of those of whom one wrote. */
export function writerNotice(bypass: Bypass): string {
  const { holder, writer } = bypass;
  const paths = pathsOf(bypass);
  const how = quoteLine(writer.how, EVIDENCE_LENGTH);
  const what =
    writer.kind === "agent" && writer.seen
      ? `You wrote ${paths}, which ${holder} has locked (${how}). It`
      : `${paths}, which ${holder} has locked, changed while your command ran (${how}). If it was yours, it`;
  return [
    `${what} may have spoiled an edit of ${holder}'s. Do not write there again while the lock stands: ia-tmux locks`,
    `To write to ${holder}: ia-tmux send --to ${holder} "…"`,
  ].join("\n");
}
