/**
 * What a program may ask its terminal, answered here and nowhere else. No answer holds text that came from the pane:
 * such an answer would let a file shown in a pane type into it.
 */
import type { KittyKeyboard } from "./kitty-keyboard.ts";
import { isDark, type ScreenTheme } from "./screen.ts";
import type { XtermCore } from "./xterm-core.ts";

/** A program with this mode on is told when the colours become dark or light. */
export const COLOUR_SCHEME_MODE = 2031;

export interface QueryOptions {
  theme(): ScreenTheme;
  readonly kitty: KittyKeyboard;
  modifyOtherKeys(): number;
  wantsScheme(): boolean;
  reply(text: string): void;
}

/** VT220 with colours. */
const PRIMARY_ATTRIBUTES = "\x1b[?62;22c";
const NAME_AND_VERSION = "\x1bP>|ia-tmux\x1b\\";
/** The form that makes Claude Code send its status: an OSC 7501 whose data begins with "?". */
const STATUS_PROTOCOL_ANSWER = "\x1b]7501;?\x1b\\";

/** Status reports, cursor position, DECRQM and DECRQSS are the emulator's own, of fixed forms. */
export function answerQueries(core: XtermCore, options: QueryOptions): void {
  const { theme, kitty, reply } = options;
  core.onCsi({ final: "c" }, (params) => {
    if ((params.params[0] ?? 0) === 0) reply(PRIMARY_ATTRIBUTES);
    return true;
  });
  core.onCsi({ prefix: ">", final: "q" }, () => {
    reply(NAME_AND_VERSION);
    return true;
  });
  core.onCsi({ prefix: "?", final: "u" }, () => {
    reply(`\x1b[?${kitty.flags(isAlternate(core))}u`);
    return true;
  });
  core.onCsi({ prefix: "?", final: "m" }, (params) => {
    if (params.params[0] === 4) reply(`\x1b[>4;${options.modifyOtherKeys()}m`);
    return true;
  });
  core.onCsi({ prefix: "?", final: "n" }, (params) => {
    if (params.params[0] !== 996) return false;
    reply(schemeNotice(theme()));
    return true;
  });
  core.onCsi({ prefix: "?", intermediates: "$", final: "p" }, (params) => {
    const mode = params.params[0];
    if (mode === COLOUR_SCHEME_MODE) reply(`\x1b[?${mode};${options.wantsScheme() ? 1 : 2}$y`);
    // mouse reports in pixels cannot be made from cells
    else if (mode === 1016) reply("\x1b[?1016;0$y");
    else return false;
    return true;
  });
  for (const [index, number] of [10, 11, 12].entries()) {
    core.terminal.parser.registerOscHandler(number, (data) => {
      const { foreground, background, cursor } = theme();
      const colours = [foreground, background, cursor];
      data.split(";", colours.length - index).forEach((asked, offset) => {
        if (asked === "?")
          reply(`\x1b]${number + offset};${colourAnswer(colours[index + offset] as string)}\x1b\\`);
      });
      return true;
    });
  }
}

export function answerStatusQuery(reply: (text: string) => void): void {
  reply(STATUS_PROTOCOL_ANSWER);
}

export function isAlternate(core: XtermCore): boolean {
  return core.terminal.buffer.active.type === "alternate";
}

/** `#rrggbb` as X11 writes it. */
function colourAnswer(colour: string): string {
  const part = (from: number) => colour.slice(from, from + 2).repeat(2);
  return `rgb:${part(1)}/${part(3)}/${part(5)}`;
}

/** What a program that asked, or that has mode 2031 on, is told of the colours. */
export function schemeNotice(theme: ScreenTheme): string {
  return `\x1b[?997;${isDark(theme.background) ? 1 : 2}n`;
}
