// Locks on paths and named things.
import * as z from "zod";
import { LOCK_TTL_MS } from "../../domain/lock/lease.ts";
import { describeLock, orNone } from "../describe.ts";
import { defineTool } from "../tool.ts";

const ttlMinutes = z
  .number()
  .min(LOCK_TTL_MS.min / 60_000)
  .max(LOCK_TTL_MS.max / 60_000)
  .optional();
const ttlOf = (minutes: number | undefined) =>
  minutes === undefined ? undefined : Math.round(minutes * 60_000);

export const lockTools = [
  defineTool({
    name: "acquire_lock",
    title: "Lock a path",
    description:
      "Lock a file, directory or glob before you edit it, or a named resource. Edits of others are refused while you hold it.",
    input: {
      path: z.string().min(1).max(4_096).optional(),
      resource: z.string().min(1).max(200).optional(),
      reason: z.string().max(500).optional(),
      ttl_minutes: ttlMinutes,
      wait_seconds: z.number().min(0).max(300).optional(),
    },
    async run({ connection }, input) {
      const waitMs = (input.wait_seconds ?? 0) * 1_000;
      const lock = await (await connection()).call(
        "lock.acquire",
        {
          path: input.path,
          resource: input.resource,
          reason: input.reason,
          ttlMs: ttlOf(input.ttl_minutes),
          waitMs,
        },
        { timeoutMs: waitMs + 30_000 },
      );
      return `Locked ${describeLock(lock)}`;
    },
  }),
  defineTool({
    name: "release_lock",
    title: "Release a lock",
    description: "Release a lock of yours.",
    input: { path: z.string().min(1).max(4_096).optional(), resource: z.string().min(1).max(200).optional() },
    async run({ connection }, input) {
      const result = await (await connection()).call("lock.release", input);
      return result.released ? `Unlocked ${result.label}.` : `No lock held on ${result.label}.`;
    },
  }),
  defineTool({
    name: "append_to_file",
    title: "Append under a lock",
    description:
      "Append lines to a shared file of the project, such as notes or a changelog, under its lock.",
    input: {
      path: z.string().min(1).max(4_096),
      content: z.string().min(1).max(65_536),
      ttl_minutes: ttlMinutes,
      wait_seconds: z.number().min(0).max(300).optional(),
    },
    async run({ connection }, { path, content, ttl_minutes, wait_seconds }) {
      const waitMs = (wait_seconds ?? 0) * 1_000;
      const done = await (await connection()).call(
        "lock.append",
        { path, content, ttlMs: ttlOf(ttl_minutes), waitMs },
        { timeoutMs: waitMs + 30_000 },
      );
      return `Appended ${done.bytes} bytes to ${done.path}.`;
    },
  }),
  defineTool({
    name: "list_locks",
    title: "List locks",
    description: "Who holds what, for how long, and who waits.",
    input: {},
    readOnly: true,
    async run({ connection }) {
      const locks = await (await connection()).call("lock.list", {});
      return orNone(locks.map(describeLock), "No active locks.");
    },
  }),
];
