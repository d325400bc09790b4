import * as z from "zod";
import { ProfileSchema } from "../domain/agent/profile.ts";
import { LayoutSchema } from "../domain/layout-spec.ts";
import { SettingsSchema } from "./settings.ts";

export const SCHEMA_NAMES = ["profile", "layout", "config"] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

/** The JSON Schema of one kind of file, for editors: what a human writes, defaults left out. */
export function jsonSchemaOf(name: SchemaName): Record<string, unknown> {
  const schema = { profile: ProfileSchema, layout: LayoutSchema, config: SettingsSchema }[name];
  return { title: `ia-tmux ${name}`, ...z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" }) };
}
