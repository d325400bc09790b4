// Who hears what: views to attached clients, events to subscribers, alerts to the human's terminal.
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { FactOf } from "../domain/facts.ts";
import { formatRemaining } from "../domain/lock/rules.ts";
import { focusPane } from "../domain/mux/panes.ts";
import { sameName } from "../domain/session/actor.ts";
import { inertText } from "../domain/text/inert.ts";
import type { ProjectPaths } from "../node/runtime-dir.ts";
import type { Notice } from "../protocol/envelope.ts";
import type { NeedView, WorkspaceView } from "../protocol/views.ts";
import type { Store } from "../store/contract.ts";
import type { Services } from "./compose.ts";
import type { ConnectionHandlers, ServerConnection } from "./connection.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { eventOf } from "./event-view.ts";
import { settingsView } from "./live-settings.ts";
import type { LayoutOpener } from "./layout-opener.ts";
import type { Restore } from "./restore.ts";
import { crowdedInboxes } from "./services/crowded.ts";
import { createNeedsService } from "./services/needs-service.ts";
import { workspaceView, paneViews, type ViewDeps } from "./workspace-view.ts";

/** Changes within this time reach clients as one view. */
const VIEW_DELAY_MS = 8;
/** Counts and ages move without a fact: looked at this often while somebody watches. */
const REFRESH_MS = 1_000;
/** A program that rings without end is heard so often. */
const BELL_INTERVAL_MS = 100;

export interface BroadcastDeps {
  readonly services: Services;
  readonly paths: ProjectPaths;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly layouts: LayoutOpener;
  readonly restore: Restore;
}

export type Broadcast = ReturnType<typeof createBroadcast>;

export function createBroadcast(deps: BroadcastDeps) {
  const { services, clock, store, layouts } = deps;
  const { panes, workspace, clients } = services;
  const connections = new Map<string, ServerConnection>();
  const subscribers = new Set<string>();
  let pending: (() => void) | null = null;
  let lastText = "";
  let untold: string | null = null;
  let knownNeeds = new Set<string>();
  const startProblems = store.report().problems;

  const needs = createNeedsService({
    nowMs: () => clock.nowMs(),
    pause: (ms) => new Promise((resolve) => clock.after(ms, resolve)),
    panes: () => panes.all(),
    observe: (pane) => services.states.of(pane),
    lookNow: (pane) => services.states.lookNow(pane),
    press: (pane, keys) => panes.type(pane, Buffer.from(keys)),
    deliveries: () => services.relay.list(),
    retry: (id) => services.relay.retry(id),
    drop: (id) => services.relay.drop(id),
    questions: () => services.questions.open(),
    answerQuestion: (id, answer) => services.questions.answer({ kind: "operator" }, id, answer),
    crowded: () =>
      crowdedInboxes({
        agents: () => services.session.all(),
        deliveries: () => services.relay.list(),
        unread: (name) => services.messages.inbox(name),
      }),
    archiveInbox: () => services.messages.archiveUnread({ kind: "operator" }),
    bypasses: services.bypasses.list,
    dismissBypass: services.bypasses.dismiss,
    respawn: (pane) => services.respawn(pane, false),
    focus: (paneId) => workspace.transition(focusPane(workspace.mux, paneId)),
    trust: () => layouts.trust(),
    answerTrust: (sha256, trusted) => layouts.answerTrust(sha256, trusted),
  });

  const viewDeps: ViewDeps = {
    ...services,
    root: deps.paths.root,
    needsCount: () => needs.list().length,
    banner: () => store.readOnlyReason ?? startProblems[0] ?? null,
    caption: () => layouts.caption(),
    trust: () => layouts.trust(),
    restore: () => deps.restore.offer(),
  };
  const view = (): WorkspaceView => workspaceView(viewDeps);

  // Other connections of the same session, such as its MCP server's, speak under its new name, too.
  services.facts.on((fact) => {
    if (fact.kind !== "agent.renamed") return;
    for (const connection of connections.values()) {
      const { identity } = connection;
      if (identity?.kind === "agent" && identity.paneId === null && sameName(identity.name, fact.previous))
        connection.identity = { ...identity, name: fact.agent.name };
    }
  });

  services.changes.on(() => {
    pending ??= clock.after(VIEW_DELAY_MS, () => {
      pending = null;
      pushView();
    });
  });
  services.facts.on((fact) => {
    if (fact.kind === "lock.denied") notifyAll(denialToast(fact));
    if (subscribers.size === 0) return;
    const text = `${JSON.stringify({ notice: "event", event: eventOf(fact, clock.nowMs()) })}\n`;
    for (const id of subscribers) connections.get(id)?.notifyText(text);
  });

  function pushView() {
    const attached = clients.all();
    alertNeeds();
    if (attached.length === 0) return;
    const text = `${JSON.stringify({ notice: "view", view: view() } satisfies Notice)}\n`;
    if (text === lastText) return;
    lastText = text;
    for (const { connection } of attached) connection.notifyText(text);
  }

  /** A human who looks elsewhere hears of what newly waits for them. */
  function alertNeeds() {
    const open = needs.list();
    const fresh = open.filter((need) => !knownNeeds.has(need.id));
    knownNeeds = new Set(open.map((need) => need.id));
    for (const need of fresh)
      notifyAll({ notice: "alert", kind: "needs-you", text: wordsOf(need), paneId: need.paneId });
  }

  function notifyAll(notice: Notice) {
    for (const { connection } of clients.all()) connection.notify(notice);
  }

  let lastBellMs = Number.NEGATIVE_INFINITY;
  services.bells.on((paneId) => {
    const now = clock.bootMs();
    if (now - lastBellMs < BELL_INTERVAL_MS) return;
    lastBellMs = now;
    notifyAll({ notice: "alert", kind: "bell", text: "", paneId });
  });

  services.settings.changes.on(() => {
    workspace.areaChanged();
    notifyAll({ notice: "settings", ...settingsView(services.settings) });
  });

  const refresh = setInterval(() => {
    if (clients.all().length > 0) pushView();
  }, REFRESH_MS);

  return {
    needs,
    view,
    paneViews: () => paneViews(viewDeps),

    opened(connection: ServerConnection) {
      connections.set(connection.id, connection);
      connection.onClose(() => {
        connections.delete(connection.id);
        subscribers.delete(connection.id);
      });
    },

    /** Sends a view that waits, if there is one and this client draws it. */
    catchUp(connection: ServerConnection) {
      if (pending === null || clients.get(connection.id) === undefined) return;
      pending();
      pending = null;
      pushView();
    },

    subscribe: (id: string) => void subscribers.add(id),

    /** Tells the human now, or the first who looks. */
    tell(text: string) {
      if (clients.all().length > 0) notifyAll({ notice: "toast", level: "good", text, paneId: null });
      else untold = text;
    },

    /** What the first who looks is told. */
    welcome(connection: ServerConnection) {
      if (untold === null) return;
      connection.notify({ notice: "toast", level: "good", text: untold, paneId: null });
      untold = null;
    },

    connectionHandlers(dispatcher: Dispatcher): ConnectionHandlers {
      return {
        request(connection, text) {
          panes.hurry(null);
          return dispatcher.dispatch(connection, text);
        },
        gridAck: (connection, sequence) => clients.ack(connection.id, sequence),
        input(connection, paneNumber, bytes) {
          if (clients.get(connection.id)?.readOnly !== false) return;
          const pane = panes.byNumber(paneNumber);
          // Typing into several panes at once is the client's doing: each program wants its keys encoded its own way.
          if (pane) panes.type(pane, bytes);
          clients.used(connection.id);
        },
      };
    },

    closing(reason: string, comesBack: boolean) {
      clearInterval(refresh);
      pending?.();
      for (const connection of connections.values()) {
        connection.notify({ notice: "closing", reason, comesBack });
        connection.close(reason, true);
      }
    },
  };
}

function wordsOf(need: NeedView): string {
  return `${need.agent ?? "ia-tmux"}: ${need.text}`;
}

/** What passes over the screen when an edit was refused; the border and the activity log have it too. */
function denialToast(fact: FactOf<"lock.denied">): Notice {
  const left = formatRemaining(fact.remainingMs);
  const text = inertText(
    `${fact.by}: edit of ${fact.path} refused: held by ${fact.lease.holder}, ${left} left`,
    200,
  );
  return { notice: "toast", level: "bad", text, paneId: null };
}
