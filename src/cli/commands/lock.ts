import { AppError } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import { readBody } from "../body.ts";
import { defineCommand, duration, flag, text, type CommandContext, type OptionSpec } from "../command.ts";
import { formatSpan } from "../duration.ts";
import { lockTable } from "../format.ts";
import { showList } from "../output.ts";

/** As LOCK_TTL_MS of src/domain/lock/lease.ts, which cannot be imported without zod. A test holds them equal. */
export const TTL_RANGE = { minMs: 1_000, maxMs: 24 * 3_600_000 };
const WAIT_RANGE = { minMs: 0, maxMs: 3_600_000 };

/** Without a value: half a minute. */
function waitOption(summary: string): OptionSpec<number | undefined> {
  const option = duration(summary, WAIT_RANGE);
  const parse = (raw: string, name: string) => (raw === "" ? 30_000 : option.parse(raw, name));
  return { ...option, optionalValue: true, emptyValue: 30_000, parse };
}

/** A number alone was minutes in agent-sync and would be seconds here: a lock of another length than was meant. */
function ttlOption(summary: string): OptionSpec<number | undefined> {
  const option = duration(summary, TTL_RANGE);
  return {
    ...option,
    parse(raw, name) {
      if (/^\d+(?:\.\d+)?$/.test(raw) && Number(raw) > 0) {
        throw new AppError("usage", `${name} ${raw}: minutes or seconds?`, {
          hint: `Write ${raw}m or ${raw}s.`,
        });
      }
      return option.parse(raw, name);
    },
  };
}

export const lockCommands = [
  defineCommand({
    name: "lock acquire",
    short: ["lock"],
    summary: "Lock a file, a directory, a glob or a named thing.",
    details: "Ends with status 2 when another agent holds it; holder, reason and remaining time are said.",
    args: "[path] [reason...]",
    starts: true,
    options: {
      reason: text("text", "Why, for whoever wants it too.", { short: "r" }),
      ttl: ttlOption("How long (default 1h); renewed while the holder's pane lives."),
      wait: waitOption("Wait this long for it to become free (30s when not said)."),
      resource: text("name", "Lock a thing with a name instead of a path."),
      force: flag("Break the locks of others (operator)."),
    },
    async run(context, { args, options }) {
      const lock = await context.call(
        "lock.acquire",
        {
          ...target(context, args[0], options.resource),
          reason: options.reason ?? args.slice(1).join(" "),
          ttlMs: options.ttl,
          waitMs: options.wait,
          force: options.force,
        },
        { timeoutMs: (options.wait ?? 0) + 30_000 },
      );
      context.output.show(
        lock,
        () =>
          `Locked ${inertText(lock.label)} for ${formatSpan(lock.remainingMs)} (token ${lock.fencingToken})`,
      );
    },
  }),
  defineCommand({
    name: "lock release",
    short: ["unlock"],
    summary: "Release a lock of yours.",
    args: "[path]",
    starts: true,
    options: {
      resource: text("name", "Release a thing with a name."),
      id: text("lock", "Release the lock with this id."),
      force: flag("Break somebody else's lock (operator)."),
    },
    async run(context, { args, options }) {
      const where = options.id ? { lockId: options.id } : target(context, args[0], options.resource);
      const result = await context.call("lock.release", { ...where, force: options.force });
      context.output.show(result, () =>
        result.released
          ? `Unlocked ${inertText(result.label)}`
          : `No lock held on ${inertText(result.label)}`,
      );
    },
  }),
  defineCommand({
    name: "lock list",
    short: ["locks"],
    summary: "List locks with holder, time left and waiters.",
    options: { all: flag("The same: locks that are over are gone.") },
    async run(context) {
      const locks = await context.call("lock.list", {});
      showList(context.output, locks, "No active locks.", () => lockTable(context.output, locks));
    },
  }),
  defineCommand({
    name: "lock append",
    short: ["append"],
    summary: "Append to a file under its lock.",
    args: "<path> [words...]",
    starts: true,
    options: {
      content: text("text", "What to append; or words, or stdin."),
      reason: text("text", "Why, for whoever wants the file meanwhile.", { short: "r" }),
      noNewline: flag("Do not end it with a line break."),
      ttl: ttlOption("How long the lock holds should the appending hang (default 1m)."),
      wait: waitOption("Wait this long for the file to become free (30s when not said)."),
    },
    async run(context, { args, options }) {
      const content = await readBody(context.world, {
        option: options.content,
        words: args.slice(1),
        what: "text to append",
      });
      const result = await context.call(
        "lock.append",
        {
          path: pathOf(args[0]),
          content,
          newline: !options.noNewline,
          reason: options.reason,
          ttlMs: options.ttl,
          waitMs: options.wait,
          cwd: context.world.cwd,
        },
        { timeoutMs: (options.wait ?? 0) + 30_000 },
      );
      context.output.show(result, () => `Appended ${result.bytes} bytes to ${inertText(result.path)}`);
    },
  }),
];

function target(context: CommandContext, path: string | undefined, resource: string | undefined) {
  if (resource !== undefined) return { resource };
  return { path: pathOf(path), cwd: context.world.cwd };
}

function pathOf(path: string | undefined): string {
  if (path !== undefined && path.trim() !== "") return path;
  throw new AppError(
    "usage",
    path === undefined ? "a path is missing" : '"" is not a file inside the project',
    {
      hint: "Name a file, a directory or a glob of the project, or --resource <name>.",
    },
  );
}
