// Opens layouts by name, asks before a project's file may run commands, and tells the demo's story.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { AppError } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import { listLayouts, loadLayout } from "../config/layouts.ts";
import { AGENT_NAME_PATTERN } from "../domain/record.ts";
import type { ProjectPaths } from "../node/runtime-dir.ts";
import type { TrustQuestion } from "../protocol/views.ts";
import type { Services } from "./compose.ts";
import { createDemoStory } from "./demo-story.ts";
import { findProgram } from "./launch/find-program.ts";
import { savedLayout } from "./saved-layout.ts";

export interface LayoutOpenerDeps {
  readonly paths: ProjectPaths;
  readonly services: Services;
  readonly clock: Clock;
}

/** A layout whose windows have their places. `settled`: its programs run, or why it was taken back. */
export interface Opening {
  readonly settled: Promise<void>;
}

export type LayoutOpener = ReturnType<typeof createLayoutOpener>;

/** Agents whose presence makes `trio` the first layout; with none of them it is the demo. */
const REAL_AGENTS = ["claude", "kimi", "codex"];

export function createLayoutOpener({ paths, services, clock }: LayoutOpenerDeps) {
  const { workspace, trust, dirs } = services;
  let question: (TrustQuestion & { readonly layout: string }) | null = null;
  let opening: Opening | null = null;
  const story = createDemoStory({ services, clock });

  function open(name: string): Opening {
    const loaded = loadLayout(dirs, name, paths.root, trust);
    if (!loaded.isTrusted) {
      question = { path: loaded.path, sha256: loaded.sha256, commands: loaded.commands, layout: name };
    }
    const { settled } = workspace.openLayout(loaded.layout);
    if (loaded.layout.name !== "demo") return { settled };
    return { settled: settled.then(() => story.begin()) };
  }

  /** The layout to open when nobody named one. */
  function firstLayout(): string {
    const { layout } = services.settings.current();
    if (layout !== null) return layout;
    const path = process.env["PATH"] ?? "";
    const installed = REAL_AGENTS.some((name) => {
      const program = services.profileOf(name)?.command[0];
      return program !== undefined && findProgram(program, path, paths.root) !== null;
    });
    return installed ? "trio" : "demo";
  }

  return {
    open: async (name: string): Promise<void> => await open(name).settled,
    openFirst: async (): Promise<void> => await open(firstLayout()).settled,
    trust: (): TrustQuestion | null =>
      question && { path: question.path, sha256: question.sha256, commands: question.commands },
    caption: () => story.caption(),

    /**
     * Opens the first layout unless something is open already. Two clients at once open it once. What it shows has its
     * place at once; null when nothing was to be done.
     * @throws AppError as loading a layout does
     */
    ensureOpen(name: string | undefined): Opening | null {
      if (opening) return opening;
      if (workspace.mux.windows.length > 0 && (name === undefined || workspace.layoutName === name))
        return null;
      const { settled } = open(name ?? firstLayout());
      opening = {
        settled: settled.finally(() => {
          opening = null;
        }),
      };
      return opening;
    },

    /** The human's word on the commands of a project file: this content and no other. */
    async answerTrust(sha256: string, trusted: boolean): Promise<void> {
      if (question?.sha256 !== sha256) {
        throw new AppError("not-found", "Nothing with this content waits for your trust.");
      }
      const { layout, path } = question;
      question = null;
      if (!trusted) return;
      trust.trust(sha256, path, clock.nowMs());
      services.reloadProfiles();
      await open(layout).settled;
    },

    list: () =>
      listLayouts(dirs, paths.root).layouts.map((entry) => ({
        name: entry.name,
        source: entry.origin,
        summary: entry.title,
      })),

    /** Writes what is open now as a layout of the user's: it opens the same again. */
    async save(name: string): Promise<string> {
      if (!AGENT_NAME_PATTERN.test(name)) {
        throw new AppError("usage", `"${name}" cannot be a layout's name.`, {
          hint: "Letters, digits, dot, dash, underscore; at most 32.",
        });
      }
      // A shell may have moved a moment ago.
      await services.panes.lookAround();
      const spec = savedLayout(name, { ...services, root: paths.root });
      const dir = join(paths.configDir, "layouts");
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const file = join(dir, `${name}.yaml`);
      writeFileSync(file, stringify(spec), { mode: 0o600 });
      return file;
    },
  };
}
