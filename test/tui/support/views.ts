// Workspaces built by hand, as the server would describe them.
import type {
  AgentView,
  ClientSettings,
  PaneView,
  Rect,
  SettingsView,
  WorkspaceView,
} from "../../../src/protocol/views.ts";

export const NOW_MS = Date.UTC(2026, 10, 21, 14, 2, 30);

/** As the profiles call them. */
const TITLES: Readonly<Record<string, string>> = {
  claude: "Claude Code",
  kimi: "Kimi Code",
  codex: "Codex",
};

export function agentView(name: string, more: Partial<AgentView> = {}): AgentView {
  return {
    name,
    profile: name,
    title: TITLES[name] ?? name,
    role: "delegate",
    devRole: null,
    paneId: null,
    state: { name: "idle", blockedOn: null, message: null, sinceMs: NOW_MS - 5_000, because: "hook" },
    presence: "active",
    task: null,
    locks: 0,
    unread: 0,
    waiting: null,
    hasDraft: false,
    statusText: null,
    statusAtMs: null,
    file: null,
    agentSessionId: null,
    ...more,
  };
}

export function paneView(
  number: number,
  outer: Rect | null,
  more: Partial<PaneView> = {},
  chrome: "boxed" | "thin" = "boxed",
): PaneView {
  const touchesRight = outer !== null && outer.x > 0;
  const inner =
    outer === null
      ? null
      : chrome === "boxed"
        ? { x: outer.x + 1, y: outer.y + 1, cols: outer.cols - 2, rows: outer.rows - 2 }
        : { x: outer.x, y: outer.y + 1, cols: outer.cols - (touchesRight ? 0 : 1), rows: outer.rows - 1 };
  return {
    id: `%${number}`,
    number,
    index: number,
    windowId: "@1",
    focused: false,
    outer,
    inner,
    title: "sh",
    profile: "shell",
    agent: null,
    pid: 100 + number,
    cwd: "/home/ada/shop",
    dead: null,
    notice: null,
    message: null,
    ...more,
  };
}

/** Three agents: one large pane to the left, two one above the other to the right. */
export function trioView(cols: number, rows: number, more: Partial<WorkspaceView> = {}): WorkspaceView {
  const chrome = cols < 100 ? "thin" : "boxed";
  const high = rows - 1;
  const leftCols = Math.ceil(cols * 0.55);
  const topRows = Math.floor(high / 2);
  const left = { x: 0, y: 0, cols: leftCols, rows: high };
  const upper = { x: leftCols, y: 0, cols: cols - leftCols, rows: topRows };
  const lower = { x: leftCols, y: topRows, cols: cols - leftCols, rows: high - topRows };
  return {
    project: { name: "shop", root: "/home/ada/shop" },
    mode: "hierarchical",
    size: { cols, rows },
    chrome,
    windows: [
      {
        id: "@1",
        index: 1,
        name: "main",
        current: true,
        last: false,
        zoomed: false,
        synchronized: false,
        bell: false,
        activity: false,
        paneIds: ["%1", "%2", "%3"],
      },
      {
        id: "@2",
        index: 2,
        name: "logs",
        current: false,
        last: true,
        zoomed: false,
        synchronized: false,
        bell: false,
        activity: true,
        paneIds: ["%4"],
      },
    ],
    panes: [
      paneView(1, left, { focused: true, agent: "claude", profile: "claude", title: "Claude Code" }, chrome),
      paneView(2, upper, { agent: "kimi", profile: "kimi", title: "Kimi Code" }, chrome),
      paneView(3, lower, { agent: "codex", profile: "codex", title: "Codex" }, chrome),
      paneView(4, null, { index: 1, windowId: "@2", title: "tail -f log" }),
    ],
    agents: [
      agentView("claude", {
        role: "principal",
        paneId: "%1",
        state: { name: "working", blockedOn: null, message: null, sinceMs: NOW_MS - 42_000, because: "hook" },
        task: { id: "task-7f31", title: "auth module", status: "in_progress" },
        locks: 2,
      }),
      agentView("kimi", {
        paneId: "%2",
        devRole: "backend_dev",
        waiting: { count: 1, reason: "dialog" },
        unread: 2,
        statusText: "on the tables",
        statusAtMs: NOW_MS - 180_000,
        file: { path: "src/db/orders.ts", atMs: NOW_MS - 20_000 },
        task: { id: "task-a3f2", title: "schema", status: "assigned" },
      }),
      agentView("codex", {
        role: "reviewer",
        paneId: "%3",
        state: {
          name: "blocked",
          blockedOn: "permission",
          message: "run npm test?",
          sinceMs: NOW_MS - 12_000,
          because: "screen",
        },
        locks: 1,
      }),
    ],
    counts: { needsYou: 1, waiting: 2, locks: 3, tasks: { working: 2, waiting: 1, done: 4 } },
    banner: null,
    caption: null,
    trust: null,
    restore: null,
    ...more,
  };
}

/** The settings as they are by default, with some of the user's own. */
export function settingsView(
  more: Partial<ClientSettings> = {},
  problem: string | null = null,
): SettingsView {
  return {
    path: "/home/ada/.config/ia-tmux/config.yaml",
    settings: {
      prefix: "C-b",
      keys: {},
      theme: "auto",
      status: true,
      statusLeft: null,
      statusRight: null,
      mouse: true,
      modeKeys: "auto",
      ascii: false,
      ...more,
    },
    problem,
  };
}
