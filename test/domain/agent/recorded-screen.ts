import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Profile, ProfileSchema } from "../../../src/domain/agent/profile.ts";
import type { ScreenSnapshot } from "../../../src/domain/agent/screen.ts";

const ROOT = join(import.meta.dirname, "../../..");
export const SCREENS = join(ROOT, "test/fixtures/screens");

export function builtInProfile(name: string): Profile {
  return ProfileSchema.parse(parse(readFileSync(join(ROOT, "profiles", `${name}.yaml`), "utf8")));
}

/** A recorded screen, with the dim cells of its coloured twin. `withStyle: false` leaves them unknown. */
export function recordedScreen(name: string, withStyle = true): ScreenSnapshot {
  const lines = readFileSync(join(SCREENS, `${name}.txt`), "utf8").split("\n");
  const styled = join(SCREENS, `${name}.ansi.txt`);
  if (!withStyle || !existsSync(styled)) return { lines, title: "" };
  const dim = readFileSync(styled, "utf8").split("\n").map(dimColumns());
  return { lines, title: "", dimAt: (column, row) => dim[row]?.has(column) ?? false };
}

/** Follows SGR from row to row; one column for each code point is near enough for what the tests look at. */
function dimColumns(): (line: string) => Set<number> {
  let dim = false;
  return (line) => {
    const columns = new Set<number>();
    let column = 0;
    for (const [part, codes] of line.matchAll(/\u001b\[([\d;]*)m|[^\u001b]/gu)) {
      if (codes !== undefined) dim = dimAfter(codes, dim);
      else {
        if (dim) columns.add(column);
        column += part.length > 0 ? 1 : 0;
      }
    }
    return columns;
  };
}

function dimAfter(codes: string, before: boolean): boolean {
  let dim = before;
  const numbers = codes === "" ? [0] : codes.split(";").map(Number);
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at];
    if (code === 38 || code === 48) at += numbers[at + 1] === 5 ? 2 : 4;
    else if (code === 0 || code === 22) dim = false;
    else if (code === 2) dim = true;
  }
  return dim;
}
