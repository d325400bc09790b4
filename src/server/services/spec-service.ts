import { AppError } from "../../base/errors.ts";
import { OPERATOR } from "../../domain/record.ts";
import { type Actor, actorName, sameName } from "../../domain/session/actor.ts";
import { quoted } from "../../domain/session/rules.ts";
import { unifiedDiff } from "../../domain/spec/diff.ts";
import { MAX_SPEC_BYTES, SPEC_NAME_PATTERN, type Spec, type Subscription } from "../../domain/spec/spec.ts";
import { filterText } from "../../domain/text/filter.ts";
import { utf8Length } from "../../domain/text/utf8.ts";
import type { SpecView } from "../../protocol/results.ts";
import type { Collection } from "../../store/contract.ts";
import { newStamp, type RecordDeps } from "./stamp.ts";

const MAX_NAMES = 2_000;
const MAX_VERSIONS = 1_000;

export interface SpecService {
  /** A new version, told to subscribers and earlier authors. The same text again makes none. `baseVersion`: refuse if there is a later one. */
  publish(
    actor: Actor,
    input: { name: string; content: string; baseVersion?: number | undefined },
  ): Promise<SpecView>;
  show(name: string, version?: number): SpecView;
  /** The latest version of each, by name. */
  list(): readonly SpecView[];
  /** All versions, oldest first. */
  history(name: string): readonly SpecView[];
  /** Unified diff; default from the version before the latest to the latest. */
  diff(name: string, versions?: { from?: number | undefined; to?: number | undefined }): string;
  subscribe(actor: Actor, name: string): Promise<void>;
  unsubscribe(actor: Actor, name: string): Promise<void>;
}

export interface SpecServiceDeps extends RecordDeps {
  readonly specs: Collection<Spec>;
  readonly subscriptions: Collection<Subscription>;
}

/** Owns the specs: texts with a name that agents agree on, every version kept. */
export function createSpecService(deps: SpecServiceDeps): SpecService {
  const { specs, subscriptions } = deps;

  function versionsOf(name: string): readonly Spec[] {
    return specs.find((spec) => sameName(spec.name, name)).sort((a, b) => a.version - b.version);
  }

  function mustFind(name: string): { versions: readonly Spec[]; latest: Spec } {
    const versions = versionsOf(name);
    const latest = versions.at(-1);
    if (latest === undefined)
      throw new AppError("not-found", `no spec ${quoted(name)}`, { hint: "See: ia-tmux spec list" });
    return { versions, latest };
  }

  function view(spec: Spec, versions: number): SpecView {
    return {
      name: spec.name,
      version: spec.version,
      author: spec.createdBy,
      atMs: spec.createdAtMs,
      content: spec.content,
      versions,
    };
  }

  function pick(name: string, version: number | undefined): { spec: Spec; versions: readonly Spec[] } {
    const { versions, latest } = mustFind(name);
    if (version === undefined) return { spec: latest, versions };
    const spec = versions.find((one) => one.version === version);
    if (spec === undefined) {
      throw new AppError("not-found", `spec ${quoted(name)} has no version ${version}`, {
        hint: `It has 1 to ${latest.version}.`,
      });
    }
    return { spec, versions };
  }

  function subscription(actor: Actor, name: string): Subscription | undefined {
    return subscriptions.find((one) => sameName(one.agent, actorName(actor)) && sameName(one.name, name))[0];
  }

  async function publish(
    actor: Actor,
    input: { name: string; content: string; baseVersion?: number | undefined },
  ): Promise<SpecView> {
    if (!SPEC_NAME_PATTERN.test(input.name) || input.name.length > 100) {
      throw new AppError("usage", `Invalid spec name ${quoted(input.name)}`, {
        hint: "Letters, digits, dot, dash, underscore, and / between parts; such as api/login.",
      });
    }
    const content = filterText(input.content);
    if (content.trim() === "") throw new AppError("usage", "The spec is empty");
    const bytes = utf8Length(content);
    if (bytes > MAX_SPEC_BYTES)
      throw new AppError("too-large", `The spec is ${bytes} bytes; limit ${MAX_SPEC_BYTES}`);
    const known = versionsOf(input.name);
    const latest = known.at(-1);
    if (input.baseVersion !== undefined && (latest?.version ?? 0) !== input.baseVersion) {
      throw new AppError(
        "conflict",
        `Spec ${input.name} is at version ${latest?.version ?? 0}, not ${input.baseVersion}`,
        {
          hint: `See what changed: ia-tmux spec diff ${input.name} ${input.baseVersion}`,
        },
      );
    }
    if (latest !== undefined && latest.content === content) return view(latest, known.length);
    if (latest === undefined && specs.find((spec) => spec.version === 1).length >= MAX_NAMES)
      throw new AppError("busy", `There are ${MAX_NAMES} specs already`);
    if (known.length >= MAX_VERSIONS)
      throw new AppError("busy", `Spec ${input.name} has ${MAX_VERSIONS} versions already`);
    const spec: Spec = {
      ...newStamp(deps, "spec", actor),
      name: latest?.name ?? input.name,
      version: (latest?.version ?? 0) + 1,
      content,
    };
    await specs.insert(spec);
    const interested = [
      ...subscriptions.find((one) => sameName(one.name, spec.name)).map((one) => one.agent),
      ...known.map((one) => one.createdBy).filter((name) => name !== OPERATOR),
    ].filter((name) => !sameName(name, spec.createdBy));
    deps.announce({
      kind: "spec.published",
      by: spec.createdBy,
      spec,
      subscribers: [...new Set(interested)],
    });
    return view(spec, spec.version);
  }

  return {
    publish,
    show(name, version) {
      const { spec, versions } = pick(name, version);
      return view(spec, versions.length);
    },
    list() {
      const latest = new Map<string, Spec>();
      for (const spec of specs.all()) {
        const key = spec.name.toLowerCase();
        if ((latest.get(key)?.version ?? 0) < spec.version) latest.set(key, spec);
      }
      return [...latest.values()]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((spec) => view(spec, spec.version));
    },
    history(name) {
      const { versions } = mustFind(name);
      return versions.map((spec) => view(spec, versions.length));
    },
    diff(name, { from, to } = {}) {
      const after = pick(name, to).spec;
      const beforeVersion = from ?? after.version - 1;
      const before = beforeVersion === 0 ? { version: 0, content: "" } : pick(name, beforeVersion).spec;
      const label = (version: number) => `${after.name} version ${version}`;
      return unifiedDiff(before.content, after.content, {
        before: label(before.version),
        after: label(after.version),
      });
    },
    async subscribe(actor, name) {
      const { latest } = mustFind(name);
      if (subscription(actor, name) !== undefined) return;
      await subscriptions.insert({
        ...newStamp(deps, "sub", actor),
        agent: actorName(actor),
        name: latest.name,
      });
    },
    async unsubscribe(actor, name) {
      const known = subscription(actor, name);
      if (known !== undefined) await subscriptions.remove(known.id);
    },
  };
}
