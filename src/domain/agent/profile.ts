import * as z from "zod";
import { AGENT_STATES } from "./state.ts";

/** Which launch and hook adapter starts the agent. `generic` gets neither hooks nor MCP. */
export const PROFILE_KINDS = ["claude", "codex", "kimi", "gemini", "demo", "shell", "generic"] as const;
export type ProfileKind = (typeof PROFILE_KINDS)[number];

/** Name of a profile: also the file name without `.yaml`. */
export const PROFILE_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const MAX_PATTERN_LENGTH = 500;

/** Compiles one pattern of a profile: always multi-line and by code point. Throws SyntaxError. */
export function compilePattern(source: PatternSource): RegExp {
  const { pattern, flags } = typeof source === "string" ? { pattern: source, flags: "" } : source;
  return new RegExp(pattern, [...new Set(`mu${flags}`)].join(""));
}

/** A regular expression as text, or with more flags (`i`, `s`). `m` and `u` are always on. */
export const PatternSchema = z
  .union([
    z.string().min(1).max(MAX_PATTERN_LENGTH),
    z.strictObject({
      pattern: z.string().min(1).max(MAX_PATTERN_LENGTH),
      flags: z.string().regex(/^[ismu]*$/, "flags out of i, s, m, u"),
    }),
  ])
  .superRefine((source, context) => {
    try {
      compilePattern(source);
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      context.addIssue({ code: "custom", message: `not a regular expression: ${reason}` });
    }
  });
export type PatternSource = string | { pattern: string; flags: string };

const StateNameSchema = z.enum(AGENT_STATES);

/**
 * One detection rule. The first rule of the list that holds decides. It holds when every pattern of `all`, one of
 * `any` and none of `none` is found in its region.
 */
export const RuleSchema = z
  .strictObject({
    name: z.string().min(1).max(40),
    state: StateNameSchema,
    blockedOn: z.enum(["permission", "question"]).optional(),
    all: z.array(PatternSchema).max(8).default([]),
    any: z.array(PatternSchema).max(16).default([]),
    none: z.array(PatternSchema).max(8).default([]),
    /** `screen`, or the last N rows that are not empty. */
    region: z.union([z.literal("screen"), z.number().int().min(1).max(200)]).default(25),
    /** Holds only while the composer is on the screen, or only while it is not. */
    box: z.enum(["any", "present", "absent"]).default("any"),
    /** Where the agent's own words are: the first that is found, by its group `message`. */
    message: z.array(PatternSchema).max(8).default([]),
  })
  .superRefine((rule, context) => {
    if (rule.all.length + rule.any.length === 0 && rule.box === "any") {
      context.addIssue({ code: "custom", message: "a rule needs `all`, `any` or `box`" });
    }
    if ((rule.state === "blocked") !== (rule.blockedOn !== undefined)) {
      const message = "`blockedOn` belongs to `state: blocked`, and only there";
      context.addIssue({ code: "custom", path: ["blockedOn"], message });
    }
  });
export type Rule = z.infer<typeof RuleSchema>;

const placeholderShape = {
  /** Texts that stand in an empty composer. */
  placeholders: z.array(PatternSchema).max(8).default([]),
  /** They are drawn dim and a draft is not: where the style is known, it decides. */
  dimPlaceholder: z.boolean().default(false),
};

/** How the composer is found on the screen, and how the human's draft is read out of it. */
export const BoxSchema = z.discriminatedUnion("kind", [
  /** No composer can be told apart (a shell). */
  z.strictObject({ kind: z.literal("none") }),
  /** Between the last two horizontal rules (Claude Code). */
  z.strictObject({
    kind: z.literal("rules"),
    rule: PatternSchema,
    prompt: PatternSchema,
    /** An upper rule under which the draft goes on above: its first row, with the prompt, is not shown. */
    scrolled: PatternSchema.nullable().default(null),
    /** Columns in front of every row of the draft. */
    indent: z.number().int().min(0).max(8).default(2),
    /** Rows with text that may stand below the lower rule. */
    maxBelow: z.number().int().min(0).max(40).default(12),
    ...placeholderShape,
  }),
  /** Inside the last frame (Kimi Code, the demo agent). */
  z.strictObject({
    kind: z.literal("frame"),
    top: PatternSchema,
    bottom: PatternSchema,
    /** The first row inside; what it matches is cut off. */
    prompt: PatternSchema,
    /** Cut off in front of every further row. */
    left: PatternSchema,
    /** Cut off behind every row. */
    right: PatternSchema,
    maxBelow: z.number().int().min(0).max(40).default(12),
    ...placeholderShape,
  }),
  /** From the last row that starts with the prompt to the footer (Codex). */
  z.strictObject({
    kind: z.literal("prompt"),
    prompt: PatternSchema,
    continuation: PatternSchema,
    stop: PatternSchema,
    maxBelow: z.number().int().min(0).max(40).default(12),
    ...placeholderShape,
  }),
]);
export type Box = z.infer<typeof BoxSchema>;

export const DetectSchema = z.strictObject({
  rules: z.array(RuleSchema).max(64).default([]),
  /** Window titles that show a state. The first that is found decides. */
  titles: z
    .array(
      z.strictObject({
        pattern: PatternSchema,
        state: StateNameSchema,
        blockedOn: z.enum(["permission", "question"]).optional(),
      }),
    )
    .max(32)
    .default([]),
  /** One option of a dialog: groups `key` and `label`. */
  option: PatternSchema.nullable().default(null),
  box: BoxSchema.default({ kind: "none" }),
  sources: z
    .strictObject({
      /** The agent reports its state by OSC 7501. */
      status7501: z.boolean().default(false),
      hooks: z.boolean().default(false),
      /** A file of the agent's own that holds its state. */
      stateFile: z.enum(["claude-sessions"]).nullable().default(null),
    })
    .default({ status7501: false, hooks: false, stateFile: null }),
  /** How long a start may take before the pane says that it takes long. */
  readyTimeoutMs: z.number().int().min(100).max(120_000).default(20_000),
});

export const InjectSchema = z.strictObject({
  /** `none`: nothing is ever written into this pane (a shell). */
  manner: z.enum(["composer", "none"]).default("composer"),
  /** Hold while the program has not switched bracketed paste on. */
  bracketedPaste: z.enum(["required", "optional"]).default("required"),
  /** What submits the composer. */
  submit: z.literal("\r").default("\r"),
  /** No human key for this long before anything is written. */
  quietMs: z.number().int().min(0).max(60_000).default(1_500),
  /** No sign of the prompt within this time makes the delivery `unconfirmed`. */
  confirmTimeoutMs: z.number().int().min(200).max(120_000).default(15_000),
  /** The key that puts a draft aside, and whether the agent brings it back by itself after the next submit. */
  stash: z
    .strictObject({ key: z.string().min(1).max(8), restores: z.literal("itself") })
    .nullable()
    .default(null),
  /** What to do with a text that the agent would wrap or fold when it is pasted. */
  long: z
    .strictObject({
      manner: z.enum(["paste", "line-by-line", "lead-in"]),
      /** More lines or more characters than this make a text long. */
      overLines: z.number().int().min(1).default(3),
      overChars: z.number().int().min(1).default(700),
    })
    .default({ manner: "paste", overLines: 3, overChars: 700 }),
  /** While the agent works: its hooks take the mail, or it waits. */
  busy: z.enum(["hook", "hold"]).default("hold"),
  /** The agent's own way to take a prompt, safer than the terminal. */
  native: z
    .strictObject({ kind: z.literal("codex-queue") })
    .nullable()
    .default(null),
});

const TextSchema = z.string().min(1).max(200);
/** An argument: anything but NUL, which no program can be given. */
const ArgumentSchema = z
  .string()
  .max(4_096)
  .refine((text) => !text.includes("\0"), "holds a NUL character");
const CommandSchema = z.array(ArgumentSchema).min(1).max(64);

/** Everything ia-tmux knows about one kind of agent, as data: `profiles/*.yaml`. */
export const ProfileSchema = z.strictObject({
  name: z.string().regex(PROFILE_NAME_PATTERN, "letters, digits, dot, dash, underscore; at most 32"),
  title: TextSchema,
  kind: z.enum(PROFILE_KINDS).default("generic"),
  /** Program and arguments; the adapter of the kind adds hooks, MCP entry and session id. */
  command: CommandSchema,
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), ArgumentSchema).default({}),
  /** One line that says how to install it. */
  install: z.string().max(200).default(""),
  /** Prints the version. */
  version: CommandSchema.nullable().default(null),
  resume: z
    .strictObject({
      /** Who names the session: we at the start, the agent later, or nobody can resume it. */
      how: z.enum(["chosen-id", "reported-id", "none"]),
      /** Arguments behind the program that resume; `{sessionId}` is filled in. */
      args: z.array(ArgumentSchema).max(16).default([]),
    })
    .default({ how: "none", args: [] }),
  detect: DetectSchema.prefault({}),
  inject: InjectSchema.prefault({}),
  /** The agent may call `ia-tmux` and our MCP tools without asking the human: that and nothing more. */
  autoApproveOwnTools: z.boolean().default(false),
  /** The agent takes the next task from the board when its program starts, unless its pane says otherwise. */
  autoClaim: z.boolean().default(false),
});
export type Profile = z.infer<typeof ProfileSchema>;
export type DetectSpec = Profile["detect"];
export type InjectSpec = Profile["inject"];
