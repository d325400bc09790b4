// What a program may ask of its terminal, through all of it: program, host, server, screen, and the user's own terminal. One
// test for each protocol.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/processes.ts";
import type { TuiProcess } from "../support/tui-process.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const RECORDER = JSON.stringify(join(import.meta.dirname, "recorder.mjs"));
const LAYOUT = `name: rig
windows:
  - name: main
    split: right
    panes:
      - command: [node, ${RECORDER}, a]
      - command: [node, ${RECORDER}, b]
`;
const PREFIX = "\x02";

let workspace: Workspace;
let tui: TuiProcess;
const said = { a: 0, b: 0 };
const read = { a: 0, b: 0 };

beforeAll(async () => {
  workspace = await openWorkspace({ layout: LAYOUT });
  tui = workspace.attachTui({ cols: 120, rows: 40 });
  await tui.shows("a is ready");
  await tui.shows("b is ready");
});
afterAll(() => workspace.close());

const heardBy = (name: "a" | "b") => readFileSync(join(workspace.project, `${name}.heard`), "latin1");

/** Lets the program print, and waits until it has. */
async function says(name: "a" | "b", text: string): Promise<void> {
  said[name] += 1;
  const file = join(workspace.project, `${name}.say-${said[name]}`);
  // A line of its own: what is waited for must not be wrapped.
  const words = /[a-z0-9]+-[a-z]+$/.exec(text)?.[0] ?? "";
  writeFileSync(`${file}.part`, words === "" ? text : `${text.slice(0, -words.length)}\r\n${words}`);
  renameSync(`${file}.part`, file);
  await eventually("it was printed", () => !existsSync(file));
}

/** What the program is told from here on, once it is as much as `wanted`, or fits it. */
async function hears(name: "a" | "b", wanted: string | RegExp): Promise<string> {
  const fits = (text: string) =>
    typeof wanted === "string" ? text.length >= wanted.length : wanted.test(text);
  const seen = () => heardBy(name).slice(read[name]);
  await eventually(`${name} hears ${JSON.stringify(String(wanted))}`, () => fits(seen()), {
    describe: () => `${JSON.stringify(seen())}\n${tui.screen().join("\n")}`,
  });
  const text = seen();
  read[name] += text.length;
  return text;
}

/** Nothing more came until a mark that was typed after it. */
async function hearsNothingElse(name: "a" | "b"): Promise<void> {
  tui.press("~");
  expect(await hears(name, "~")).toBe("~");
}

/** Waits until the user's terminal was told so, counted from `from` in what it was told. */
const told = (sequence: string, from = 0) =>
  tui.until(`the terminal is told ${JSON.stringify(sequence)}`, () => tui.output().includes(sequence, from));

describe("input", () => {
  test("plain keys and application cursor keys", async () => {
    tui.press("x\x1b[A\x1b[1;5C");
    expect(await hears("a", "x\x1b[A\x1b[1;5C")).toBe("x\x1b[A\x1b[1;5C");
    await says("a", "\x1b[?1happ-cursor");
    await tui.shows("app-cursor");
    tui.press("\x1b[A\x1bOB");
    expect(await hears("a", "\x1bOA\x1bOB")).toBe("\x1bOA\x1bOB");
    await says("a", "\x1b[?1l");
  });

  test("bracketed paste: framed for who asked, and its end cannot be forged", async () => {
    await says("a", "\x1b[?2004hpaste-on");
    await tui.shows("paste-on");
    tui.press("\x1b[200~one\ntwo\x1b[201");
    tui.press("~");
    expect(await hears("a", /201~$/)).toBe("\x1b[200~one\ntwo\x1b[201~");
    await says("a", "\x1b[?2004lpaste-off");
    await tui.shows("paste-off");
    tui.paste("one\ntwo");
    expect(await hears("a", "one\rtwo")).toBe("one\rtwo");
  });

  test("a paste of 10 MB arrives whole and in order, with what is typed behind it, and holds up nobody", async () => {
    await says("a", "\x1b[?2004hlong-paste");
    await tui.shows("long-paste");
    const body = Array.from({ length: 650_000 }, (_, line) => `line ${line} 漢\n`).join("");
    expect(Buffer.byteLength(body)).toBeGreaterThan(10_000_000);
    tui.press(`\x1b[200~${body}\x1b[20`);
    tui.press("1~!");
    await hears("a", /201~!$/).then((heard) => {
      const wanted = `\x1b[200~${Buffer.from(body).toString("latin1")}\x1b[201~!`;
      expect(heard.length).toBe(wanted.length);
      expect(heard === wanted).toBe(true);
    });
    await says("a", "\x1b[?2004l");
  });

  test("focus events: of the terminal and of the panes among themselves", async () => {
    for (const name of ["a", "b"] as const) {
      await says(name, `\x1b[?1004h${name}-listens`);
      await tui.shows(`${name}-listens`);
    }
    tui.press("\x1b[O");
    expect(await hears("a", "\x1b[O")).toBe("\x1b[O");
    tui.press("\x1b[I");
    expect(await hears("a", "\x1b[I")).toBe("\x1b[I");
    tui.press(`${PREFIX}o`);
    expect(await hears("a", "\x1b[O")).toBe("\x1b[O");
    expect(await hears("b", "\x1b[I")).toBe("\x1b[I");
    tui.press(`${PREFIX};`);
    expect(await hears("b", "\x1b[O")).toBe("\x1b[O");
    expect(await hears("a", "\x1b[I")).toBe("\x1b[I");
    await says("a", "\x1b[?1004l");
    await says("b", "\x1b[?1004l");
  });

  test.each([
    ["1000: presses", "\x1b[?1000h", ["\x1b[<0;5;5M", "\x1b[<0;5;5m"]],
    ["1002: presses and drags", "\x1b[?1002h", ["\x1b[<0;5;5M", "\x1b[<32;6;5M", "\x1b[<0;6;5m"]],
    [
      "1003: any motion",
      "\x1b[?1003h",
      ["\x1b[<35;5;5M", "\x1b[<35;6;5M", "\x1b[<0;5;5M", "\x1b[<32;6;5M", "\x1b[<0;6;5m"],
    ],
  ])("mouse mode %s, in the pane's own cells and in the coding of 1006", async (name, on, wanted) => {
    const before = tui.output().length;
    await says("a", `${on}\x1b[?1006h${name.slice(0, 4)}-on`);
    await tui.shows(`${name.slice(0, 4)}-on`);
    if (name.startsWith("1003")) await told("\x1b[?1003h", before);
    // Every report there is, one cell to the right and below: the pane has a border.
    for (const report of ["\x1b[<35;6;6M", "\x1b[<35;7;6M", "\x1b[<0;6;6M", "\x1b[<32;7;6M", "\x1b[<0;7;6m"])
      if (!name.startsWith("1000") || !report.includes(";7;")) tui.press(report);
    if (name.startsWith("1000")) tui.press("\x1b[<0;6;6m");
    await hearsMouse(wanted);
    await says("a", `${on.replace("h", "l")}\x1b[?1006l${name.slice(0, 4)}-off`);
    await tui.shows(`${name.slice(0, 4)}-off`);
    if (name.startsWith("1003")) await told("\x1b[?1003l\x1b[?1002h", before);
    tui.press("\x1b[<35;6;6M");
    await hearsNothingElse("a");

    async function hearsMouse(reports: readonly string[]) {
      const heard = await hears("a", reports.join(""));
      for (const report of reports) expect(heard).toContain(report);
    }
  });

  test("mouse in pixels (1016) is said not to be there", async () => {
    await says("a", "\x1b[?1016$p");
    expect(await hears("a", "\x1b[?1016;0$y")).toBe("\x1b[?1016;0$y");
  });

  test("kitty keyboard: push, pop and query; Shift+Enter arrives as such", async () => {
    tui.press("\x1b[13;2u");
    expect(await hears("a", "\n")).toBe("\n");
    await says("a", "\x1b[?u\x1b[>1u\x1b[?u\x1b[>5u\x1b[?u\x1b[<u\x1b[?ukitty-on");
    expect(await hears("a", "\x1b[?0u\x1b[?1u\x1b[?5u\x1b[?1u")).toBe("\x1b[?0u\x1b[?1u\x1b[?5u\x1b[?1u");
    await tui.shows("kitty-on");
    tui.press("\x1b[13;2u\x1b[105;5u");
    expect(await hears("a", "\x1b[13;2u\x1b[105;5u")).toBe("\x1b[13;2u\x1b[105;5u");
    await says("a", "\x1b[<uplain-keys");
    await tui.shows("plain-keys");
    tui.press("\x1b[13;2u");
    expect(await hears("a", "\n")).toBe("\n");
  });

  test("kitty keyboard: releases and alternate keys, when the program asks; the terminal is asked for as much", async () => {
    const before = tui.output().length;
    await says("a", "\x1b[>7ureleases-on");
    await told("\x1b[=7;1u", before);
    // Ctrl+Shift+Я on a Cyrillic layout: its key, what Shift makes of it, and the key at its place on a US keyboard.
    tui.press("\x1b[1103:1071:122;6u\x1b[1103:1071:122;6:3u\x1b[97;1:3u");
    const wanted = "\x1b[1103:1071:122;6u\x1b[1103:1071:122;6:3u";
    expect(await hears("a", wanted)).toBe(wanted);
    // A key whose press was for us is not released in the pane.
    const open = tui.output().length;
    tui.press(`${PREFIX}q\x1b[98;5:3u\x1b[113;1:3u`);
    // While the keys are ours the terminal need not tell so much.
    await told("\x1b[=1;1u", open);
    const closed = tui.output().length;
    tui.press("\x1b");
    await told("\x1b[=7;1u", closed);
    await says("a", "\x1b[<uflags-off");
    await tui.shows("flags-off");
    await told("\x1b[=1;1u", closed);
    await hearsNothingElse("a");
  });
});

describe("what a program shows", () => {
  test("cursor shapes reach the terminal", async () => {
    for (const shape of [2, 4, 6, 0]) {
      const before = tui.output().length;
      await says("a", `\x1b[${shape} q`);
      await told(`\x1b[${shape} q`, before);
    }
  });

  test("OSC 8 links reach the terminal, of http and https only", async () => {
    const before = tui.output().length;
    await says("a", "\x1b]8;;https://example.org/x\x1b\\good\x1b]8;;javascript:x\x1b\\bad\x1b]8;;\x1b\\");
    await told("\x1b]8;;https://example.org/x\x1b\\good", before);
    expect(tui.output()).not.toContain("javascript:");
  });

  test("OSC 52 does not set the clipboard: only a human's key in copy mode does", async () => {
    await says("a", "\x1b]52;c;c2VjcmV0\x07\x1b]52;c;?\x07");
    await tui.shows("tried to set the clipboard");
    expect(tui.output()).not.toContain("\x1b]52;");
    await says("a", "\r\ncopy me");
    await tui.shows("copy me");
    tui.press(`${PREFIX}[`);
    await tui.shows("looking back");
    tui.press("?copy me");
    await tui.shows("search up: copy me");
    tui.press("\r");
    tui.press("Vy");
    await told(`\x1b]52;c;${Buffer.from("copy me\n").toString("base64")}`);
    await hearsNothingElse("a");
  });

  test("titles stand in the border, without control characters", async () => {
    await says("a", "\x1b]2;my\x1b\\\x1b]0;a title\x07");
    await tui.shows("a title");
  });

  test("a bell in a window that is not seen is marked", async () => {
    tui.press(`${PREFIX}c`);
    await tui.shows("2:shell*");
    await says("b", "\x07");
    await tui.shows("1:main!");
    tui.press(`${PREFIX}1`);
    await tui.shows("1:main*");
    tui.press(`${PREFIX}:kill-window -f -t 2\r`);
    await tui.until("it is closed", () => !tui.screen().at(-1)?.includes("2:shell"));
  });

  test("synchronized output (2026): half a frame is not shown, the whole is, and one without end after 150 ms", async () => {
    await says("a", "\x1b[2J\x1b[H\x1b[?2026hfirst half ");
    await says("b", "the neighbour goes on");
    await tui.shows("the neighbour goes on");
    await says("a", "second half\x1b[?2026l");
    await tui.shows("first half second half");
    await says("a", "\x1b[?2026hnever closed");
    await tui.shows("never closed");
    await says("a", "\x1b[?2026l");
  });
});

describe("questions", () => {
  test.each([
    ["DA1", "\x1b[c", "\x1b[?62;22c"],
    ["DA2", "\x1b[>c", "\x1b[>0;276;0c"],
    ["XTVERSION", "\x1b[>q", "\x1bP>|ia-tmux\x1b\\"],
    ["DECRQM of a mode that is off", "\x1b[?2004$p", "\x1b[?2004;2$y"],
    ["DECRQM of a mode that is on", "\x1b[?2004h\x1b[?2004$p\x1b[?2004l", "\x1b[?2004;1$y"],
    ["DECRQM of colour-scheme notices", "\x1b[?2031$p", "\x1b[?2031;2$y"],
    ["DECRQM of a mode that nobody knows", "\x1b[?9876$p", "\x1b[?9876;0$y"],
    ["the cursor's place", "\x1b[2;3H\x1b[6n", "\x1b[2;3R"],
  ])("%s is answered once", async (_, question, answer) => {
    await says("a", question);
    expect(await hears("a", answer)).toBe(answer);
    await hearsNothingElse("a");
  });

  test("the colours are the user's own, and 2031 tells when they change", async () => {
    tui.press("\x1b]10;rgb:1111/2222/3333\x1b\\\x1b]11;rgb:ffff/ffff/f0f0\x1b\\\x1b]12;rgb:ff/00/00\x1b\\");
    await eventually("the server knows", async () => {
      await says("a", "\x1b]10;?\x07");
      return (await hears("a", /\x1b\\$/)) === "\x1b]10;rgb:1111/2222/3333\x1b\\";
    });
    await says("a", "\x1b]11;?\x07\x1b]12;?\x1b\\\x1b[?996n");
    const light = "\x1b]11;rgb:ffff/ffff/f0f0\x1b\\\x1b]12;rgb:ffff/0000/0000\x1b\\\x1b[?997;2n";
    expect(await hears("a", light)).toBe(light);
    const before = tui.output().length;
    await says("a", "\x1b[?2031h\x1b[?2031$p");
    expect(await hears("a", "\x1b[?2031;1$y")).toBe("\x1b[?2031;1$y");
    // The terminal says that its scheme has changed: it is asked, and answers.
    tui.press("\x1b[?997;1n");
    await told("\x1b]11;?\x1b\\", before);
    tui.press("\x1b]11;rgb:0000/0000/0000\x1b\\");
    expect(await hears("a", "\x1b[?997;1n")).toBe("\x1b[?997;1n");
    await says("a", "\x1b[?2031l");
  });

  test("after the server was killed no question is answered twice, and the next one is answered", async () => {
    await says("a", "\x1b[6n\x1b[c\x1b[>q\x1b]11;?\x07\x1b[?u\x07");
    const answers = await hears("a", /\x1b\[\?0u$/);
    expect(answers).toContain("\x1b[?62;22c");
    const before = await workspace.serverPid();
    await says("b", "\x1b[5n");
    await hears("b", "\x1b[0n");
    // The host hears of what was parsed with the next turn of the server; a request more proves that it has.
    await workspace.cli(["server", "status"]);
    process.kill(before, "SIGKILL");
    await eventually("the killed server is gone", () => !isAlive(before));
    await eventually("the screen brought another up", async () => {
      const info = await workspace.cli(["server", "status", "--json"]);
      return info.exitCode === 0 && (JSON.parse(info.stdout) as { pid: number }).pid !== before;
    });
    await says("a", "\x1b[5n");
    expect(await hears("a", "\x1b[0n")).toBe("\x1b[0n");
    await says("b", "\x1b[5n");
    expect(await hears("b", "\x1b[0n")).toBe("\x1b[0n");
  });
});

test("the most that ever waited in each queue is told, and none went beyond its bound", async () => {
  const { queues } = await workspace.json<{
    queues: { queue: string; mostBytes: number; boundBytes: number }[];
  }>(["server", "status"]);
  expect(queues.map((one) => one.queue)).toEqual([
    "output the server has not parsed",
    "input its program has not read",
    "raw log on its way to the disk",
    "host to server",
    "server to host",
    "output that waits for its turn",
    "answers to a program's questions",
    "keys typed while a relay is written",
    "server to a client",
    "client to its terminal",
  ]);
  for (const { queue, mostBytes, boundBytes } of queues)
    expect(mostBytes, queue).toBeLessThanOrEqual(boundBytes);
});
