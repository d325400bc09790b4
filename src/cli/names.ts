import { AppError } from "../base/errors.ts";
import type { Identity } from "../protocol/results.ts";
import { inertText } from "../domain/text/inert.ts";

/** As AGENT_NAME_PATTERN of src/domain/record.ts, with `role:` before it. A test holds them equal. */
const RECIPIENT = /^(?:role:)?[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/** A name that can be an agent's, `operator`, `all` or `role:reviewer`. Whether anybody has it the server knows. */
export function recipient(raw: string, flag: string): string {
  if (RECIPIENT.test(raw)) return raw;
  throw new AppError("usage", `${flag}: "${inertText(raw, 80)}" is not a name`, {
    hint: "Names have letters, digits, dot, dash and underscore, at most 32; also role:<role> and all.",
  });
}

/** Who speaks is decided by where a command runs, never by an option: `--from` can only state it. */
export function assertSpeaksAs(identity: Identity, from: string | undefined): void {
  if (from === undefined || from === identity.name) return;
  const message =
    from === "operator"
      ? "only the attached UI and shells outside the panes speak as the operator"
      : `this command runs as ${identity.name}, not as ${inertText(from, 40)}`;
  throw new AppError("permission-denied", message, {
    hint: `Leave --from out: you are ${identity.name} (${identity.how}).`,
  });
}
