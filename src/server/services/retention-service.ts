// Puts away by itself what is long over: after the server's start, and each day. Owns nothing but when.
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { type Announce, SYSTEM } from "../../domain/facts.ts";
import { THE_OPERATOR } from "../../domain/session/actor.ts";
import type { ArchiveService } from "./archive-service.ts";

const DAY_MS = 86_400_000;
/** A start has better things to do. */
const AFTER_START_MS = 30_000;
/** How often is looked whether a day is over: a machine may have slept, and the setting may have changed. */
const LOOK_EVERY_MS = 3_600_000;

export interface RetentionDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly archive: Pick<ArchiveService, "run">;
  /** The user's setting; null: never by itself. */
  readonly days: () => number | null;
  readonly announce: Announce;
}

export interface RetentionService {
  /** Resolves when no run is under way. */
  idle(): Promise<void>;
  stop(): void;
}

export function createRetentionService(deps: RetentionDeps): RetentionService {
  const { clock, log } = deps;
  let lastBootMs = Number.NEGATIVE_INFINITY;
  let callOff = clock.after(AFTER_START_MS, look);
  let running: Promise<void> | null = null;
  let wasTold = false;

  function look(): void {
    callOff = clock.after(LOOK_EVERY_MS, look);
    const days = deps.days();
    if (days === null || running !== null || clock.bootMs() - lastBootMs < DAY_MS) return;
    lastBootMs = clock.bootMs();
    running = run(days * DAY_MS).finally(() => {
      running = null;
    });
  }

  async function run(olderThanMs: number): Promise<void> {
    try {
      const report = await deps.archive.run(THE_OPERATOR, { olderThanMs, dryRun: false, by: SYSTEM });
      log.info("retention.ran", { ...report });
      wasTold = false;
    } catch (thrown) {
      // A full disk: what is over stays where it is. Tried again at the next look; said once.
      lastBootMs = Number.NEGATIVE_INFINITY;
      const reason = messageOf(thrown);
      log.warn("retention.failed", { error: reason });
      if (!wasTold) deps.announce({ kind: "archive.failed", by: SYSTEM, reason });
      wasTold = true;
    }
  }

  return { idle: async () => void (await running), stop: () => callOff() };
}
