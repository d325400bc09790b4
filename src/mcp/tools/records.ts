// Specs and decisions.
import * as z from "zod";
import { frameText } from "../../domain/text/frame.ts";
import { decisionLine, describeSpec, orNone } from "../describe.ts";
import { defineTool } from "../tool.ts";
import { body, ref } from "./inputs.ts";

export const recordTools = [
  defineTool({
    name: "publish_spec",
    title: "Publish a spec",
    description:
      "Publish an interface or a plan under a name; the same name gets a new version and subscribers are told.",
    input: {
      name: z.string().min(1).max(128),
      content: body,
      base_version: z
        .number()
        .int()
        .min(0)
        .optional()
        .describe("Refuse when there is a later version than this, the one you read."),
    },
    async run({ connection }, { base_version, ...input }) {
      const spec = await (await connection()).call("spec.publish", { ...input, baseVersion: base_version });
      return `Published ${spec.name} version ${spec.version}.`;
    },
  }),
  defineTool({
    name: "get_spec",
    title: "Read a spec",
    description: "The markdown of a published spec.",
    input: { name: z.string().min(1).max(128), version: z.number().int().min(1).optional() },
    readOnly: true,
    async run({ connection }, input) {
      return describeSpec(await (await connection()).call("spec.show", input));
    },
  }),
  defineTool({
    name: "list_specs",
    title: "List specs",
    description: "Published specs with version and author.",
    input: {},
    readOnly: true,
    async run({ connection }) {
      const specs = await (await connection()).call("spec.list", {});
      return orNone(
        specs.map((spec) => `- ${spec.name} v${spec.version} by ${spec.author}`),
        "No specs.",
      );
    },
  }),
  defineTool({
    name: "diff_spec",
    title: "What changed in a spec",
    description: "Unified diff between two versions of a spec; without versions, the latest change.",
    input: {
      name: z.string().min(1).max(128),
      from: z.number().int().min(0).optional(),
      to: z.number().int().min(1).optional(),
    },
    readOnly: true,
    async run({ connection }, input) {
      const { diff } = await (await connection()).call("spec.diff", input);
      return diff === "" ? "No difference." : frameText(diff, "ia-tmux", input.name);
    },
  }),
  defineTool({
    name: "subscribe_spec",
    title: "Follow a spec",
    description: "Be told of new versions of a spec; with off, no more.",
    input: { name: z.string().min(1).max(128), off: z.boolean().optional() },
    async run({ connection }, { name, off }) {
      await (await connection()).call(off ? "spec.unsubscribe" : "spec.subscribe", { name });
      return off
        ? `You will not be told of ${name} any more.`
        : `You will be told of new versions of ${name}.`;
    },
  }),
  defineTool({
    name: "record_decision",
    title: "Record a decision",
    description: "Record what was decided and why, for everybody and for later.",
    input: { text: body, supersedes: ref.optional() },
    async run({ connection }, input) {
      const decision = await (await connection()).call("decision.record", input);
      return `Recorded ${decision.id}.`;
    },
  }),
  defineTool({
    name: "list_decisions",
    title: "List decisions",
    description: "What has been decided; with query only what has those words.",
    input: { query: z.string().max(200).optional() },
    readOnly: true,
    async run({ connection }, { query }) {
      const decisions = await (await connection()).call("decision.list", { query });
      return orNone(decisions.map(decisionLine), "No decisions.");
    },
  }),
];
