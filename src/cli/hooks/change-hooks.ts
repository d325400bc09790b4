// `ia-tmux hooks install|status|remove`: our hooks in the settings of agents that run outside the panes.
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { AppError } from "../../base/errors.ts";
import type { HookKind } from "../../domain/hook/call.ts";
import { inertText } from "../../domain/text/inert.ts";
import { findProjectRoot } from "../../node/project-root.ts";
import type { CommandContext } from "../command.ts";
import { addJsonHooks, countJsonHooks, removeJsonHooks } from "./json-settings.ts";
import { readSettings, writeSettings } from "./settings-file.ts";
import { addTomlHooks, countTomlHooks, removeTomlHooks } from "./toml-settings.ts";

interface Place {
  readonly agent: HookKind;
  readonly path: string;
  /** Kimi Code has hooks in the user's configuration only. */
  readonly scope: "project" | "user";
}

interface Outcome extends Place {
  readonly hooks: number;
  readonly changed: boolean;
  readonly problem: string | null;
}

const FORMATS = {
  claude: { add: addJsonHooks, remove: removeJsonHooks, count: countJsonHooks },
  codex: { add: addJsonHooks, remove: removeJsonHooks, count: countJsonHooks },
  kimi: { add: addTomlHooks, remove: removeTomlHooks, count: countTomlHooks },
};

export async function changeHooks(
  context: CommandContext,
  verb: "install" | "status" | "remove",
  options: { readonly agent?: HookKind | undefined; readonly target?: string | undefined },
): Promise<number> {
  const { world, output } = context;
  const root = options.target === undefined ? findProjectRoot(world.cwd) : resolve(world.cwd, options.target);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new AppError("no-input", `${inertText(root)} is not a directory`);
  const everybody: readonly HookKind[] = ["claude", "codex", "kimi"];
  const agents = options.agent ? [options.agent] : verb === "install" ? (["claude"] as const) : everybody;
  const outcomes = agents.map((agent) => change(verb, placeOf(agent, root, world.env)));
  output.show(outcomes, () => outcomes.map((outcome) => describe(verb, outcome)).join("\n"));
  return outcomes.some((outcome) => outcome.problem !== null) ? 1 : 0;
}

function placeOf(agent: HookKind, root: string, env: NodeJS.ProcessEnv): Place {
  const home = env["HOME"] ?? "";
  switch (agent) {
    case "claude":
      return { agent, path: resolve(root, ".claude", "settings.json"), scope: "project" };
    case "codex":
      return { agent, path: resolve(root, ".codex", "hooks.json"), scope: "project" };
    case "kimi":
      return {
        agent,
        path: resolve(env["KIMI_CODE_HOME"] || resolve(home, ".kimi-code"), "config.toml"),
        scope: "user",
      };
  }
}

function change(verb: "install" | "status" | "remove", place: Place): Outcome {
  const format = FORMATS[place.agent];
  const text = existsSync(place.path) ? readSettings(place.path) : null;
  const unreadable = (problem: string): Outcome => ({ ...place, hooks: 0, changed: false, problem });
  const hooks = format.count(text);
  if (hooks === null) return unreadable("it is not valid JSON; it was left as it is");
  if (verb === "status") return { ...place, hooks, changed: false, problem: null };
  const next = verb === "install" ? format.add(text, place.agent) : text && format.remove(text);
  if (verb === "install" && next === null)
    return unreadable("it has hooks in a form we do not know; it was left as it is");
  if (next === text) return { ...place, hooks, changed: false, problem: null };
  writeSettings(place.path, next);
  return { ...place, hooks: format.count(next) ?? 0, changed: true, problem: null };
}

function describe(verb: string, { agent, path, scope, hooks, changed, problem }: Outcome): string {
  const where = `${agent}: ${inertText(path)}`;
  if (problem !== null) return `warning: ${where}: ${problem}`;
  const what = hooks === 0 ? "no hooks of ia-tmux" : `${hooks} hooks of ia-tmux`;
  const done =
    verb === "status" ? "" : changed ? (verb === "install" ? ", put in" : ", taken out") : ", as before";
  const asks = agent === "codex" && verb === "install" && changed;
  return [
    `${where}: ${what}${done}${scope === "user" ? " (of the user, for every project)" : ""}`,
    ...(asks
      ? ['  At its next start Codex asks whether they may run: choose "Trust all and continue".']
      : []),
  ].join("\n");
}
