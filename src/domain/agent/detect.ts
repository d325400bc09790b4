import { inertText } from "../text/inert.ts";
import { createDraftReader } from "./box.ts";
import { compilePattern, type DetectSpec, type Rule } from "./profile.ts";
import { bottomText, type ScreenSnapshot, screenText } from "./screen.ts";
import type { AgentStateName } from "./state.ts";

/** One choice of a dialog, as it stands on the screen. */
export interface DialogOption {
  readonly key: string;
  readonly label: string;
}

/** A rule that did not hold, and what was missing: for `ia-tmux agent explain`. */
export interface NearMiss {
  readonly rule: string;
  readonly why: string;
}

/** What the screen alone says. `unknown` when no rule holds. */
export interface Detection {
  readonly state: AgentStateName;
  readonly blockedOn: "permission" | "question" | null;
  readonly rule: string | null;
  /** The agent's words, inert, at most 200 characters. */
  readonly message: string | null;
  readonly nearMisses: readonly NearMiss[];
  /** The human's text in the composer; "" when empty, null when no composer is on the screen. */
  readonly draft: string | null;
  /** The choices of the open dialog; empty unless blocked. */
  readonly options: readonly DialogOption[];
}

/** What a window title says. */
export interface TitleVerdict {
  readonly state: AgentStateName;
  readonly blockedOn: "permission" | "question" | null;
}

export interface Detector {
  detect(screen: ScreenSnapshot): Detection;
  readTitle(title: string): TitleVerdict | null;
}

interface CompiledRule {
  readonly rule: Rule;
  readonly all: readonly RegExp[];
  readonly any: readonly RegExp[];
  readonly none: readonly RegExp[];
  readonly message: readonly RegExp[];
}

type Verdict = { readonly holds: true } | { readonly holds: false; readonly near: string | null };

const MAX_OPTIONS = 12;

/** Prepares the rules of a profile. Looking never writes to the pane. */
export function createDetector(spec: DetectSpec): Detector {
  const rules = spec.rules.map(compileRule);
  const titles = spec.titles.map((title) => ({ ...title, regex: compilePattern(title.pattern) }));
  const option = spec.option === null ? null : compilePattern(spec.option);
  const readDraft = createDraftReader(spec.box);

  function detect(screen: ScreenSnapshot): Detection {
    const draft = readDraft(screen);
    const whole = screenText(screen.lines);
    const regions = new Map<number, string>();
    const regionOf = (rule: Rule): string => {
      if (rule.region === "screen") return whole;
      const known = regions.get(rule.region);
      if (known !== undefined) return known;
      const text = bottomText(screen.lines, rule.region);
      regions.set(rule.region, text);
      return text;
    };
    const nearMisses: NearMiss[] = [];
    for (const compiled of rules) {
      const { rule } = compiled;
      const region = regionOf(rule);
      const verdict = judge(compiled, region, whole, draft !== null);
      if (!verdict.holds) {
        if (verdict.near !== null) nearMisses.push({ rule: rule.name, why: verdict.near });
        continue;
      }
      return {
        state: rule.state,
        blockedOn: rule.blockedOn ?? null,
        rule: rule.name,
        message: findMessage(compiled, region),
        nearMisses,
        // A dialog stands where the composer was: what looks like a draft is one of its choices.
        draft: rule.state === "blocked" || rule.state === "exited" ? null : draft,
        options: rule.state === "blocked" && option !== null ? findOptions(option, region) : [],
      };
    }
    return { state: "unknown", blockedOn: null, rule: null, message: null, nearMisses, draft, options: [] };
  }

  function readTitle(title: string): TitleVerdict | null {
    const found = titles.find((rule) => rule.regex.test(title));
    return found === undefined ? null : { state: found.state, blockedOn: found.blockedOn ?? null };
  }

  return { detect, readTitle };
}

function compileRule(rule: Rule): CompiledRule {
  return {
    rule,
    all: rule.all.map(compilePattern),
    any: rule.any.map(compilePattern),
    none: rule.none.map(compilePattern),
    message: rule.message.map(compilePattern),
  };
}

function judge(compiled: CompiledRule, region: string, whole: string, hasBox: boolean): Verdict {
  const { rule, all, any, none } = compiled;
  const missing = all.filter((pattern) => !pattern.test(region));
  const anyHolds = any.length === 0 || any.some((pattern) => pattern.test(region));
  const veto = none.find((pattern) => pattern.test(region));
  const boxHolds = rule.box === "any" || (rule.box === "present") === hasBox;
  const patternsHold = missing.length === 0 && anyHolds;
  if (patternsHold && veto === undefined && boxHolds) return { holds: true };
  const hasPatterns = all.length + any.length > 0;
  if (patternsHold && veto !== undefined) return { holds: false, near: `but ${veto.source} is there too` };
  if (patternsHold && hasPatterns) {
    return {
      holds: false,
      near: rule.box === "present" ? "but no composer is on the screen" : "but the composer is on the screen",
    };
  }
  const found = all.length - missing.length;
  if (found > 0 && missing[0] !== undefined) {
    return { holds: false, near: `${found} of ${all.length} patterns are there; not ${missing[0].source}` };
  }
  const elsewhere = [...all, ...any].find((pattern) => pattern.test(whole));
  if (elsewhere === undefined) return { holds: false, near: null };
  return {
    holds: false,
    near: `${elsewhere.source} stands further up than the last ${String(rule.region)} rows`,
  };
}

function findMessage(compiled: CompiledRule, region: string): string | null {
  for (const pattern of compiled.message) {
    const words = pattern.exec(region)?.groups?.["message"]?.trim();
    if (words !== undefined && words !== "") return inertText(words, 200);
  }
  return null;
}

function findOptions(option: RegExp, region: string): DialogOption[] {
  const options: DialogOption[] = [];
  for (const line of region.split("\n")) {
    const groups = option.exec(line)?.groups;
    const key = groups?.["key"];
    const label = groups?.["label"];
    if (key === undefined || label === undefined) continue;
    // Numbering that starts again belongs to the dialog; what stood above it was its text.
    if (key === "1") options.length = 0;
    if (options.length < MAX_OPTIONS) options.push({ key, label: inertText(label.trim(), 120) });
  }
  return options;
}
