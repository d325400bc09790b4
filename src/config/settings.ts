import { join } from "node:path";
import { z } from "zod";
import { DEFAULT_PREFIX } from "../domain/keys/bindings.ts";
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
  /** Rows of history for each pane. */
  scrollback: z.number().int().min(0).max(100_000).default(10_000),
  /** Program of a shell pane; null takes $SHELL. */
  shell: z.string().min(1).max(1_024).nullable().default(null),
  mouse: z.boolean().default(true),
  /** Plain characters instead of glyphs. */
  ascii: z.boolean().default(false),
  /** Layout to open; null: trio, or demo while no agent is installed. */
  layout: z.string().min(1).max(128).nullable().default(null),
});
export type Settings = z.infer<typeof SettingsSchema>;

/** What `ia-tmux init --config` writes: every setting with its default, as comments. */
export const DEFAULT_SETTINGS_TEXT = `# Settings of ia-tmux. Every line is optional; these are the defaults.

# prefix: ${DEFAULT_PREFIX}
# keys:                 # behind the prefix; the commands of the ":" prompt; null takes a key away
#   g: "split-window -h lazygit"
#   D: null
# theme: auto           # auto, dark, light, high-contrast, plain
# status: true          # the status line
# scrollback: 10000     # rows of history for each pane
# shell: null           # null: $SHELL
# mouse: true
# ascii: false          # plain characters instead of glyphs
# layout: null          # null: trio, or demo while no agent is installed
`;

/** Reads the settings. A missing or empty file is all defaults. Throws `bad-config`. */
export function loadSettings(userDir: string): Settings {
  const file = readConfigFile(join(userDir, "config.yaml"), "user");
  return file === null
    ? SettingsSchema.parse({})
    : validateSource(SettingsSchema, parseSource(file.path, file.text));
}
