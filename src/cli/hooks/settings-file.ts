import { lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError, messageOf } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";

/** @throws AppError no-input */
export function readSettings(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    throw new AppError("no-input", `${inertText(path)}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** Whole or not at all; a link stays a link. Null: the file goes. @throws AppError cannot-create */
export function writeSettings(path: string, text: string | null): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const stat = lstatSync(path, { throwIfNoEntry: false });
    const target = stat?.isSymbolicLink() ? realpathSync(path) : path;
    if (text === null) {
      rmSync(target);
      return;
    }
    writeFileSync(`${target}.new`, text, { mode: stat === undefined ? 0o644 : stat.mode & 0o777 });
    renameSync(`${target}.new`, target);
  } catch (thrown) {
    throw new AppError("cannot-create", `Cannot write ${inertText(path)}: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}
