import type { HookKind, HookTool, TouchedPath } from "./call.ts";
import { patchPaths } from "./patch.ts";
import { joinPath } from "./path.ts";
import { shellWrites } from "./shell-writes.ts";

type Input = Readonly<Record<string, unknown>>;

/** Each agent's tools that write a file, and the arguments that name it. */
const EDIT_TOOLS: Readonly<Record<HookKind, Readonly<Record<string, readonly string[]>>>> = {
  claude: {
    Edit: ["file_path"],
    Write: ["file_path"],
    MultiEdit: ["file_path"],
    NotebookEdit: ["notebook_path", "file_path"],
  },
  codex: {},
  kimi: { Write: ["path", "file_path"], Edit: ["path", "file_path"] },
};

const SHELL_TOOLS = new Set(["Bash", "Shell", "shell", "exec_command", "local_shell"]);
const QUESTION_TOOLS = new Set(["AskUserQuestion", "request_user_input"]);

/** What a tool call is about to do, as far as its input says. */
export function readTool(kind: HookKind, name: string, input: Input, cwd: string | null): HookTool {
  const plain: HookTool = { name, use: "other", paths: [], bestEffort: false, command: null };
  if (QUESTION_TOOLS.has(name)) return { ...plain, use: "question" };
  if (name.startsWith("mcp__")) return { ...plain, use: "mcp" };

  const fields = Object.hasOwn(EDIT_TOOLS[kind], name) ? EDIT_TOOLS[kind][name] : undefined;
  if (fields !== undefined) {
    const path = fields
      .map((field) => input[field])
      .find((value) => typeof value === "string" && value !== "");
    return { ...plain, use: "edit", paths: typeof path === "string" ? [touched(path, cwd)] : [] };
  }

  const command = commandOf(input);
  if (command === null) return plain;
  if (name === "apply_patch") {
    return { ...plain, use: "edit", paths: patchPaths(command).map((path) => touched(path, cwd)) };
  }
  if (!SHELL_TOOLS.has(name)) return plain;
  return { ...plain, use: "shell", command, paths: shellWrites(command, cwd), bestEffort: true };
}

function touched(path: string, cwd: string | null): TouchedPath {
  return { path: joinPath(cwd, path) };
}

/** Codex gives some commands as a list of words. */
function commandOf(input: Input): string | null {
  const command = input.command ?? input.cmd ?? input.input;
  if (typeof command === "string") return command;
  if (!Array.isArray(command) || !command.every((word) => typeof word === "string")) return null;
  const script =
    /^(?:ba|z|da)?sh$/u.test(String(command[0])) && /^-\w*c$/u.test(String(command[1]))
      ? command[2]
      : undefined;
  return typeof script === "string"
    ? script
    : command.map((word) => `'${String(word).replaceAll("'", "'\\''")}'`).join(" ");
}
