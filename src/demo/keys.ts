// Raw terminal bytes as what they mean to the demo agent. Written for the hazards real agents have: a paste is one
// event, and whatever is not inside a paste is a key.

export type Input =
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "key"; readonly name: KeyName }
  /** The terminal's answer to our question whether it knows OSC 7501. */
  | { readonly kind: "status-protocol" };

export type KeyName =
  | "enter"
  | "newline"
  | "escape"
  | "tab"
  | "shift-tab"
  | "backspace"
  | "delete"
  | "up"
  | "down"
  | "left"
  | "right"
  | "home"
  | "end"
  | "ctrl-c"
  | "ctrl-d"
  | "ctrl-s"
  | "ctrl-u"
  | "other";

const PASTE_START = "\u001b[200~";
const PASTE_END = "\u001b[201~";
const CONTROL: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  "\n": "newline",
  "\t": "tab",
  "\u007f": "backspace",
  "\b": "backspace",
  "\u0001": "home",
  "\u0005": "end",
  "\u0003": "ctrl-c",
  "\u0004": "ctrl-d",
  "\u0013": "ctrl-s",
  "\u0015": "ctrl-u",
};
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "[H": "home",
  "[F": "end",
  "[3~": "delete",
  "[Z": "shift-tab",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  OH: "home",
  OF: "end",
  "\r": "newline",
};
/** A paste larger than this is cut: nobody types it, and memory is bounded. */
const MAX_PENDING = 1_048_576;

export interface KeyDecoder {
  feed(chunk: string): Input[];
  /** An escape byte that nothing followed is the Escape key. */
  flush(): Input[];
  readonly hasPending: boolean;
}

export function createKeyDecoder(): KeyDecoder {
  let pending = "";

  function take(isFlush: boolean): Input[] {
    const inputs: Input[] = [];
    while (pending !== "") {
      const length = takeOne(inputs, isFlush);
      if (length === 0) break;
      pending = pending.slice(length);
    }
    return inputs;
  }

  /** Reads one input off the front; answers how much it took, 0 when more has to come. */
  function takeOne(inputs: Input[], isFlush: boolean): number {
    if (pending.startsWith(PASTE_START)) {
      const end = pending.indexOf(PASTE_END);
      if (end < 0) return 0;
      inputs.push({ kind: "paste", text: pending.slice(PASTE_START.length, end).replace(/\r\n?/g, "\n") });
      return end + PASTE_END.length;
    }
    if (pending.startsWith("\u001b")) return takeEscape(inputs, isFlush);
    const control = CONTROL[pending[0] ?? ""];
    if (control !== undefined) inputs.push({ kind: "key", name: control });
    if (control !== undefined) return 1;
    const text = /^[^\u0000-\u001f\u007f]+/.exec(pending)?.[0];
    if (text === undefined) {
      inputs.push({ kind: "key", name: "other" });
      return 1;
    }
    inputs.push({ kind: "text", text });
    return text.length;
  }

  function takeEscape(inputs: Input[], isFlush: boolean): number {
    const osc = /^\u001b\]([^\u0007\u001b]*)(?:\u0007|\u001b\\)/.exec(pending);
    if (osc !== null) {
      if (osc[1]?.startsWith("7501;?")) inputs.push({ kind: "status-protocol" });
      return osc[0].length;
    }
    const sequence = /^\u001b(\[[0-9;?<>=]*[ -/]*[@-~]|O[A-Z]|\r)/.exec(pending);
    if (sequence !== null) {
      const name = SEQUENCES[sequence[1] ?? ""];
      if (name !== undefined) inputs.push({ kind: "key", name });
      return sequence[0].length;
    }
    const mayGoOn =
      pending.length === 1 || /^\u001b(?:\[[0-9;?<>=]*|O|\][^\u0007\u001b]*\u001b?)$/.test(pending);
    if (mayGoOn && !isFlush) return 0;
    inputs.push({ kind: "key", name: "escape" });
    return 1;
  }

  return {
    feed(chunk) {
      pending = (pending + chunk).slice(0, MAX_PENDING);
      return take(false);
    },
    flush: () => take(true),
    get hasPending() {
      return pending !== "" && !pending.startsWith(PASTE_START);
    },
  };
}
