// Builds what keeps what is over: the log of who did what, the archive, and what moves things there by itself.
import { join } from "node:path";
import type { Logger } from "../base/log.ts";
import type { LiveSettings } from "./live-settings.ts";
import { openActivityService } from "./services/activity-service.ts";
import { type ArchiveServiceDeps, createArchiveService } from "./services/archive-service.ts";
import { createRetentionService } from "./services/retention-service.ts";
import type { RecordDeps } from "./services/stamp.ts";

export interface HistoryDeps
  extends Pick<ArchiveServiceDeps, "tasks" | "messages" | "questions" | "locks" | "relay"> {
  readonly record: RecordDeps;
  readonly stateDir: string;
  readonly settings: LiveSettings;
  readonly log: Logger;
}

export async function composeHistory({ record, stateDir, settings, log, ...kept }: HistoryDeps) {
  const { clock, announce } = record;
  const archiveDir = join(stateDir, "archive");
  const activity = await openActivityService({
    ...record,
    log,
    file: join(stateDir, "activity.jsonl"),
    archiveDir,
  });
  const archive = createArchiveService({ ...kept, dir: archiveDir, clock, announce });
  const retention = createRetentionService({
    clock,
    log,
    archive,
    days: () => settings.current().archiveAfterDays,
    announce,
  });
  return { activity, archive, retention };
}
