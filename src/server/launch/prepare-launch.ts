import { mkdirSync } from "node:fs";
import { claudeAdditions } from "./claude.ts";
import { codexAdditions } from "./codex.ts";
import type { AgentAdditions, Launch, LaunchRefusal, LaunchRequest } from "./contract.ts";
import { paneEnvironment } from "./environment.ts";
import { demoAdditions } from "./demo.ts";
import { findProgram } from "./find-program.ts";
import { kimiAdditions } from "./kimi.ts";
import { ensureShim } from "./shim.ts";

const NOTHING_ADDED: AgentAdditions = { args: [], env: {}, sessionId: null };

/**
 * Makes a pane's program ready: finds it, writes the pane's files, and puts together arguments and environment. Nothing
 * outside `paneDir` and `binDir` is written, but for empty directories that Kimi Code would make itself.
 */
export function prepareLaunch(request: LaunchRequest): Launch | LaunchRefusal {
  mkdirSync(request.paneDir, { recursive: true, mode: 0o700 });
  ensureShim(request.binDir, request.node, request.mainScript);
  const env = paneEnvironment(request);
  const [program = "", ...words] = request.command ?? request.profile.command;
  const file = findProgram(program, env.PATH ?? "", request.projectRoot);
  if (file === null) return { message: missing(program, request) };
  const added = request.command === null ? additionsOf(request) : NOTHING_ADDED;
  return { file, args: [...words, ...added.args], env: { ...env, ...added.env }, sessionId: added.sessionId };
}

/** What the kind of agent needs. The others get `ia-tmux` on their PATH and who they are, and nothing more. */
function additionsOf(request: LaunchRequest): AgentAdditions {
  switch (request.profile.kind) {
    case "claude":
      return claudeAdditions(request);
    case "codex":
      return codexAdditions(request);
    case "kimi":
      return kimiAdditions(request);
    case "demo":
      return demoAdditions(request);
    case "gemini":
    case "shell":
    case "generic":
      return NOTHING_ADDED;
  }
}

function missing(program: string, request: LaunchRequest): string {
  const how =
    request.command === null && request.profile.install !== ""
      ? ` Install it: ${request.profile.install}.`
      : "";
  return `${program === "" ? "The command" : program} was not found on PATH.${how} Press r to try again.`;
}
