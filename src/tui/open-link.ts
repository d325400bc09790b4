// Opens what a human points at: an address in the desktop's browser, a file in the human's editor.
import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { messageOf } from "../base/errors.ts";
import { WATCHES_ONLY } from "../domain/commands/reading.ts";
import type { KeyStyle } from "./copy/copy-state.ts";
import type { Link } from "./copy/links.ts";

export type OpenedLink =
  /** Done or refused, in words. */
  | { readonly kind: "said"; readonly ok: boolean; readonly text: string }
  /** To be run in a pane of its own. */
  | {
      readonly kind: "run";
      readonly command: readonly string[];
      readonly cwd: string;
      readonly name: string;
    };

type Env = Readonly<Record<string, string | undefined>>;

/** `cwd`: what a relative path is relative to. `readOnly`: opens no pane, which all would see. */
export function createLinkOpener(
  env: Env,
  platform: NodeJS.Platform,
  readOnly: boolean,
): (link: Link, cwd: string) => OpenedLink {
  return (link, cwd) => {
    if (link.kind === "url") return openUrl(link.url, platform);
    if (readOnly)
      return { kind: "said", ok: false, text: `${WATCHES_ONLY}; ${link.path} would open in a pane.` };
    const path = link.path.startsWith("~/")
      ? join(env["HOME"] ?? homedir(), link.path.slice(2))
      : resolve(cwd, link.path);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile()) return { kind: "said", ok: false, text: `${link.path} is no file in ${cwd}.` };
    const command = editorCommand(env["VISUAL"] || env["EDITOR"] || "vi", path, link.line, link.column);
    return { kind: "run", command, cwd, name: basename(path) };
  };
}

/** The words to run so that the editor opens the file at the line, as each editor wants it. */
export function editorCommand(
  editor: string,
  path: string,
  line: number | null,
  column: number | null,
): readonly string[] {
  const words = editor.trim().split(/\s+/);
  const name = basename(words[0] ?? "vi");
  if (line === null) return [...words, path];
  const place = column === null ? `${path}:${line}` : `${path}:${line}:${column}`;
  if (/^(code|codium|code-insiders|cursor|windsurf)$/.test(name)) return [...words, "--goto", place];
  if (/^(hx|helix|subl|zed|atom|gedit|mate)$/.test(name)) return [...words, place];
  if (/^(nano|pico)$/.test(name)) return [...words, `+${line}${column === null ? "" : `,${column}`}`, path];
  if (/^(emacs|emacsclient|kak|micro)$/.test(name))
    return [...words, `+${line}${column === null ? "" : `:${column}`}`, path];
  return [...words, `+${line}`, path];
}

function openUrl(url: string, platform: NodeJS.Platform): OpenedLink {
  const program = platform === "darwin" ? "open" : "xdg-open";
  try {
    const child = spawn(program, [url], { stdio: "ignore", detached: true });
    // A program that is missing says so later: the address is in the copy then, and nobody waits.
    child.on("error", () => {});
    child.unref();
    return child.pid === undefined
      ? { kind: "said", ok: false, text: `${program} is not installed; the address is ${url}` }
      : { kind: "said", ok: true, text: `Opening ${url}` };
  } catch (thrown) {
    return { kind: "said", ok: false, text: `${program} could not be started: ${messageOf(thrown)}` };
  }
}

/** As tmux does: vi's keys for who edits with a vi, emacs' for who edits with an emacs; vi's else. */
export function copyKeysFor(env: Env): KeyStyle {
  const editor = basename((env["VISUAL"] || env["EDITOR"] || "").split(/\s+/)[0] ?? "");
  return editor.includes("emacs") ? "emacs" : "vi";
}
