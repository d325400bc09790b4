// What is printed: units of about 4 MB, made the same way every time.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const RECORDINGS = fileURLToPath(new URL("../fixtures/raw/", import.meta.url));
const UNIT_BYTES = 4 * 1024 * 1024;

function createRandom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

const WORDS = "alpha beta gamma delta error warning build test file path module import return const function value".split(" ");

function repeat(line) {
  const random = createRandom(7);
  const parts = [];
  let size = 0;
  for (let number = 0; size < UNIT_BYTES; number++) {
    const text = Buffer.from(`${line(random, number)}\r\n`);
    parts.push(text);
    size += text.length;
  }
  return Buffer.concat(parts);
}

function words(random, count) {
  return Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
}

function plain() {
  return repeat((random, number) => `${number} ${words(random, 4 + Math.floor(random() * 12))}`);
}

function sgr() {
  return repeat((random) =>
    Array.from({ length: 8 }, () => {
      const pick = random();
      const value = Math.floor(random() * 256);
      const code =
        pick < 0.3
          ? `3${value % 8}`
          : pick < 0.5
            ? `1;9${value % 8}`
            : pick < 0.7
              ? `38;5;${value}`
              : pick < 0.9
                ? `38;2;${value};${255 - value};128`
                : `4;48;5;${value}`;
      return `\x1b[${code}m${words(random, 1)}\x1b[0m`;
    }).join(" "),
  );
}

function cjk() {
  const signs = [..."漢字仮名交文日本語中国語韓国語テストファイルかなカナ한글"];
  const emoji = ["😀", "🚀", "🎉", "🫠", "👍", "✅", "🔥"];
  const marks = ["é", "ñ", "å"];
  return repeat((random) => {
    let text = "";
    for (let at = 0; at < 30; at++) {
      const pick = random();
      const from = pick < 0.8 ? signs : pick < 0.92 ? emoji : marks;
      text += from[Math.floor(random() * from.length)];
    }
    return `${text} ${words(random, 1)}`;
  });
}

// oxlint-disable-next-line no-control-regex -- escape sequences are the point
const QUESTIONS = /\x1b\[[?>=]?\d*(?:;\d+)*[cn]|\x1b\[\?\d+\$p|\x1b\[>q|\x1b\[>0q|\x1b\[\?4m|\x1b\[\?u|\x1b\[1[4-9]t|\x1bP[+$]q[^\x1b]*\x1b\\|\x1b\][^\x07\x1b]*\?(?:\x07|\x1b\\)/g;

/** What the real agents and editors sent to their terminals, again and again. */
/** Questions to the terminal would be answered into the input of whoever prints this. */
export function withoutQuestions(recorded) {
  return Buffer.from(
    recorded
      .toString("latin1")
      .replace(QUESTIONS, ""),
    "latin1",
  );
}

function redraw() {
  const recorded = Buffer.concat(
    readdirSync(RECORDINGS)
      .filter((name) => /-(samples|psp|hooks)\.bin$|^(vim|htop|less)/.test(name))
      .sort()
      .map((name) => readFileSync(join(RECORDINGS, name))),
  );
  const silent = withoutQuestions(recorded);
  const end = Buffer.from("\x1b\\\x1b[?2026l\x1b[0m");
  const parts = [];
  for (let size = 0; size < UNIT_BYTES; size += silent.length + end.length) parts.push(silent, end);
  return Buffer.concat(parts);
}

export const WORKLOADS = { plain, sgr, cjk, redraw };

/** Writes the units; returns their paths by name. */
export function writePayloads(dir) {
  return Object.fromEntries(
    Object.entries(WORKLOADS).map(([name, make]) => {
      const path = join(dir, `${name}.bin`);
      writeFileSync(path, make());
      return [name, path];
    }),
  );
}
