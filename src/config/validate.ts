import type * as z from "zod";
import { RARE_CHECK } from "../base/check-mode.ts";
import { inertText } from "../domain/text/inert.ts";
import { type ConfigProblem, configError } from "./problem.ts";
import type { Path, Source } from "./source.ts";
import { didYouMean } from "./suggest.ts";

/** Further checks of a value that its schema cannot make: which path is wrong and why. */
export type ExtraCheck<T> = (value: T) => readonly { path: Path; message: string; fix?: string }[];

/** The value as its schema has it, or `bad-config` with every problem at its place. An empty file is `{}`. */
export function validateSource<S extends z.ZodType>(
  schema: S,
  source: Source,
  check?: ExtraCheck<z.output<S>>,
): z.output<S> {
  const result = schema.safeParse(source.value ?? {}, RARE_CHECK);
  if (!result.success) {
    const problems = result.error.issues.flatMap((issue) => problemsOf(issue, schema, source, []));
    throw configError(source.file, source.text, problems);
  }
  const found = check?.(result.data) ?? [];
  if (found.length > 0) {
    const problems = found.map(({ path, message, fix }) => at(source, path, "value", message, fix ?? null));
    throw configError(source.file, source.text, problems);
  }
  return result.data;
}

function problemsOf(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  source: Source,
  parent: Path,
): ConfigProblem[] {
  const path = [...parent, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => {
        const near = didYouMean(key, known);
        const fix = near === null ? `known here: ${known.join(", ")}` : `did you mean "${near}"?`;
        return at(source, [...path, key], "key", `unknown key "${inertText(key, 60)}"`, fix, path);
      });
    }
    case "invalid_union": {
      // The branch that came furthest is the one that was meant.
      const branches = [...issue.errors].sort(
        (left, right) => furthest(right) - furthest(left) || left.length - right.length,
      );
      const branch = branches[0] ?? [];
      if (branch.length > 0) return branch.flatMap((inner) => problemsOf(inner, schema, source, path));
      const names = "discriminator" in issue ? ` ${String(issue.discriminator)}` : "";
      return [at(source, path, "value", `not one of the known forms${names}`, null)];
    }
    case "invalid_type": {
      const value = valueAt(source.value, path);
      if (value === undefined)
        return [
          at(
            source,
            path,
            "value",
            `"${keyPath(path)}" is missing`,
            `it has to be ${typeName(issue.expected)}`,
          ),
        ];
      const message = `expected ${typeName(issue.expected)}, got ${describe(value)}`;
      return [at(source, path, "value", message, null)];
    }
    case "invalid_value": {
      const values = issue.values.map(String);
      const near = didYouMean(String(valueAt(source.value, path)), values);
      const message = `expected one of ${values.join(", ")}, got ${describe(valueAt(source.value, path))}`;
      return [at(source, path, "value", message, near === null ? null : `did you mean "${near}"?`)];
    }
    case "too_big":
    case "too_small": {
      const limit = issue.code === "too_big" ? `at most ${issue.maximum}` : `at least ${issue.minimum}`;
      const unit =
        issue.origin === "string"
          ? " characters"
          : issue.origin === "array"
            ? path.at(-1) === "panes"
              ? " panes"
              : " entries"
            : "";
      return [
        at(source, path, "value", `${limit}${unit}, got ${describe(valueAt(source.value, path))}`, null),
      ];
    }
    default:
      return [at(source, path, "value", issue.message, null)];
  }
}

function at(
  source: Source,
  path: Path,
  what: "key" | "value",
  message: string,
  fix: string | null,
  shown: Path = path,
): ConfigProblem {
  const place = keyPath(shown);
  const named = place === "" || message.includes(`"${place}"`) ? message : `${place}: ${message}`;
  return { ...source.position(path, what), message: named, fix };
}

function keyPath(path: Path): string {
  let text = "";
  for (const key of path)
    text += typeof key === "number" ? `[${key}]` : `${text === "" ? "" : "."}${String(key)}`;
  return inertText(text, 120);
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function typeName(expected: string): string {
  if (expected === "array") return "a list";
  if (expected === "object" || expected === "record") return "a mapping (key: value)";
  if (expected === "string") return "text";
  if (expected === "boolean") return "true or false";
  if (expected === "int") return "a whole number";
  return `a ${expected}`;
}

function describe(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string")
    return value.length > 60 ? `text of ${value.length} characters` : `"${inertText(value, 60)}"`;
  return String(value);
}

function furthest(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(
    0,
    ...issues.map((issue) => issue.path.length + (issue.code === "unrecognized_keys" ? 1 : 0)),
  );
}

interface SchemaInsides {
  readonly shape?: Record<string, z.ZodType>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly getter?: () => z.ZodType;
}

/** Keys that the schema knows at a path: for suggestions. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  const inside = schema.def as unknown as SchemaInsides;
  if (inside.innerType !== undefined) return keysAt(inside.innerType, path);
  if (inside.getter !== undefined) return keysAt(inside.getter(), path);
  if (inside.options !== undefined)
    return [...new Set(inside.options.flatMap((option) => keysAt(option, path)))];
  const [key, ...rest] = path;
  if (inside.shape !== undefined) {
    if (key === undefined) return Object.keys(inside.shape);
    const next = Object.hasOwn(inside.shape, String(key)) ? inside.shape[String(key)] : undefined;
    return next === undefined ? [] : keysAt(next, rest);
  }
  const next = inside.element ?? inside.valueType;
  return next === undefined || key === undefined ? [] : keysAt(next, rest);
}
