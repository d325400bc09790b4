import { existsSync } from "node:fs";
import { AppError } from "../base/errors.ts";
import { quoted } from "../domain/session/rules.ts";
import type { PathRules } from "./path-rules.ts";

/** A record's id, such as `task-9f31`, or an address with a scheme. */
const NO_PATH = /^(?:(?:task|msg|dec|ask|spec|dlv|act)-[a-z0-9]+$|[a-z][a-z0-9+.-]*:\/\/)/;

/**
 * What is stored for an attachment: a file's or directory's path from the project root; an id or an address as it is.
 * Throws `not-found` when there is no such file, `bad-data` or `usage` when it is outside the project.
 */
export function attachmentRules(paths: PathRules) {
  return (reference: string, cwd: string | undefined): string => {
    if (NO_PATH.test(reference)) return reference;
    const { target, absolute } = paths.locate(reference, { cwd });
    if (!existsSync(absolute)) {
      throw new AppError("not-found", `There is no file ${quoted(reference)} to attach`, {
        hint: "Attachments are files of the project, ids of records, or addresses (https://…).",
      });
    }
    return target.kind === "glob" ? target.pattern : target.path;
  };
}
