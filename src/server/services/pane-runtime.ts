// One live pane: its program's screen, its input and what is known of its process.
import type { PaneRecord } from "../../domain/pane/pane.ts";
import type { Profile } from "../../domain/agent/profile.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { Screen } from "../../terminal/screen.ts";

/** Typed bytes that may wait while a relay is being written. More are refused: somebody pastes a book. */
export const MAX_HELD_INPUT_BYTES = 1_048_576;

export interface PaneRuntime {
  readonly id: string;
  readonly number: number;
  record: PaneRecord;
  profile: Profile;
  /** Null while the pane shows a message of ours. */
  screen: Screen | null;
  pid: number | null;
  /** Where the program is that has its terminal, as last looked. */
  directory: string;
  /** Where its program says that it is. */
  toldDirectory: string | null;
  /** A program ran in it before the host ended, and its human has not said yet whether it comes back. */
  isOffered: boolean;
  dead: { exitCode: number; signal: number } | null;
  /** Absolute offset behind the last byte parsed. */
  offset: number;
  /** An earlier server has parsed everything before this: what it asked was answered, what it told was told. */
  heardOffset: number;
  /** The screen is being given what was heard before: it stays silent. */
  isReplaying: boolean;
  startedAtMs: number;
  lastOutputMs: number;
  /** Last key of a human, on any client. */
  lastHumanKeyMs: number;
  /** Input of humans that came while a relay was being written; null when none is. */
  heldInput: Uint8Array[] | null;
  heldBytes: number;
  copyModeClients: Set<string>;
  /** Its program was told to end so that it can start again: called when it has. */
  restarting: (() => void) | null;
  /** This run of its program goes on with its agent's conversation. */
  resumed: boolean;
  /** The agent's session as this run of its program named it; null until it does. */
  sessionHeard: string | null;
  /** Its program was started and its agent has not been ready yet: then it takes a task. */
  claimsNext: boolean;
  /** Made with the record, for the first start; later starts make their own. */
  freshToken: string | null;
  /** File that gets all of its output, for `debug record`; null when none does. */
  recording: string | null;
  bell: boolean;
  activity: boolean;
}

/** Why no program runs in the pane, and what its human can do, in lines for the pane; null while one runs or has run. */
export function whyNothingRuns(pane: PaneRuntime): string | null {
  return pane.record.message ?? (pane.isOffered ? wasRunning(pane) : null);
}

/** What a pane says whose program ended with its host. */
export function wasRunning(pane: PaneRuntime): string {
  const { command, agent } = pane.record;
  const [what, does] =
    command !== null
      ? [inertText(command.join(" "), 300), "starts it again"]
      : agent !== null
        ? [`${agent} (${pane.profile.title})`, "brings it back"]
        : [pane.profile.title, "starts it again"];
  return `Was running before: ${what}\nEnter ${does}, x closes the pane.`;
}

/** Whether bytes from a client are a human's typing: reports of mouse and focus are not. */
export function isTyping(bytes: Uint8Array): boolean {
  const isReport =
    bytes.length >= 3 &&
    bytes[0] === 0x1b &&
    bytes[1] === 0x5b &&
    (bytes[2] === 0x3c || bytes[2] === 0x49 || bytes[2] === 0x4f || bytes[2] === 0x4d);
  return bytes.length > 0 && !isReport;
}
