// `ia-tmux console`: a line prompt with a live feed above it.
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import type { Activity } from "../../domain/activity/activity.ts";
import { AppError, messageOf } from "../../base/errors.ts";
import { OPERATOR } from "../../domain/record.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { CommandContext } from "../command.ts";
import { feedLine } from "./feed-line.ts";
import { createFeed } from "./feed.ts";
import { runLine } from "./run-line.ts";

export interface ConsoleOptions {
  /** Activity is printed at most this often; undefined: as it happens. */
  readonly interval: number | undefined;
  /** How the prompt calls the operator. */
  readonly name: string | undefined;
}

const ERASE_LINE = "\r\u001b[K";

/** Until `quit`, the end of input, or the end of the server. Commands run one after another. */
export async function runConsole(context: CommandContext, options: ConsoleOptions): Promise<number> {
  const { world } = context;
  const connection = await context.connection();
  const { identity } = connection.hello;
  if (identity.kind !== "operator") {
    throw new AppError("permission-denied", "The console is the operator's.", {
      hint: `You are ${identity.name} here. Run it in a shell of your own.`,
    });
  }
  const onTerminal = world.stdin.isTTY === true && world.stdout.isTTY === true;
  let prompt: Interface | null = null;
  const print = (text: string) => {
    if (text === "") return;
    world.stdout.write(`${onTerminal ? ERASE_LINE : ""}${text.trimEnd()}\n`);
    if (onTerminal) prompt?.prompt(true);
  };

  const feed = createFeed(print, options.interval ?? null);
  connection.onNotice((notice) => {
    if (notice.notice !== "event" || notice.event.kind !== "activity.logged") return;
    feed.add(feedLine(notice.event["activity"] as Activity));
  });
  const lines = createInterface({
    input: world.stdin,
    output: new Writable({
      write(chunk, _encoding, done) {
        if (onTerminal) world.stdout.write(chunk as Uint8Array);
        done();
      },
    }),
    terminal: onTerminal,
    prompt: `${inertText(options.name ?? OPERATOR, 32)}> `,
  });
  prompt = lines;
  connection.onClose((error) => {
    feed.end();
    if (error) print(inertText(error.message));
    lines.close();
  });
  // The lines' own queue starts here: what is typed while we subscribe is not lost.
  const typed = lines[Symbol.asyncIterator]();
  await connection.call("events.subscribe", {});
  if (onTerminal) {
    print("Type help for the commands, quit to leave.");
    lines.prompt();
  }
  for (;;) {
    const { value, done } = (await typed.next()) as IteratorResult<string, undefined>;
    if (done) break;
    try {
      const answer = await runLine(context, value);
      if (answer === null) break;
      print(answer);
    } catch (thrown) {
      const hint = thrown instanceof AppError && thrown.hint ? ` (${thrown.hint})` : "";
      print(`error: ${inertText(`${messageOf(thrown)}${hint}`, 500)}`);
    }
    if (onTerminal) lines.prompt();
  }
  feed.end();
  lines.close();
  return 0;
}
