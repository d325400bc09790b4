// Owns the paste buffers: what humans copied, newest first, in memory only. Bounded in number and in size.
import { AppError } from "../../base/errors.ts";
import { MAX_BUFFER_LENGTH } from "../../protocol/buffer.ts";
import type { BufferView } from "../../protocol/results.ts";

interface Buffer {
  readonly name: string;
  readonly text: string;
  readonly atMs: number;
  readonly isNamed: boolean;
}

export const MAX_BUFFERS = 50;
const PREVIEW_LENGTH = 200;

export type BufferService = ReturnType<typeof createBufferService>;

export function createBufferService(nowMs: () => number) {
  /** Newest first. */
  let buffers: Buffer[] = [];
  let nextNumber = 0;

  function find(name: string | undefined): Buffer {
    const found = name === undefined ? buffers[0] : buffers.find((buffer) => buffer.name === name);
    if (found) return found;
    if (name === undefined)
      throw new AppError("not-found", "Nothing was copied yet.", { hint: "C-b [ copies." });
    throw new AppError("not-found", `There is no buffer ${name}.`, { hint: "See `ia-tmux buffer list`." });
  }

  return {
    /** With a name the buffer of that name is replaced. The oldest without one goes when there are too many. */
    set(given: string, name: string | undefined, append = false): BufferView {
      const before = append && buffers.length > 0 ? find(name) : null;
      const text = (before?.text ?? "") + given;
      if (text === "") throw new AppError("usage", "There is nothing to keep: the text is empty.");
      if (text.length > MAX_BUFFER_LENGTH)
        throw new AppError("too-large", `A buffer holds at most ${MAX_BUFFER_LENGTH} characters.`, {
          hint: "Select less; `ia-tmux capture <pane> --history 100000 > file` writes all that a pane shows.",
        });
      const buffer: Buffer = {
        name: before?.name ?? name ?? `buffer${nextNumber++}`,
        text,
        atMs: nowMs(),
        isNamed: before?.isNamed ?? name !== undefined,
      };
      const others = buffers.filter(
        (each) => each.name !== buffer.name && (buffer.isNamed || each.isNamed || each.text !== text),
      );
      buffers = [buffer, ...others];
      if (buffers.length > MAX_BUFFERS) {
        const oldest = buffers.findLastIndex((each) => !each.isNamed && each !== buffer);
        buffers.splice(oldest < 0 ? buffers.length - 1 : oldest, 1);
      }
      return viewOf(buffer);
    },
    list: (): BufferView[] => buffers.map(viewOf),
    /** @throws AppError not-found */
    show(name: string | undefined): BufferView & { text: string } {
      const buffer = find(name);
      return { ...viewOf(buffer), text: buffer.text };
    },
    /** @throws AppError not-found */
    remove(name: string | undefined) {
      const buffer = find(name);
      buffers = buffers.filter((each) => each !== buffer);
    },
  };
}

function viewOf({ name, text, atMs }: Buffer): BufferView {
  return { name, atMs, length: text.length, preview: text.slice(0, PREVIEW_LENGTH) };
}
