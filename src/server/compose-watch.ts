// Builds what notices writes that go round the locks: who ran what when, and what is watched.
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Announce } from "../domain/facts.ts";
import type { PathRules } from "../node/path-rules.ts";
import type { LiveSettings } from "./live-settings.ts";
import type { AgentStateService } from "./services/agent-state-service.ts";
import type { LockService } from "./services/lock-contract.ts";
import { createLockWatchService } from "./services/lock-watch-service.ts";
import type { PaneService } from "./services/pane-service.ts";
import { createToolSpans, type ToolSpans } from "./watch/tool-spans.ts";

export interface WatchDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly paths: Pick<PathRules, "root" | "ignoreCase">;
  readonly panes: PaneService;
  readonly locks: LockService;
  readonly spans: ToolSpans;
  readonly settings: LiveSettings;
  readonly announce: Announce;
}

export function composeSpans(deps: {
  readonly clock: Clock;
  readonly panes: PaneService;
  readonly states: AgentStateService;
}): ToolSpans {
  return createToolSpans({
    clock: deps.clock,
    isWaiting(agent) {
      const pane = deps.panes.byAgent(agent);
      return pane !== undefined && deps.states.of(pane).state.name === "blocked";
    },
  });
}

export function composeLockWatch(deps: WatchDeps) {
  const { clock, log, paths, panes, locks, spans, settings, announce } = deps;
  const lockWatch = createLockWatchService({
    clock,
    log,
    root: paths.root,
    ignoreCase: paths.ignoreCase,
    locks,
    spans,
    processes: () => panes.all().flatMap(({ id, pid }) => (pid === null ? [] : [{ paneId: id, pid }])),
    agentOf: (paneId) => panes.get(paneId)?.record.agent ?? null,
    hasHooks: (agent) => panes.byAgent(agent)?.profile.detect.sources.hooks === true,
    isOn: () => settings.current().watchLocks,
    announce,
  });
  settings.changes.on(() => lockWatch.reconsider());
  return lockWatch;
}
