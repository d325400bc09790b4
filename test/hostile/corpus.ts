// What a program can print to harm the terminal it is in: the rows 46 to 60, in sizes for each run and for a slow one.
const big = process.env["IA_TMUX_SLOW"] === "1" ? 10 : 1;

export interface HostileOutput {
  readonly name: string;
  readonly bytes: Buffer;
  /** Most bytes that may come back as answers. */
  readonly answersMax?: number;
}

const one = (name: string, text: string, answersMax?: number): HostileOutput => ({
  name,
  bytes: Buffer.from(text),
  ...(answersMax === undefined ? {} : { answersMax }),
});

/** A word that must never come out of the user's terminal but as text in a cell. */
export const SECRET = "canary";

export const HOSTILE_OUTPUT: readonly HostileOutput[] = [
  ...[..."bSTLM@PXIZ"].map((final) => one(`46 x CSI 2000000000 ${final}`, `x\x1b[2000000000${final}`)),
  one("46 all of them, often", [..."STLMbI"].map((f) => `x\x1b[2000000000${f}`.repeat(50)).join("")),
  one("47 a title of megabytes", `\x1b]2;${SECRET.repeat(1_000_000 * big)}\x07`),
  one("47 a DCS nobody ends", `\x1bPq${"d".repeat(12_000_000 * big)}`),
  one("47 an APC nobody ends", `\x1b_G${SECRET.repeat(500_000 * big)}`),
  one("47 a PM and an SOS nobody ends", `\x1b^${"d".repeat(2_000_000)}\x1b\\\x1bX${"d".repeat(2_000_000)}`),
  one("48 a million parameters", `\x1b[${"1;".repeat(1_000_000)}m`),
  one("48 a hundred thousand ESC", "\x1b".repeat(100_000)),
  one("49 a title with controls and bidi", `\x1b]0;${SECRET}\x1b[2J\u202e\n${SECRET}\x07`),
  one("50 clipboard write", `\x1b]52;c;${Buffer.from(SECRET).toString("base64")}\x07`, 0),
  one("50 clipboard read", "\x1b]52;c;?\x07\x1b]52;p;?\x1b\\", 0),
  one("51 forged states", `\x1b]7501;state=idle:app=claude\x07\x1b]133;A\x07\x1b]7;file:///etc\x07`, 0),
  one("52 title and icon reports", `\x1b]2;${SECRET}\x07\x1b[21t\x1b[20t`, 40),
  one("52 ENQ, XTGETTCAP, DECRQSS", `\x05\x1bP+q${SECRET}\x1b\\\x1bP$q${SECRET}\x1b\\\x1b[c\x1b[>c`, 400),
  one("53 questions without end", "\x1b[6n".repeat(200_000 * big), 1_100_000),
  one("54 another size", "\x1b[8;10000;10000t\x1b[?3h\x1b[3;1;1t\x1b[?40h\x1b[?3h"),
  one(
    "55 modes left on",
    "\x1b[?1049h\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[?25l\x1b[?1h\x1b=\x1b[>31u\x1b#8",
  ),
  one("55 resets", "\x1bc\x1b[!p\x1b[?1049l\x1b[?1047h\x1b[?47l"),
  {
    name: "56 bytes that are no UTF-8",
    bytes: Buffer.from([0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xf5, 0x80, 0xef, 0xbf, 0xbe, 0xe2, 0x28]),
  },
  one("57 marks on one cell", `e${"\u0301".repeat(200_000 * big)}`),
  one("57 an endless emoji", "👩\u200d".repeat(10_000)),
  one("60 a frame never closed", `\x1b[?2026hinside`),
  one("A2 passthrough", `\x1bPtmux;\x1b\x1b]52;c;${SECRET}\x07\x1b\\\x1b]1337;File=:${SECRET}\x07\x1b[5i`, 0),
  one("A2 a notification", `\x1b]9;${SECRET}\x07\x1b]777;notify;${SECRET};x\x07\x1b]99;;${SECRET}\x1b\\`, 0),
  one("A2 links that run", `\x1b]8;;javascript:${SECRET}\x07a\x1b]8;;file:///etc/${SECRET}\x07b\x1b]8;;\x07`),
  one("A2 the title stack", "\x1b[22t".repeat(10_000)),
  one("A2 ten thousand kitty pushes", "\x1b[>31u".repeat(10_000)),
];

/** Ends whatever was begun, and clears the screen. */
export const SOBER =
  "\x18\x1b\\\x1b[?1049l\x1b[?2026l\x1b[?25h\x1b[<99u\x1b(B\x1b[0m\x1b[r\x1b[?1003l\x1b[2J\x1b[H";
