// The names of a kind, as they are now. A server is asked when one runs, and not waited for.
import { isOpen } from "../../domain/task/lifecycle.ts";
import { inertText } from "../../domain/text/inert.ts";
import { ARRANGEMENTS } from "../../domain/layout/words.ts";
import { METHODS } from "../../protocol/methods.ts";
import type { CommandContext } from "../command.ts";
import { complete, DIRECTORIES, FILES, fitting, type Offer } from "./complete.ts";
import type { Kind } from "./kinds.ts";
import { COMMANDS } from "../table.ts";

/** Whoever pressed Tab waits for it. */
const DEADLINE_MS = 600;
const MAX_OFFERS = 200;
const ABOUT_CHARACTERS = 60;

/** Lines for a shell: a word, a tab, what it is; or that its own files fit. */
export async function completionLines(
  context: CommandContext,
  words: readonly string[],
): Promise<readonly string[]> {
  const { offers, kind, typed, prefix } = complete(words, COMMANDS);
  if (kind === "files") return [...lines(offers), FILES];
  if (kind === "directories") return [...lines(offers), DIRECTORIES];
  const names = kind === null ? [] : await inTime(offersOf(context, kind));
  const more = fitting(names, typed).map(({ word, about }) => ({ word: prefix + word, about }));
  return lines([...offers, ...more].slice(0, MAX_OFFERS));
}

function lines(offers: readonly Offer[]): readonly string[] {
  return offers
    .filter(({ word }) => !/[\t\n\r]/.test(word))
    .map(({ word, about }) => `${inertText(word)}\t${inertText(about, ABOUT_CHARACTERS)}`);
}

async function inTime(asked: Promise<readonly Offer[]>): Promise<readonly Offer[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Offer[]>((resolve) => {
    timer = setTimeout(() => resolve([]), DEADLINE_MS);
  });
  try {
    // Without a server there is nothing to offer, and nothing to say either.
    return await Promise.race([asked.catch(() => []), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function offersOf(context: CommandContext, kind: Kind): Promise<readonly Offer[]> {
  const { call } = context;
  switch (kind) {
    case "agents":
      return agents(context);
    case "recipients":
      return [
        ...(await agents(context)),
        { word: "all", about: "every agent" },
        { word: "operator", about: "the human" },
      ];
    case "tasks": {
      const tasks = await call("task.list", {});
      const open = tasks.filter(({ status }) => isOpen(status));
      return [...open.toReversed(), ...tasks.filter((task) => !open.includes(task)).toReversed()].map(
        ({ id, status, title }) => ({ word: id, about: `${status} ${title}` }),
      );
    }
    case "messages":
      return (await call("message.inbox", { all: true, limit: MAX_OFFERS }))
        .toReversed()
        .map(({ id, from, subject, body }) => ({ word: id, about: `${from}: ${subject || body}` }));
    case "records":
      return [...(await offersOf(context, "messages")), ...(await offersOf(context, "tasks"))];
    case "locks":
      return (await call("lock.list", {}))
        .filter(({ target }) => target.kind !== "resource")
        .map(({ label, holder }) => ({ word: label, about: holder }));
    case "resources":
      return (await call("lock.list", {})).flatMap(({ target, holder }) =>
        target.kind === "resource" ? [{ word: target.name, about: holder }] : [],
      );
    case "lock-ids":
      return (await call("lock.list", {})).map(({ id, label, holder }) => ({
        word: id,
        about: `${label} ${holder}`,
      }));
    case "panes": {
      const panes = await call("pane.list", {});
      return panes.flatMap(({ id, agent, title, profile }) => [
        { word: id, about: agent ?? (title || profile) },
        ...(agent === null ? [] : [{ word: agent, about: id }]),
      ]);
    }
    case "windows": {
      const ids = (await call("pane.list", {})).map(({ windowId }) => windowId);
      return [...new Set(ids)].map((word) => ({ word, about: "" }));
    }
    case "buffers":
      return (await call("buffer.list", {})).map(({ name, preview }) => ({ word: name, about: preview }));
    case "decisions":
      return (await call("decision.list", {})).map(({ id, text }) => ({ word: id, about: text }));
    case "deliveries":
      return (await call("delivery.list", {}))
        .toReversed()
        .map(({ id, state, to }) => ({ word: id, about: `${state} → ${to}` }));
    case "needs":
      return (await call("needs.list", {})).map(({ id, text }) => ({ word: id, about: text }));
    case "need-actions": {
      const actions = (await call("needs.list", {})).flatMap((need) => need.actions);
      return [...new Map(actions.map(({ action, label }) => [action, label]))].map(([word, about]) => ({
        word,
        about,
      }));
    }
    case "questions":
      return (await call("question.list", {})).map(({ id, question }) => ({ word: id, about: question }));
    case "specs":
      return (await call("spec.list", {})).map(({ name, version, author }) => ({
        word: name,
        about: `v${version} by ${author}`,
      }));
    case "layouts":
    case "profiles":
      return fromFiles(context, kind);
    case "directions":
      return ["left", "right", "up", "down"].map(plain);
    case "methods":
      return Object.keys(METHODS).map(plain);
    case "presets":
      return ARRANGEMENTS.map(plain);
    case "schemas":
      return (await import("../schema.ts")).schemaNames().map(plain);
    case "shells":
      return ["bash", "zsh", "fish"].map(plain);
    case "files":
    case "directories":
      return [];
  }
}

async function agents({ call }: CommandContext): Promise<readonly Offer[]> {
  return (await call("agent.list", {})).map(({ name, role, paneId, state, presence }) => ({
    word: name,
    // Of one that no pane runs, the state is not known.
    about: `${role}, ${paneId === null ? presence : state.name}`,
  }));
}

/** Works without a server. */
async function fromFiles({ world }: CommandContext, kind: "layouts" | "profiles"): Promise<readonly Offer[]> {
  const { configPlaces } = await import("../config-dirs.ts");
  const { findFiles, nameOf } = await import("../../config/library.ts");
  const { files } = findFiles(configPlaces(world).dirs, kind);
  return [...new Map(files.map((file) => [nameOf(file), file.origin]))].map(([word, about]) => ({
    word,
    about,
  }));
}

function plain(word: string): Offer {
  return { word, about: "" };
}
