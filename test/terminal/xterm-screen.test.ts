import { describe, expect, test } from "vitest";
import { privateNamesHold } from "../../src/terminal/xterm-core.ts";
import { createTestScreen } from "./test-screen.ts";

test("the emulator's private names are those of the pinned version", () => {
  expect(privateNamesHold()).toBe(true);
});

describe("clearing the history", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`).join("\r\n");

  test("drops what scrolled off and leaves the screen, and goes on counting rows from the first ever", () => {
    const { screen, type } = createTestScreen({ cols: 20, rows: 4 });
    type(lines(30));
    const shown = screen.text();
    const before = screen.historyTrimmed + screen.historyLength;
    screen.clearHistory();
    expect(screen.text()).toEqual(shown);
    expect(screen.text({ from: "history" })).toEqual(shown);
    expect(screen.historyTrimmed + screen.historyLength).toBe(before);
    type("\r\nmore\r\nagain");
    expect(screen.text({ from: "history" })).toEqual([...shown, "more", "again"]);
  });

  test("drops what lies above the screen under a full-screen program, in the middle of a sequence as well", () => {
    const { screen, type } = createTestScreen({ cols: 20, rows: 4 });
    type(`${lines(30)}\x1b[?1049h\x1b[Hfull screen\x1b[1`);
    screen.clearHistory();
    type("mbold\x1b[?1049l");
    expect(screen.text({ from: "history" })).toEqual(["line 26", "line 27", "line 28", "line 29"]);
  });
});

describe("what a program asks is answered here", () => {
  test.each([
    ["primary attributes", "\x1b[c", "\x1b[?62;22c"],
    ["secondary attributes", "\x1b[>c", "\x1b[>0;276;0c"],
    ["name and version", "\x1b[>q", "\x1bP>|ia-tmux\x1b\\"],
    ["status", "\x1b[5n", "\x1b[0n"],
    ["cursor position", "\x1b[3;7H\x1b[6n", "\x1b[3;7R"],
    ["synchronised output is known", "\x1b[?2026$p", "\x1b[?2026;2$y"],
    ["mouse in pixels is not", "\x1b[?1016$p", "\x1b[?1016;0$y"],
    ["kitty flags", "\x1b[>7u\x1b[?u", "\x1b[?7u"],
    ["modifyOtherKeys", "\x1b[>4;2m\x1b[?4m", "\x1b[>4;2m"],
    ["foreground", "\x1b]10;?\x07", "\x1b]10;rgb:d4d4/d4d4/d4d4\x1b\\"],
    ["background", "\x1b]11;?\x1b\\", "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"],
    ["dark or light", "\x1b[?996n", "\x1b[?997;1n"],
    ["status protocol", "\x1b]7501;?\x07", "\x1b]7501;?\x1b\\"],
    ["size in cells", "\x1b[18t", "\x1b[8;24;80t"],
  ])("%s", (_, question, answer) => {
    const { type, replies } = createTestScreen();
    type(question);
    expect(replies).toEqual([answer]);
  });

  test("no answer holds text of the pane", () => {
    const { type, replies, screen } = createTestScreen();
    type("\x1b]2;rm -rf\x07\x1b]1;icon\x07\x1b]52;c;cm0gLXJm\x07secret");
    type(
      "\x1b[21t\x1b[20t\x05\x1bP+q544e\x1b\\\x1bP$qrm -rf\x1b\\\x1b]52;c;?\x07\x1b]4;1;?\x07\x1b[?15n\x1b]11;#123456\x07\x1b[1x",
    );
    expect(replies.join("")).not.toMatch(/rm|secret|cm0|icon|544e/);
    expect(screen.title).toBe("rm -rf");
  });

  test("a flood of questions is answered up to a megabyte a second, then dropped and counted", () => {
    const { type, replies, screen, clock } = createTestScreen();
    for (let i = 0; i < 50; i++) type("\x1b[6n".repeat(10_000));
    const answered = replies.join("").length;
    expect(answered).toBeLessThanOrEqual(1_000_000);
    expect(screen.droppedReplyBytes).toBeGreaterThan(500_000);
    clock.advance(10);
    type("\x1b[5n");
    expect(replies.at(-1)).toBe("\x1b[0n");
  });
});

describe("what a program tells", () => {
  test("its title comes without control characters and short", () => {
    const { type, titles, screen } = createTestScreen();
    type(`\x1b]0;✳ Claude\u202e Code\x07\x1b]2;${"x".repeat(5_000)}\x07`);
    expect(titles).toEqual(["✳ Claude Code", "x".repeat(200)]);
    expect(screen.title).toHaveLength(200);
  });

  test("its status comes parsed", () => {
    const { type, statuses } = createTestScreen();
    const message = Buffer.from("approve Bash: echo hi > f.txt\x1b[2J").toString("base64");
    type(
      `\x1b]7501;state=blocked:app=claude:kind=permission:msg=${message}\x07\x1b]7501;state=idle:app=codex\x1b\\\x1b]7501;state=owned\x07`,
    );
    expect(statuses).toEqual([
      { state: "blocked", app: "claude", kind: "permission", message: "approve Bash: echo hi > f.txt[2J" },
      { state: "idle", app: "codex" },
    ]);
  });

  test("clipboard, notification, bell and directory are events", () => {
    const seen = createTestScreen();
    seen.type(
      "\x1b]52;c;aGVsbG8=\x07\x1b]9;done\x07\x1b]9;4;1;50\x07\x1b]777;notify;Build;ok\x07\x07\x1b]7;file://host/tmp/a%20b\x07",
    );
    expect(seen.clipboards).toEqual([{ kind: "c", text: "hello" }]);
    expect(seen.notifications).toEqual(["done", "Build: ok"]);
    expect(seen.bells).toBe(1);
    expect(seen.directories).toEqual(["/tmp/a b"]);
  });

  test("its modes are known", () => {
    const { type, screen } = createTestScreen();
    type("\x1b[?2004h\x1b[?1h\x1b=\x1b[?1003h\x1b[?1006h\x1b[?1004h\x1b[>5u\x1b[>4;1m\x1b[5 q\x1b[?25l");
    expect(screen.modes()).toEqual({
      bracketedPaste: true,
      applicationCursor: true,
      applicationKeypad: true,
      mouse: "any",
      mouseSgr: true,
      focusEvents: true,
      alternateScreen: false,
      synchronized: false,
      kittyFlags: 5,
      modifyOtherKeys: 1,
    });
    expect(screen.cursor()).toEqual({ x: 0, y: 0, visible: false, shape: 5 });
    type("\x1b[?1049h");
    expect(screen.modes()).toMatchObject({ alternateScreen: true, kittyFlags: 0 });
    type("\x1b[>1u\x1b[=2;2u\x1b[?1049l");
    expect(screen.modes().kittyFlags).toBe(5);
    type("\x1b[<u");
    expect(screen.modes().kittyFlags).toBe(0);
  });

  test("a mode is known at once, however its sequence is cut", () => {
    const sequence = "\x1b[?2004h";
    for (let cut = 1; cut < sequence.length; cut++) {
      const { type, screen } = createTestScreen();
      type("text");
      expect(screen.modes().bracketedPaste).toBe(false);
      type(sequence.slice(0, cut));
      expect(screen.modes().bracketedPaste).toBe(false);
      type(sequence.slice(cut));
      expect(screen.modes().bracketedPaste).toBe(true);
    }
  });

  test("a mode is known behind a title, also to who asked when the title came", () => {
    const atTitle: boolean[] = [];
    const seen = createTestScreen({
      onTitle: () => void atTitle.push(seen.screen.modes().bracketedPaste),
    });
    expect(seen.screen.modes().bracketedPaste).toBe(false);
    seen.type("\x1b[?2004h\x1b]2;one\x07\x1b[?2004l\x1b]2;two\x07\x1b[?2004h");
    expect(atTitle).toEqual([true, false]);
    expect(seen.screen.modes().bracketedPaste).toBe(true);
  });

  test("a frame that never ends counts for 150 ms", () => {
    const { type, screen, clock } = createTestScreen();
    type("\x1b[?2026h");
    clock.advance(149);
    type("\x1b[?2026h");
    expect(screen.modes().synchronized).toBe(true);
    clock.advance(1);
    expect(screen.modes().synchronized).toBe(false);
    type("\x1b[?2026h");
    expect(screen.modes().synchronized).toBe(true);
    type("\x1b[?2026l");
    expect(screen.modes().synchronized).toBe(false);
  });
});

describe("reading the screen", () => {
  test("text, history and joined lines", () => {
    const { type, screen } = createTestScreen({ cols: 10, rows: 3 });
    type("one\r\ntwo\r\nabcdefghijklmno\r\nend");
    expect(screen.text()).toEqual(["abcdefghij", "klmno", "end"]);
    expect(screen.text({ from: "history" })).toEqual(["one", "two", "abcdefghij", "klmno", "end"]);
    expect(screen.text({ from: "history", lines: 3, joinWrapped: true })).toEqual(["abcdefghijklmno", "end"]);
    expect(screen.historyLength).toBe(2);
    expect(screen.rowText(2)).toBe("end");
  });

  test("style and ANSI", () => {
    const { type, screen } = createTestScreen({ cols: 20, rows: 2 });
    type("a\x1b[2mdim\x1b[0;7mrev\x1b[0m");
    expect(screen.cellStyle(1, 0)).toMatchObject({ dim: true, inverse: false });
    expect(screen.cellStyle(4, 0)).toMatchObject({ dim: false, inverse: true });
    expect(screen.ansi()).toEqual(["a\x1b[0;2mdim\x1b[0;7mrev\x1b[0m", ""]);
  });

  test("every reader sees every change once", () => {
    const { type, screen } = createTestScreen({ cols: 10, rows: 5 });
    const [first, second] = [screen.createReader(), screen.createReader()];
    expect(first.take()).toEqual({ y0: 0, y1: 4 });
    expect(first.take()).toBeNull();
    type("\x1b[2;1Hx\x1b[4;1Hy");
    expect(first.take()).toEqual({ y0: 0, y1: 3 });
    expect(second.take()).toEqual({ y0: 0, y1: 4 });
    second.dispose();
    screen.resize(20, 3);
    expect(first.take()).toEqual({ y0: 0, y1: 2 });
  });

  test("ground is between sequences and characters", () => {
    const { screen, type } = createTestScreen();
    expect(screen.isGround).toBe(true);
    for (const open of ["\x1b", "\x1b[3", "\x1b]0;t", "\x1bPq"]) {
      type(open);
      expect(screen.isGround).toBe(false);
      type("\x18");
      expect(screen.isGround).toBe(true);
    }
    screen.write(Uint8Array.of(0xe6, 0xbc));
    expect(screen.isGround).toBe(false);
    screen.write(Uint8Array.of(0xa2));
    expect(screen.isGround).toBe(true);
    expect(screen.rowText(0)).toBe("漢");
  });

  test("clusters take the columns that the agents count", () => {
    const { type, screen } = createTestScreen();
    const columns = (text: string) => {
      type(`\x1bc${text}`);
      return screen.cursor().x;
    };
    for (const text of ["😀", "👩‍💻", "👍🏽", "❤️", "🇫🇷", "1️⃣", "☎️", "漢", "👨‍👩‍👧‍👦"])
      expect(`${text} ${columns(text)}`).toBe(`${text} 2`);
    for (const text of ["e\u0301", "✳", "●", "│", "⚿"]) expect(`${text} ${columns(text)}`).toBe(`${text} 1`);
  });
});

describe("a new program in the pane", () => {
  test("meets a screen as new, whatever the last one left on", () => {
    const { type, screen } = createTestScreen();
    type(
      "\x1b[?1049h\x1b[?2004h\x1b[?1003h\x1b[?1006h\x1b[?25l\x1b[>7u\x1b[4h\x1b[20h\x1b[2;5r\x1b(0\x1b]0;old\x07text\x1b[31m\x1b]8;;http://x\x1b\\\x1bPunfinished",
    );
    screen.reset();
    const fresh = createTestScreen().screen;
    expect(screen.modes()).toEqual(fresh.modes());
    expect(screen.cursor()).toEqual(fresh.cursor());
    expect(screen.title).toBe("");
    type("q\nw");
    expect(screen.text().slice(0, 3)).toEqual(["q", " w", ""]);
    expect(screen.cellStyle(0, 0).foreground).toBe(0);
    expect(screen.line(0).extra(0)?.url ?? "").toBe("");
  });
});
