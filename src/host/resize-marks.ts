/** From `offset` on, output was written for a terminal of this size. */
export interface ResizeMark {
  readonly offset: number;
  readonly cols: number;
  readonly rows: number;
}

/** The sizes a pane had along its output, with a cursor for the reader that is being sent them. */
export interface ResizeMarks {
  readonly latest: ResizeMark;
  add(mark: ResizeMark): void;
  /** Moves the cursor behind the mark that holds at `offset`, and returns that mark. */
  seek(offset: number): ResizeMark;
  /** The first mark behind the cursor. */
  next(): ResizeMark | undefined;
  advance(): void;
  /** Forgets what no byte at or behind `offset` needs. */
  trim(offset: number): void;
}

/** More are not kept: the oldest goes, and bytes of that age replay in the size that followed. */
const MARKS_MAX = 4096;

/** `offset`: where the output begins. */
export function createResizeMarks(cols: number, rows: number, offset = 0): ResizeMarks {
  const marks: ResizeMark[] = [{ offset, cols, rows }];
  let cursor = 1;

  function dropFirst(): void {
    marks.shift();
    cursor = Math.max(0, cursor - 1);
  }

  return {
    get latest() {
      return marks[marks.length - 1] as ResizeMark;
    },
    add(mark) {
      const last = marks.length - 1;
      // A drag makes many sizes without a byte between them: only the last one matters if nobody has seen the others.
      if (cursor <= last && marks[last]?.offset === mark.offset) marks[last] = mark;
      else marks.push(mark);
      if (marks.length > MARKS_MAX) dropFirst();
    },
    seek(offset) {
      cursor = 1;
      while (cursor < marks.length && (marks[cursor] as ResizeMark).offset <= offset) cursor += 1;
      return marks[cursor - 1] as ResizeMark;
    },
    next: () => marks[cursor],
    advance() {
      cursor = Math.min(cursor + 1, marks.length);
    },
    trim(offset) {
      while (marks.length > 1 && (marks[1] as ResizeMark).offset <= offset) dropFirst();
    },
  };
}
