import { AppError } from "../base/errors.ts";
import { utf8Length, decodeUtf8 } from "../domain/text/utf8.ts";
import { readTextFile, tooLarge } from "./files.ts";
import type { World } from "./world.ts";

/** As MAX_TEXT_BYTES of src/domain/record.ts, which cannot be imported without zod. A test holds them equal. */
export const BODY_LIMIT_BYTES = 65_536;

export interface BodySources {
  /** `--message`, `--task`; `""` when the option was given without its value. */
  readonly option?: string | undefined;
  readonly words: readonly string[];
  readonly file?: string | undefined;
  /** What is empty or too long, for the error: `message`, `task`. */
  readonly what: string;
  /** When it may be longer than a record's text. */
  readonly limitBytes?: number;
}

/**
 * The text of a message or a task: from an option, the words of the command line, `--file`, or stdin (asked for by
 * `-`, or when nothing else is given and stdin is not a terminal).
 * @throws AppError usage (empty, two sources), too-large, bad-data (not UTF-8)
 */
export async function readBody(world: World, sources: BodySources): Promise<string> {
  const { what, file, limitBytes = BODY_LIMIT_BYTES } = sources;
  const words = sources.words.join(" ");
  const given = [sources.option || undefined, words || undefined, file].filter(
    (source) => source !== undefined,
  );
  if (given.length > 1) {
    throw new AppError("usage", `The ${what} is given twice`, {
      hint: "Give it as words, with an option, or with --file: one of them.",
    });
  }
  let body: string;
  if (file !== undefined && file !== "-") body = readTextFile(file, world.cwd, limitBytes);
  else if (file === "-" || given[0] === "-") body = await readStdin(world, limitBytes);
  else if (given[0] !== undefined) body = given[0];
  else if (sources.option === undefined && sources.words.length === 0 && world.stdin.isTTY !== true) {
    body = await readStdin(world, limitBytes);
  } else body = "";
  return checkedBody(body, what, limitBytes);
}

export function checkedBody(body: string, what: string, limitBytes = BODY_LIMIT_BYTES): string {
  const bytes = utf8Length(body);
  if (bytes > limitBytes) {
    const error = tooLarge(bytes, limitBytes, `The ${what}`);
    throw new AppError("too-large", error.message, {
      hint: "Save the text as a file of the project and send its path, or use --file with a shorter one.",
    });
  }
  if (body.trim() === "") {
    throw new AppError("usage", `The ${what} is empty`, {
      hint: `Give the ${what} as words, with --file <path>, or on stdin with \`-\`.`,
    });
  }
  return body;
}

/** All of stdin as text. Stops reading a little over the limit: no more can be used. */
export async function readStdin(world: World, limitBytes = BODY_LIMIT_BYTES): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of world.stdin) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Buffer);
    chunks.push(bytes);
    length += bytes.length;
    if (length > limitBytes * 16) throw tooLarge(length, limitBytes, "The text on stdin (at least)");
  }
  const decoded = decodeUtf8(Buffer.concat(chunks));
  if (!decoded.ok) {
    throw new AppError("bad-data", `The text on stdin is ${decoded.error.message}`, {
      hint: decoded.error.hint,
    });
  }
  return decoded.value.replace(/\r?\n$/, "");
}
