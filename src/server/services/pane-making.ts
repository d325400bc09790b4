// Makes new panes, one or a layout's window full of them, together with the agents that shall live in them.
import { resolve } from "node:path";
import { AppError } from "../../base/errors.ts";
import type { Profile } from "../../domain/agent/profile.ts";
import type { Area } from "../../domain/layout/arrange.ts";
import { presetTree } from "../../domain/layout/presets.ts";
import { leaf, makeSplit, paneIdsOf, type LayoutNode } from "../../domain/layout/tree.ts";
import type { LayoutNode as SpecNode, WindowSpec } from "../../domain/layout-spec.ts";
import type { NewWindow } from "../../domain/mux/windows.ts";
import { OPERATOR } from "../../domain/record.ts";
import { THE_OPERATOR } from "../../domain/session/actor.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { Role } from "../../domain/session/session.ts";
import type { PaneRuntime } from "./pane-runtime.ts";
import type { PaneService } from "./pane-service.ts";
import type { SessionService } from "./session-service.ts";

/** What a new pane shall run. Neither profile nor command: the user's shell. */
export interface ProgramChoice {
  readonly profile?: string | undefined;
  readonly command?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly role?: Role | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Whether its agent takes the next task at its start; left out, as the profile says. */
  readonly autoClaim?: boolean | undefined;
  /** The agent that asks for it; left out: the operator. What runs in it without an agent of its own speaks as this one. */
  readonly by?: string | undefined;
}

/** A pane whose program is not started yet. */
export interface MadePane {
  readonly pane: PaneRuntime;
  /** Settles when the disk has the pane and its agent, or refused them. */
  readonly stored: Promise<unknown>;
  start(): Promise<void>;
}

export interface PaneMakingDeps {
  readonly root: string;
  readonly panes: PaneService;
  readonly session: SessionService;
  readonly profileOf: (name: string) => Profile | undefined;
  readonly profileNames: () => readonly string[];
  /** The size that a pane has by its place. */
  readonly sizeOf: (paneId: string) => Area;
  /** Panes that are gone leave their windows. */
  readonly dropMissing: () => Promise<void>;
  readonly changed: () => void;
}

export function createPaneMaking(deps: PaneMakingDeps) {
  const { panes, session: roster } = deps;

  /** Makes the pane, and the agent that shall live in it. Its program is started once it has a place and a size. */
  function createPane(choice: ProgramChoice): MadePane {
    const profile = profileFor(choice);
    const isAgent = choice.command === undefined && profile.inject.manner !== "none";
    const agent = isAgent ? roster.freeName(choice.name ?? profile.name) : null;
    const { pane, stored } = panes.create({
      profile,
      agent,
      command: choice.command ? [...choice.command] : null,
      name: choice.name ?? null,
      title: choice.title === undefined ? null : inertText(choice.title, 64),
      cwd: choice.cwd ?? deps.root,
      env: choice.env ?? {},
      autoClaim: agent !== null && (choice.autoClaim ?? profile.autoClaim),
      by: choice.by ?? OPERATOR,
    });
    const registered =
      agent === null
        ? null
        : roster.register(THE_OPERATOR, {
            name: agent,
            profile: profile.name,
            role: choice.role,
            paneId: pane.id,
            // A new pane begins a new session, also under a name that another had before.
            agentSessionId: null,
            origin: "pane",
          });
    return {
      pane,
      stored: Promise.all([stored, registered]),
      async start() {
        const { cols, rows } = deps.sizeOf(pane.id);
        await panes.start(pane, cols, rows);
        deps.changed();
      },
    };
  }

  /** Starts new panes while the disk takes what is known of them. What the disk refuses is taken back whole. */
  async function opened(made: readonly MadePane[], work: readonly Promise<unknown>[]) {
    try {
      await Promise.all([...work, ...made.flatMap(({ stored, start }) => [stored, start()])]);
    } catch (thrown) {
      await Promise.allSettled(made.map(({ pane }) => discard(pane)));
      await deps.dropMissing().catch(() => {});
      throw thrown;
    }
  }

  /** Takes a pane back that found no place. */
  async function discard(pane: PaneRuntime): Promise<void> {
    if (pane.record.agent) await roster.unbindPane(pane.id);
    await panes.remove(pane.id);
  }

  function profileFor(choice: ProgramChoice): Profile {
    const name = choice.profile ?? "shell";
    const profile = deps.profileOf(name);
    if (profile) return profile;
    throw new AppError("not-found", `There is no profile "${name}".`, {
      hint: `There are: ${deps.profileNames().join(", ")}.`,
    });
  }

  /** Makes the panes of a layout's window, and the window in which they stand. */
  function buildWindow(spec: WindowSpec): { window: NewWindow; made: MadePane[] } {
    const all: { readonly node: SpecNode; readonly made: MadePane }[] = [];
    const build = (node: SpecNode): LayoutNode => {
      if (node.panes && node.split) return shared(node.split, node.panes, node.panes.map(build));
      const made = createPane({
        profile: node.profile,
        command: node.command,
        name: node.name,
        title: node.title,
        role: node.role,
        cwd: node.cwd === undefined ? undefined : resolve(deps.root, node.cwd),
        env: node.env,
        autoClaim: node.autoClaim,
      });
      all.push({ node, made });
      return leaf(made.pane.id);
    };
    const children = spec.panes.map(build);
    const tree =
      spec.split === undefined
        ? presetTree(spec.layout ?? "tiled", children.flatMap(paneIdsOf))
        : shared(spec.split, spec.panes, children);
    const focus = all.find(({ node }) => node.focus === true || node.zoom === true);
    return {
      window: { name: spec.name, tree, focusedPaneId: focus?.made.pane.id, zoomed: focus?.node.zoom },
      made: all.map(({ made }) => made),
    };
  }

  return { createPane, buildWindow, opened, discard };
}

/** A split with the shares that its panes ask for; those that ask for nothing share the rest. */
function shared(
  direction: "right" | "down",
  specs: readonly SpecNode[],
  children: readonly LayoutNode[],
): LayoutNode {
  const asked = specs.reduce((sum, node) => sum + (node.percent ?? 0), 0);
  const silent = specs.filter((node) => node.percent === undefined).length;
  const rest = silent === 0 ? 0 : Math.max(1, 100 - asked) / silent;
  return makeSplit(
    direction === "right" ? "row" : "column",
    children.map((node, index) => ({ node, size: specs[index]?.percent ?? rest })),
  );
}
