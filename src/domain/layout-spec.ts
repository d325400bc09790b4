import * as z from "zod";
import { PRESETS } from "./layout/words.ts";
import { AGENT_NAME_PATTERN } from "./record.ts";
import { ROLES } from "./session/session.ts";

/** Panes that one layout may open, over all its windows. */
export const MAX_LAYOUT_PANES = 64;
/** Splits inside splits. */
export const MAX_LAYOUT_DEPTH = 16;
const MAX_ARGUMENT_LENGTH = 4_096;

const ArgumentSchema = z
  .string()
  .max(MAX_ARGUMENT_LENGTH)
  .refine((text) => !text.includes("\0"), "holds a NUL character");
const percent = z.number().min(1).max(99).optional();

/** A pane, or a split that holds panes: then it has `split` and `panes` and nothing that runs. */
export interface LayoutNode {
  profile?: string | undefined;
  command?: string[] | undefined;
  name?: string | undefined;
  title?: string | undefined;
  role?: (typeof ROLES)[number] | undefined;
  cwd?: string | undefined;
  env?: Record<string, string> | undefined;
  autoClaim?: boolean | undefined;
  focus?: boolean | undefined;
  zoom?: boolean | undefined;
  percent?: number | undefined;
  split?: "right" | "down" | undefined;
  panes?: LayoutNode[] | undefined;
}

const nodeShape = {
  /** Starts a profile: claude, codex, kimi, gemini, shell, demo or one of your own. */
  profile: z.string().min(1).max(32).optional(),
  /** Starts a program: a list of the program and its arguments. */
  command: z.array(ArgumentSchema).min(1).max(64).optional(),
  /** The agent's name; the profile's name when it is left out. */
  name: z.string().regex(AGENT_NAME_PATTERN, "letters, digits, dot, dash, underscore; at most 32").optional(),
  /** Stands in the pane's border in place of what the program calls itself. */
  title: z.string().min(1).max(64).optional(),
  role: z.enum(ROLES).optional(),
  /** Directory, relative to the project; in a layout of your own it may be anywhere. */
  cwd: z.string().min(1).max(1_024).optional(),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "not a name of a variable"), ArgumentSchema)
    .optional(),
  /** The agent takes the next task from the board when its program starts; left out: as its profile says. */
  autoClaim: z.boolean().optional(),
  /** It has the focus when its window opens; else the first pane has. */
  focus: z.boolean().optional(),
  /** It has the focus and fills its window. */
  zoom: z.boolean().optional(),
  /** Share of the split's width or height. */
  percent,
  /** Panes side by side (`right`) or one above the other (`down`). */
  split: z.enum(["right", "down"]).optional(),
};

export const LayoutNodeSchema: z.ZodType<LayoutNode> = z.lazy(() =>
  z
    .strictObject({ ...nodeShape, panes: z.array(LayoutNodeSchema).min(1).max(MAX_LAYOUT_PANES).optional() })
    .superRefine(checkNode),
);

const WindowSchema = z
  .strictObject({
    name: z.string().min(1).max(64).default("main"),
    /** It is the one that is shown; else the first window is. */
    focus: z.boolean().optional(),
    /** How the panes share the window. Left out: `tiled`, or as `split` says. */
    layout: z.enum(PRESETS).optional(),
    split: z.enum(["right", "down"]).optional(),
    panes: z.array(LayoutNodeSchema).min(1).max(MAX_LAYOUT_PANES),
  })
  .superRefine((window, context) => {
    checkShares(window.panes, context);
    const focused = leavesOf(window.panes).filter((pane) => pane.focus === true || pane.zoom === true);
    if (focused.length > 1) {
      const message = `one pane of a window has the focus or fills it, not ${focused.length}`;
      context.addIssue({ code: "custom", path: ["panes"], message });
    }
    if (window.layout !== undefined && window.split !== undefined) {
      context.addIssue({ code: "custom", path: ["split"], message: "either `layout` or `split`, not both" });
    }
    if (window.split === undefined && window.panes.some((pane) => pane.split !== undefined)) {
      const message = "a window with splits inside says itself how it is split: `split: right` or `down`";
      context.addIssue({ code: "custom", path: ["panes"], message });
    }
  });

/** What `ia-tmux` opens: `layouts/*.yaml`. */
export const LayoutSchema = z
  .strictObject({
    name: z.string().regex(AGENT_NAME_PATTERN, "letters, digits, dot, dash, underscore; at most 32"),
    title: z.string().max(200).default(""),
    windows: z.array(WindowSchema).min(1).max(MAX_LAYOUT_PANES),
  })
  .superRefine((layout, context) => {
    for (const [index, window] of layout.windows.entries()) {
      if (depthOf(window.panes) <= MAX_LAYOUT_DEPTH) continue;
      const message = `deeper than ${MAX_LAYOUT_DEPTH} levels of splits`;
      context.addIssue({ code: "custom", path: ["windows", index], message });
    }
    const focused = layout.windows.filter((window) => window.focus === true).length;
    if (focused > 1) {
      const message = `one window is shown, not ${focused}`;
      context.addIssue({ code: "custom", path: ["windows"], message });
    }
    const panes = layoutPanes(layout).length;
    if (panes > MAX_LAYOUT_PANES) {
      context.addIssue({
        code: "custom",
        path: ["windows"],
        message: `at most ${MAX_LAYOUT_PANES} panes, not ${panes}`,
      });
    }
  });
export type LayoutSpec = z.infer<typeof LayoutSchema>;
export type WindowSpec = LayoutSpec["windows"][number];

/** Every pane of a layout in order, with the keys that lead to it. */
export function layoutPanes(layout: LayoutSpec): { pane: LayoutNode; path: (string | number)[] }[] {
  const found: { pane: LayoutNode; path: (string | number)[] }[] = [];
  const visit = (nodes: readonly LayoutNode[], path: (string | number)[]): void => {
    for (const [index, node] of nodes.entries()) {
      if (node.panes === undefined) found.push({ pane: node, path: [...path, index] });
      else visit(node.panes, [...path, index, "panes"]);
    }
  };
  for (const [index, window] of layout.windows.entries()) visit(window.panes, ["windows", index, "panes"]);
  return found;
}

/** The commands of a layout's own, as a human would type them: what a trust question shows. */
export function layoutCommands(layout: LayoutSpec): string[] {
  return layoutPanes(layout).flatMap(({ pane }) => {
    const variables = Object.entries(pane.env ?? {}).map(([name, value]) => `${name}=${quote(value)}`);
    if (pane.command !== undefined) return [[...variables, ...pane.command.map(quote)].join(" ")];
    return variables.length === 0 ? [] : [[...variables, pane.profile ?? "shell"].join(" ")];
  });
}

/** The layout's shape with what runs taken out: commands become empty panes, variables are dropped. */
export function geometryOnly(layout: LayoutSpec): LayoutSpec {
  const strip = (node: LayoutNode): LayoutNode => {
    const { command: _command, env: _env, panes, ...rest } = node;
    return panes === undefined ? rest : { ...rest, panes: panes.map(strip) };
  };
  return {
    ...layout,
    windows: layout.windows.map((window) => ({ ...window, panes: window.panes.map(strip) })),
  };
}

/** Splits on the longest way down; the window itself is one. */
function depthOf(nodes: readonly LayoutNode[]): number {
  return 1 + Math.max(0, ...nodes.map((node) => (node.panes === undefined ? 0 : depthOf(node.panes))));
}

const OF_A_PANE = [
  "profile",
  "command",
  "name",
  "title",
  "role",
  "cwd",
  "env",
  "autoClaim",
  "focus",
  "zoom",
] as const;

function leavesOf(nodes: readonly LayoutNode[]): LayoutNode[] {
  return nodes.flatMap((node) => (node.panes === undefined ? [node] : leavesOf(node.panes)));
}

function checkNode(node: LayoutNode, context: z.RefinementCtx): void {
  const issue = (key: string, message: string) => context.addIssue({ code: "custom", path: [key], message });
  if ((node.split === undefined) !== (node.panes === undefined))
    issue("split", "`split` and `panes` belong together");
  if (node.panes !== undefined) {
    for (const key of OF_A_PANE) {
      if (node[key] !== undefined) issue(key, "a split holds panes and runs nothing itself");
    }
    checkShares(node.panes, context);
  }
  if (node.profile !== undefined && node.command !== undefined)
    issue("command", "either `profile` or `command`, not both");
  if (node.autoClaim === true && node.command !== undefined)
    issue("autoClaim", "a command claims no task: name a `profile`");
}

function checkShares(panes: readonly LayoutNode[], context: z.RefinementCtx): void {
  const sum = panes.reduce((total, pane) => total + (pane.percent ?? 0), 0);
  if (sum > 100)
    context.addIssue({ code: "custom", path: ["panes"], message: `shares add up to ${sum} %, at most 100` });
}

function quote(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./{}-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
