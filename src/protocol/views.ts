// What clients see: plain values, made by the server, shown by TUI, CLI and MCP alike. `--json` prints these.
import type { Explanation } from "../domain/agent/explain.ts";
import type { AgentState } from "../domain/agent/state.ts";
import type { Lease } from "../domain/lock/lease.ts";
import type { DeliveryState } from "../domain/relay/delivery.ts";
import type { Mode } from "../domain/session/rules.ts";
import type { DevRole, Role } from "../domain/session/session.ts";
import type { TaskStatus } from "../domain/task/task.ts";

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly cols: number;
  readonly rows: number;
}

export interface WindowView {
  readonly id: string;
  readonly index: number;
  readonly name: string;
  readonly current: boolean;
  readonly last: boolean;
  readonly zoomed: boolean;
  readonly synchronized: boolean;
  readonly bell: boolean;
  /** Something was printed since the window was last looked at. */
  readonly activity: boolean;
  readonly paneIds: readonly string[];
}

export interface AgentView {
  readonly name: string;
  readonly profile: string;
  readonly title: string;
  readonly role: Role;
  /** What it is for in the work itself, where somebody said so. */
  readonly devRole: DevRole | null;
  readonly paneId: string | null;
  readonly state: AgentState;
  readonly presence: "active" | "idle" | "stale" | "offline";
  readonly task: { readonly id: string; readonly title: string; readonly status: TaskStatus } | null;
  readonly locks: number;
  readonly unread: number;
  /** The first delivery that waits for this agent, and why. */
  readonly waiting: { readonly count: number; readonly reason: string } | null;
  /** A human's half-typed words stand in its composer: nothing is written until they are sent or cleared. */
  readonly hasDraft: boolean;
  /** What it says it does, and since when; null when it said nothing. */
  readonly statusText: string | null;
  readonly statusAtMs: number | null;
  /** The file it wrote last, and when; null when it wrote none since the server started. */
  readonly file: { readonly path: string; readonly atMs: number } | null;
  readonly agentSessionId: string | null;
}

export interface PaneView {
  readonly id: string;
  /** The number that grid and input frames carry. */
  readonly number: number;
  /** Position in its window, from 1: what the border shows and `C-b q` jumps to. */
  readonly index: number;
  readonly windowId: string;
  readonly focused: boolean;
  /** Where the pane stands on the screen, border included. Null when its window is not shown. */
  readonly outer: Rect | null;
  /** Where its cells stand. */
  readonly inner: Rect | null;
  readonly title: string;
  readonly profile: string;
  readonly agent: string | null;
  readonly pid: number | null;
  readonly cwd: string;
  readonly dead: { readonly exitCode: number; readonly signal: number } | null;
  /** A line for the border that passes: a relay's receipt, a lock denial. */
  readonly notice: { readonly text: string; readonly level: Level } | null;
  /** Why no program runs in it; what an earlier one printed is shown above. */
  readonly message: string | null;
}

export type Level = "info" | "good" | "warn" | "bad";

export interface WorkspaceView {
  readonly project: { readonly name: string; readonly root: string };
  readonly size: { readonly cols: number; readonly rows: number };
  /** How the agents work together: what may become of a task depends on it. */
  readonly mode: Mode;
  /** How panes are set apart: see src/domain/layout/arrange.ts. */
  readonly chrome: "boxed" | "thin" | "single" | "bare";
  readonly windows: readonly WindowView[];
  readonly panes: readonly PaneView[];
  readonly agents: readonly AgentView[];
  readonly counts: {
    readonly needsYou: number;
    readonly waiting: number;
    readonly locks: number;
    readonly tasks: { readonly working: number; readonly waiting: number; readonly done: number };
  };
  /** A line that must be seen: the store is read-only, a server was restarted. */
  readonly banner: string | null;
  /** What the demo or the first-run coach says. */
  readonly caption: string | null;
  /** A question about commands that a project file wants to run; null when none is open. */
  readonly trust: TrustQuestion | null;
  /** What could come back of an earlier run; null when nothing waits for that word. */
  readonly restore: RestoreOffer | null;
}

/** The user's settings, as far as a screen needs them: see src/config/settings.ts. */
export interface ClientSettings {
  readonly prefix: string;
  readonly keys: Readonly<Record<string, string | null>>;
  readonly theme: "auto" | "dark" | "light" | "high-contrast" | "plain";
  readonly status: boolean;
  readonly statusLeft: string | null;
  readonly statusRight: string | null;
  readonly mouse: boolean;
  /** Whose keys copy mode has; auto: those of the client's $VISUAL or $EDITOR. */
  readonly modeKeys: "auto" | "vi" | "emacs";
  readonly ascii: boolean;
}

/** The settings file and what is wrong with it; then the settings before are in force. */
export interface SettingsView {
  readonly path: string;
  readonly settings: ClientSettings;
  readonly problem: string | null;
}

/** The programs that ran before the machine was started again: a line for each pane. */
export interface RestoreOffer {
  readonly windows: readonly { readonly name: string; readonly panes: readonly string[] }[];
}

export interface TrustQuestion {
  readonly path: string;
  readonly sha256: string;
  readonly commands: readonly string[];
}

export interface DeliveryView {
  readonly id: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly taskId: string | null;
  readonly state: DeliveryState;
  readonly channel: string | null;
  readonly reason: string;
  readonly attempts: number;
  /** The receiver replied, or reported on its task. */
  readonly answered: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly preview: string;
}

export interface LockView
  extends Pick<Lease, "id" | "target" | "holder" | "reason" | "fencingToken" | "createdAtMs" | "ttlMs"> {
  /** The target in one string, as the user would write it. */
  readonly label: string;
  readonly remainingMs: number;
  readonly waiters: readonly string[];
  /** The file that the holder wrote last, and how long ago; null when it wrote none since the server started. */
  readonly inHand: { readonly path: string; readonly ageMs: number } | null;
}

/** One entry of "what needs me". `actions` are what `needs.answer` takes. */
export interface NeedView {
  readonly id: string;
  readonly kind:
    | "permission"
    | "question"
    | "escalation"
    | "delivery"
    | "conflict"
    | "dead-pane"
    | "inbox"
    | "trust";
  readonly agent: string | null;
  readonly paneId: string | null;
  readonly text: string;
  /** Id of the message or task that it is about. */
  readonly about: string | null;
  readonly sinceMs: number;
  /** When it ends by itself, and with which answer; null: it waits, or it ends without an answer. */
  readonly deadlineAtMs: number | null;
  readonly default: string | null;
  readonly actions: readonly { readonly key: string; readonly label: string; readonly action: string }[];
}

export interface SummaryView {
  readonly project: { readonly name: string; readonly root: string };
  readonly mode: string;
  readonly principal: string;
  readonly agents: readonly AgentView[];
  readonly tasks: Readonly<Record<TaskStatus, number>>;
  readonly deliveriesWaiting: number;
  readonly locks: number;
  readonly actionItems: readonly string[];
}

/** Everything that `agent explain` prints: why the state is what it is. */
export interface ExplainView extends Explanation {
  readonly agent: string | null;
  readonly paneId: string;
  readonly profile: string;
  readonly gate: { readonly verdict: "go" | "hold"; readonly reason: string };
}

/** What is broadcast to `events --json` and to every attached client. */
export interface EventView {
  readonly atMs: number;
  readonly kind: string;
  readonly [field: string]: unknown;
}
