// What the panes' service is given, and what it tells others.
import type { Clock } from "../../base/clock.ts";
import type { Ids } from "../../base/ids.ts";
import type { Logger } from "../../base/log.ts";
import type { Profile } from "../../domain/agent/profile.ts";
import type { Announce } from "../../domain/facts.ts";
import type { PaneRecord } from "../../domain/pane/pane.ts";
import type { Collection } from "../../store/contract.ts";
import type { ProgramStatus } from "../../terminal/program-status.ts";
import type { Screen, ScreenOptions } from "../../terminal/screen.ts";
import type { HostLink } from "../host-contract.ts";
import type { CheckpointFiles } from "../pane-checkpoints.ts";
import type { RawLog } from "../raw-log.ts";
import type { Places } from "./pane-directories.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

/** How a pane's program is started: made by src/server/launch, because it knows the agents. */
export interface PreparedProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** It goes on with its agent's conversation. */
  readonly resumes: boolean;
  /** What its human has to know, above what it prints. */
  readonly note: string | null;
}

/** Why a program is not started. */
export interface NotPrepared {
  readonly message: string;
  /** The human who reads that and starts it all the same gets a fresh conversation. */
  readonly startsFresh: boolean;
}

export interface NewPane {
  readonly profile: Profile;
  readonly agent: string | null;
  readonly command: readonly string[] | null;
  readonly name: string | null;
  readonly title: string | null;
  readonly cwd: string;
  /** Variables of a layout, on top of the profile's. */
  readonly env: Readonly<Record<string, string>>;
  readonly autoClaim: boolean;
  readonly by: string;
}

/** What panes printed, on disk. */
export interface RawLogs {
  /** Empty when there is none. */
  open(logName: string): Promise<RawLog>;
  /**
   * Adds bytes of ours behind what a program printed that has ended, and behind the offset `atLeast`. Answers the offset
   * from which the next program's output may be counted, also when the disk does not take the bytes.
   */
  append(logName: string, bytes: Uint8Array, atLeast: number): Promise<number>;
  /** Resolves when the files are gone, or could not be removed. */
  remove(logName: string): Promise<void>;
}

export interface PaneDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly host: HostLink;
  readonly records: Collection<PaneRecord>;
  readonly checkpoints: CheckpointFiles;
  readonly rawLogs: RawLogs;
  readonly announce: Announce;
  readonly nextLogicalTime: () => number;
  readonly createScreen: (options: ScreenOptions) => Screen;
  /** `byHand`: a human asks for this start, and sees what comes of it. */
  readonly prepare: (
    pane: PaneRecord,
    profile: Profile,
    token: string,
    byHand: boolean,
  ) => Promise<PreparedProgram | NotPrepared>;
  readonly profileOf: (name: string) => Profile | undefined;
  readonly places: Places;
  readonly logBytesMax: () => number;
  /** The user's own file mode mask: ours is 077. */
  readonly userUmask: number;
}

/** What other services hear of panes, many times a second: not facts, and never stored. */
export interface PaneListeners {
  output(pane: PaneRuntime, bytes: number): void;
  status(pane: PaneRuntime, status: ProgramStatus): void;
  title(pane: PaneRuntime): void;
  /** The program that has its terminal is in another directory. */
  moved(pane: PaneRuntime): void;
  bell(pane: PaneRuntime): void;
  notification(pane: PaneRuntime, text: string): void;
  clipboard(pane: PaneRuntime): void;
  typed(pane: PaneRuntime): void;
  /** What a human types waits for a relay that is being written: told with the first of it. */
  held(pane: PaneRuntime): void;
  ended(pane: PaneRuntime): void;
}
