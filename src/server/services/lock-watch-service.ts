// Notices writes that went round the locks: watches what is locked, finds out who wrote, and tells both. Owns the
// watches and what was reported; never stops a write.
import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { type Announce, type Fact, SYSTEM } from "../../domain/facts.ts";
import type { LockTarget } from "../../domain/lock/lease.ts";
import { createCoverage } from "../../domain/lock/coverage.ts";
import { watchPlaces } from "../../domain/lock/watch-places.ts";
import { judgeWrite, type OpenWriter, type Verdict, writerKey } from "../../domain/lock/write-evidence.ts";
import { sameName } from "../../domain/session/actor.ts";
import type { LockView } from "../../protocol/views.ts";
import { findOpenWriters, type PaneProcess } from "../watch/open-writers.ts";
import { type ChangeKind, createPathWatch, isScratchFile } from "../watch/path-watch.ts";
import type { ToolSpans } from "../watch/tool-spans.ts";

/** A burst is over when nothing has changed for so long, or after the second span at the latest. */
const SETTLE_MS = 300;
const LONGEST_BURST_MS = 1_500;
/** Processes are looked through this often within a burst. */
const LOOK_EVERY_MS = 100;
/** Paths of one burst whose writers are looked for; further ones are only counted. */
const MAX_PATHS = 2_000;
/** Paths that a report names. */
const MAX_NAMED = 5;
/** The same writer on the same lock is told once, until it has been quiet for so long. */
const QUIET_MS = 60_000;
/** A file that was written has a time of writing from about now; a change of its mode leaves that alone. */
const FRESH_MS = 5_000;
/** How far a file's time may be behind the clock: the kernel takes it from its last tick. */
const CLOCK_STEP_MS = 20;
/** The watches are fitted to the locks at most this often. */
const FOLLOW_EVERY_MS = 50;

export interface LockWatchDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly root: string;
  readonly ignoreCase: boolean;
  readonly locks: { list(): readonly LockView[] };
  readonly spans: ToolSpans;
  /** The panes' programs. */
  readonly processes: () => readonly PaneProcess[];
  /** The agent of a pane; null when none runs in it. */
  readonly agentOf: (paneId: string) => string | null;
  /** Whether the agent has hooks of ours, so that its own writes are heard of. */
  readonly hasHooks: (agent: string) => boolean;
  /** The user's setting. */
  readonly isOn: () => boolean;
  readonly announce: Announce;
  readonly maxDirectories?: number;
}

export type LockWatchService = ReturnType<typeof createLockWatchService>;

interface Held {
  readonly id: string;
  readonly target: LockTarget;
  readonly holder: string;
  /** Wall clock: what was written before is nobody's business. */
  readonly sinceMs: number;
}

interface Change {
  names: number;
  content: boolean;
  readonly atBootMs: number;
  readonly held: Held;
}

interface Burst {
  readonly fromBootMs: number;
  readonly changes: Map<string, Change>;
  /** Changes beyond the bound. */
  uncounted: number;
  readonly openBy: Map<string, OpenWriter[]>;
  lookedBootMs: number;
  end: () => void;
}

export function createLockWatchService(deps: LockWatchDeps) {
  const { clock, log, root, locks, spans, announce } = deps;
  const held = new Map<string, Held>();
  /** Made anew when it is asked after a change. */
  let coverage: ((path: string) => Held | undefined) | null = null;
  let following: (() => void) | null = null;
  let followedBootMs = Number.NEGATIVE_INFINITY;
  /** Lock and writer → when the last such write was seen. Emptied of what is long over. */
  const told = new Map<string, number>();
  let burst: Burst | null = null;

  const watch = createPathWatch({
    root,
    clock,
    log,
    changed: heard,
    ...(deps.maxDirectories === undefined ? {} : { maxDirectories: deps.maxDirectories }),
  });

  for (const lock of locks.list()) hold(lock, Number.NEGATIVE_INFINITY);
  follow();

  function hold({ id, target, holder }: Omit<Held, "sinceMs">, sinceMs: number): void {
    if (target.kind === "resource") return;
    held.set(id, { id, target, holder, sinceMs });
    coverage = null;
  }

  /** At once for the first lock; many that follow each other are taken together. */
  function follow(): void {
    const waitMs = followedBootMs + FOLLOW_EVERY_MS - clock.bootMs();
    if (waitMs <= 0) return followNow();
    following ??= clock.after(waitMs, followNow);
  }

  function followNow(): void {
    following?.();
    following = null;
    followedBootMs = clock.bootMs();
    watch.follow(deps.isOn() ? watchPlaces([...held.values()].map((one) => one.target)) : []);
  }

  /** The lock that covers the path now. */
  function coverOf(path: string): Held | undefined {
    coverage ??= createCoverage([...held.values()], { ignoreCase: deps.ignoreCase });
    return coverage(path);
  }

  function heard(path: string, kind: ChangeKind): void {
    const bootMs = clock.bootMs();
    const known = burst?.changes.get(path);
    if (known !== undefined) {
      if (kind === "names") known.names++;
      else known.content = true;
      return look(bootMs);
    }
    const cover = coverOf(path);
    if (cover === undefined || isScratchFile(path)) return;
    if (burst !== null && burst.changes.size >= MAX_PATHS) {
      burst.uncounted++;
      return;
    }
    burst ??= {
      fromBootMs: bootMs,
      changes: new Map(),
      uncounted: 0,
      openBy: new Map(),
      lookedBootMs: Number.NEGATIVE_INFINITY,
      end: () => {},
    };
    burst.changes.set(path, {
      names: kind === "names" ? 1 : 0,
      content: kind === "content",
      atBootMs: bootMs,
      held: cover,
    });
    look(bootMs);
  }

  /** Files are open for moments only: who has one open is looked for at once. */
  function look(bootMs: number): void {
    if (burst === null) return;
    burst.end();
    const leftMs = burst.fromBootMs + LONGEST_BURST_MS - bootMs;
    burst.end = clock.after(Math.max(0, Math.min(SETTLE_MS, leftMs)), settle);
    if (bootMs - burst.lookedBootMs < LOOK_EVERY_MS) return;
    burst.lookedBootMs = bootMs;
    for (const { paneId, program, path } of findOpenWriters(deps.processes(), root)) {
      const relative = path.slice(root.length + 1);
      const writers = burst.openBy.get(relative) ?? [];
      if (!writers.some((one) => one.paneId === paneId))
        writers.push({ paneId, agent: deps.agentOf(paneId), program });
      burst.openBy.set(relative, writers);
    }
  }

  function settle(): void {
    if (burst === null) return;
    const { changes, uncounted, openBy } = burst;
    burst = null;
    try {
      report(changes, uncounted, openBy);
    } catch (thrown) {
      log.warn("lock-watch.failed", { error: messageOf(thrown) });
    }
    forgetOld();
  }

  function report(changes: Burst["changes"], uncounted: number, openBy: Burst["openBy"]): void {
    const ran = spans.recent();
    const groups = new Map<string, { verdict: Verdict; paths: string[]; held: Set<Held> }>();
    for (const [path, change] of changes) {
      if (!isWritten(path, change)) continue;
      const { holder } = change.held;
      const verdict = judgeWrite({
        path,
        atBootMs: change.atBootMs,
        holder,
        holderIsHeard: deps.hasHooks(holder) || spans.hasHeard(holder),
        spans: ran,
        openBy: openBy.get(path) ?? [],
      });
      log.debug("lock-watch.judged", { path, holder, verdict: verdict.kind, how: verdict.how });
      if (verdict.kind === "allowed") continue;
      const key = `${holder.toLowerCase()} ${writerKey(verdict)}`;
      const group = groups.get(key) ?? { verdict, paths: [], held: new Set() };
      group.paths.push(path);
      group.held.add(change.held);
      groups.set(key, group);
    }
    // More changes than could be looked at belong to the burst's largest part.
    const largest = [...groups.values()].toSorted((a, b) => b.paths.length - a.paths.length)[0];
    for (const group of groups.values())
      tell(group.verdict, [...group.held], group.paths, group === largest ? uncounted : 0);
  }

  function tell(verdict: Verdict, locked: readonly Held[], paths: readonly string[], more: number): void {
    const [first] = locked;
    if (first === undefined || verdict.kind === "allowed") return;
    const bootMs = clock.bootMs();
    const keys = locked.map((one) => `${one.id} ${writerKey(verdict)}`);
    const isNew = keys.some((key) => bootMs - (told.get(key) ?? Number.NEGATIVE_INFINITY) >= QUIET_MS);
    for (const key of keys) told.set(key, bootMs);
    if (!isNew) return;
    announce({
      kind: "lock.bypassed",
      by: verdict.kind === "agent" ? verdict.agent : SYSTEM,
      holder: first.holder,
      lockIds: locked.map((one) => one.id),
      paths: paths.slice(0, MAX_NAMED),
      count: paths.length + more,
      writer: verdict,
    });
  }

  /** Sorts out what changed nothing: modes, files that came and went, directories whose entries changed. */
  function isWritten(path: string, change: Change): boolean {
    let stat: ReturnType<typeof lstatSync> | undefined;
    try {
      stat = lstatSync(join(root, path), { throwIfNoEntry: false });
    } catch {
      return false;
    }
    // Each coming and going turns the name's being there over: after an even number it is as before.
    const turned = change.names % 2 === 1;
    if (stat === undefined) return turned;
    if (stat.isDirectory()) return turned;
    const { sinceMs } = change.held;
    return change.names > 0 || stat.mtimeMs >= Math.max(sinceMs - CLOCK_STEP_MS, clock.nowMs() - FRESH_MS);
  }

  function forgetOld(): void {
    const bootMs = clock.bootMs();
    for (const [key, atBootMs] of told) if (bootMs - atBootMs >= QUIET_MS) told.delete(key);
  }

  return {
    /** To be given every fact: locks come and go. */
    hear(fact: Fact): void {
      if (fact.kind === "lock.granted" && !held.has(fact.lease.id)) {
        hold(fact.lease, clock.nowMs());
        follow();
      } else if (fact.kind === "lock.released" && held.delete(fact.lease.id)) {
        coverage = null;
        follow();
      } else if (fact.kind === "agent.renamed") {
        for (const one of held.values())
          if (sameName(one.holder, fact.previous)) held.set(one.id, { ...one, holder: fact.agent.name });
        coverage = null;
      }
    },
    /** The setting may have changed. */
    reconsider: follow,
    /** Why some of what is locked is not watched, one sentence each; empty when all of it is. */
    problems: (): readonly string[] => watch.problems(),
    settled: watch.settled,
    get watchedDirectories() {
      return watch.size;
    },
    stop(): void {
      burst?.end();
      burst = null;
      following?.();
      watch.stop();
    },
  };
}
