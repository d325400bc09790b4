// Specs and decisions.
import { z } from "zod";
import { orNone } from "../describe.ts";
import { defineTool } from "../tool.ts";
import { body, ref } from "./inputs.ts";

export const recordTools = [
  defineTool({
    name: "publish_spec",
    title: "Publish a spec",
    description:
      "Publish an interface or a plan under a name; the same name gets a new version and subscribers are told.",
    input: { name: z.string().min(1).max(128), content: body },
    async run({ connection }, input) {
      const spec = await (await connection()).call("spec.publish", input);
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
      return (await (await connection()).call("spec.show", input)).content;
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
      return orNone(
        decisions.map(
          (each) =>
            `- ${each.id} by ${each.by}: ${each.text}${each.supersededBy ? ` (replaced by ${each.supersededBy})` : ""}`,
        ),
        "No decisions.",
      );
    },
  }),
];
