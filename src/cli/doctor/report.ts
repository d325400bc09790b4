/** One line of the doctor: what was looked at, how it is, and how to mend it. */
export interface Finding {
  readonly area: string;
  readonly level: "ok" | "warn" | "bad";
  readonly text: string;
  readonly mend?: string | undefined;
}

export function okay(area: string, text: string): Finding {
  return { area, level: "ok", text };
}

export function warn(area: string, text: string, mend?: string): Finding {
  return { area, level: "warn", text, mend };
}

export function bad(area: string, text: string, mend?: string): Finding {
  return { area, level: "bad", text, mend };
}
