/** Small numbers for strings and extra attributes, so that cells compare as integers. 0 is "none". */
import type { CellExtra } from "../../protocol/cells.ts";

export interface InternTable {
  stringId(text: string): number;
  string(id: number): string;
  extraId(extra: CellExtra): number;
  extra(id: number): CellExtra | undefined;
  /** Entries held. The frame's owner compacts when it grows. */
  readonly size: number;
}

export function createInternTable(): InternTable {
  const stringIds = new Map<string, number>();
  const strings = [""];
  const extraIds = new Map<string, number>();
  const extras: (CellExtra | undefined)[] = [undefined];
  return {
    stringId(text) {
      let id = stringIds.get(text);
      if (id === undefined) {
        id = strings.push(text) - 1;
        stringIds.set(text, id);
      }
      return id;
    },
    string: (id) => strings[id] ?? " ",
    extraId(extra) {
      if (extra.underlineStyle === 0 && extra.underlineColour === 0 && extra.url === "") return 0;
      const key = `${extra.underlineStyle} ${extra.underlineColour} ${extra.url}`;
      let id = extraIds.get(key);
      if (id === undefined) {
        id = extras.push(extra) - 1;
        extraIds.set(key, id);
      }
      return id;
    },
    extra: (id) => extras[id],
    get size() {
      return strings.length + extras.length;
    },
  };
}
