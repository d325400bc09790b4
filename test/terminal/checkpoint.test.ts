// What is put in the place of a screen's picture, and what ends the output of an earlier program.
import { describe, expect, it } from "vitest";
import { checkpointBytes, drawOver } from "../../src/terminal/checkpoint.ts";
import { endEarlierOutput } from "../../src/terminal/earlier-output.ts";
import { createTestScreen } from "./test-screen.ts";

const text = (screen: ReturnType<typeof createTestScreen>["screen"]) =>
  screen.text({ from: "history" }).map((line) => line.trimEnd());

describe("a checkpoint that is drawn over another picture", () => {
  it("leaves picture, cursor and modes as they were when it was taken, and the history alone", () => {
    const taken = createTestScreen({ cols: 30, rows: 4 });
    taken.type("\x1b[?1h\x1b[?2004h\x1b[>1ufirst\r\n\x1b[31msecond\x1b[2 q");
    const bytes = checkpointBytes(taken.screen);
    const other = createTestScreen({ cols: 30, rows: 4 });
    other.type("1\r\n2\r\n3\r\n4\r\n5\r\n6\x1b[?1003h\x1b[?1006h\x1b[>5u\x1b[?25l");
    other.screen.write(drawOver(other.screen, bytes));
    expect(Buffer.from(checkpointBytes(other.screen)).toString()).toBe(Buffer.from(bytes).toString());
    expect(text(other.screen)).toEqual(["1", "2", "first", "second", "", ""]);
  });

  it("of a full-screen program leaves what is under it alone", () => {
    const taken = createTestScreen({ cols: 30, rows: 4 });
    taken.type("\x1b[?1049h\x1b[2;2Hfull");
    const other = createTestScreen({ cols: 30, rows: 4 });
    other.type("under\r\n$ \x1b[?1049hsomething else");
    other.screen.write(drawOver(other.screen, checkpointBytes(taken.screen)));
    expect(other.screen.text().map((line) => line.trimEnd())).toEqual(["", " full", "", ""]);
    other.type("\x1b[?1049l");
    expect(text(other.screen)).toEqual(["under", "$", "", ""]);
  });
});

describe("the end of what an earlier program printed", () => {
  const end = (printed: string, clears: boolean) => {
    const test = createTestScreen({ cols: 30, rows: 5 });
    test.type(printed);
    const bytes = endEarlierOutput(test.screen, "again", clears, (some) => test.screen.write(some));
    const replayed = createTestScreen({ cols: 30, rows: 5 });
    replayed.type(printed);
    replayed.screen.write(bytes);
    expect(text(replayed.screen)).toEqual(text(test.screen));
    return test;
  };

  it("stands below its last line, wherever its cursor was, and its modes and title are gone", () => {
    const { screen } = end(
      "\x1b]2;mine\x07\x1b[?1h\x1b[?2004h\x1b[?1002h\x1b[?1006hone\r\ntwo\x1b[1;1H",
      false,
    );
    expect(text(screen)).toEqual(["one", "two", "── again ──", "", ""]);
    expect(screen.cursor()).toMatchObject({ x: 0, y: 3, visible: true });
    expect(screen.title).toBe("");
    expect(screen.modes()).toMatchObject({
      applicationCursor: false,
      bracketedPaste: false,
      mouse: "none",
      mouseSgr: false,
    });
  });

  it("of a full-screen program is that of what stood under it", () => {
    expect(text(end("$ vim\r\n\x1b[?1049hall of it", false).screen)).toEqual([
      "$ vim",
      "── again ──",
      "",
      "",
      "",
    ]);
  });

  it("is the history alone where the next one is read by its screen", () => {
    const { screen } = end("1\r\n2\r\n3\r\n4\r\n5\r\n6", true);
    expect(text(screen)).toEqual(["1", "2", "3", "4", "5", "6", "── again ──", "", "", "", "", ""]);
    expect(screen.rowText(0).trim()).toBe("");
    expect(screen.cursor()).toMatchObject({ x: 0, y: 0 });
  });
});
