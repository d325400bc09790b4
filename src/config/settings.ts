import { join } from "node:path";
import { stringify } from "yaml";
import * as z from "zod";
import { RARE_CHECK } from "../base/check-mode.ts";
import { customBindings, DEFAULT_PREFIX } from "../domain/keys/bindings.ts";
import { parseKey } from "../domain/keys/key.ts";
import { readConfigFile } from "./read-file.ts";
import { parseSource } from "./source.ts";
import { validateSource } from "./validate.ts";

/** The user's own settings: `$XDG_CONFIG_HOME/ia-tmux/config.yaml`. Everything has a default. */
export const SettingsSchema = z.strictObject({
  prefix: z.string().min(1).max(16).default(DEFAULT_PREFIX),
  /** Key behind the prefix → command line, as at the `:` prompt; null takes the default key away. */
  keys: z.record(z.string().min(1).max(24), z.string().min(1).max(400).nullable()).default({}),
  theme: z.enum(["auto", "dark", "light", "high-contrast", "plain"]).default("auto"),
  status: z.boolean().default(true),
  /** What stands at the ends of the status line, with places such as #W and %H:%M; null: the project, the time. */
  statusLeft: z.string().max(200).nullable().default(null),
  statusRight: z.string().max(200).nullable().default(null),
  /** Rows of history that each pane keeps at hand; the bound of its raw log on disk follows. More costs speed and memory. */
  scrollback: z.number().int().min(0).max(100_000).default(2_000),
  /** Days after which what a pane printed goes from the disk, whatever its size; null: only its size counts. */
  scrollbackDays: z.number().int().min(1).max(3_650).nullable().default(30),
  /** Program of a shell pane; null takes $SHELL. */
  shell: z.string().min(1).max(1_024).nullable().default(null),
  mouse: z.boolean().default(true),
  /** Whose keys copy mode has; auto: those of $VISUAL or $EDITOR, vi's when neither says. */
  modeKeys: z.enum(["auto", "vi", "emacs"]).default("auto"),
  /** Whether writes of locked files that went round the locks are looked for and reported. */
  watchLocks: z.boolean().default(true),
  /** Days after which what is over is put away into the archive, by itself; null: only when `archive run` is called. */
  archiveAfterDays: z.number().int().min(1).max(3_650).nullable().default(30),
  /** A window that nobody named is called after what runs in it. */
  autoRename: z.boolean().default(true),
  /** What becomes of a pane whose program ended. Auto: a shell goes, unless it failed by itself; a command stays. */
  remainOnExit: z.enum(["auto", "always", "never"]).default("auto"),
  /** Plain characters instead of glyphs. */
  ascii: z.boolean().default(false),
  /** Layout to open; null: trio, or demo while no agent is installed. */
  layout: z.string().min(1).max(128).nullable().default(null),
});
export type Settings = z.infer<typeof SettingsSchema>;

/** What `ia-tmux config init` writes: every setting with its default, as comments. */
export const DEFAULT_SETTINGS_TEXT = `# Settings of ia-tmux. Every line is optional; these are the defaults.
# A running workspace takes changes at once; \`ia-tmux config check\` finds mistakes.

# prefix: ${DEFAULT_PREFIX}
# keys:                 # behind the prefix; the commands of the ":" prompt; null takes a key away
#   g: "split-window -h lazygit"
#   D: null
# theme: auto           # auto, dark, light, high-contrast, plain
# status: true          # the status line
# statusLeft: null      # its left end; null: "#S". #S project, #W #I window, #P #D #T pane, #A agent, #{agent_state}
# statusRight: null     # its right end; null: "%H:%M". Also %d %m %y %Y %a %b %F
# scrollback: 2000      # rows of history that each new pane keeps at hand; on disk it has 32 KB for each
# scrollbackDays: 30    # older output goes from the disk; null: only what there is no room for
# shell: null           # program of new shell panes; null: $SHELL
# mouse: true
# modeKeys: auto        # copy mode's keys: auto (by $VISUAL or $EDITOR), vi, emacs
# watchLocks: true      # report writes of locked files that no hook could refuse
# archiveAfterDays: 30  # what has been over for so long goes to the archive; null: only by \`archive run\`
# autoRename: true      # a window that nobody named is called after what runs in it
# remainOnExit: auto    # an ended pane stays: always, never; auto: commands and what failed stay, shells go
# ascii: false          # plain characters instead of glyphs
# layout: null          # null: trio, or demo while no agent is installed
`;

/** Where the settings stand in the user's configuration directory. */
export function settingsPath(userDir: string): string {
  return join(userDir, "config.yaml");
}

/** Reads the settings. A missing or empty file is all defaults. Throws `bad-config`. */
export function loadSettings(userDir: string): Settings {
  const file = readConfigFile(settingsPath(userDir), "user");
  return file === null ? SettingsSchema.parse({}, RARE_CHECK) : parseSettings(file);
}

/** Throws `bad-config` with every problem at its place: keys that are none, commands that do not parse. */
export function parseSettings(file: { readonly path: string; readonly text: string }): Settings {
  return validateSource(SettingsSchema, parseSource(file.path, file.text), (settings) => {
    const problems: { path: PropertyKey[]; message: string; fix?: string }[] = [];
    if (!parseKey(settings.prefix)) {
      problems.push({
        path: ["prefix"],
        message: `"${settings.prefix}" is not a key`,
        fix: "such as C-a, M-x or F12",
      });
    }
    for (const { key, message } of customBindings(settings.keys).problems) {
      problems.push({ path: ["keys", key], message });
    }
    return problems;
  });
}

/** As they would stand in the file. */
export function settingsText(settings: Settings): string {
  return stringify(settings);
}
