import { asList, asText, callsOf, wordsOf } from "./types.ts";
import type { Json, Piece, Wire } from "./types.ts";

/** OpenAI Responses with server-sent events: Codex. */
export const responsesWire: Wire = {
  agent: "codex",

  piecesOf(body) {
    const pieces: Piece[] = [];
    if (asText(body.instructions) !== "") pieces.push({ role: "system", text: asText(body.instructions) });
    for (const item of asList(body.input)) pieces.push(...itemPieces(item));
    return pieces;
  },

  // Known models get their tools as an item of the input, unknown ones in the old place.
  toolsOf(body) {
    const added = asList(body.input).flatMap((item) =>
      item.type === "additional_tools" ? asList(item.tools) : [],
    );
    return [...asList(body.tools), ...added].flatMap((tool) =>
      tool.type === "namespace"
        ? asList(tool.tools).map((inner) => `${asText(tool.name)}.${asText(inner.name)}`)
        : [asText(tool.name)],
    );
  },

  // Codex names a thread with a second request that quotes the first prompt; it must not take a step of the script.
  isTitleRequest(_body, headers) {
    return String(headers["x-codex-turn-metadata"] ?? "").includes('"thread_source":"thread_title"');
  },

  answer(step, index) {
    const events: (string | undefined)[] = [];
    const send = (data: Json) =>
      events.push(`event: ${asText(data.type)}\ndata: ${JSON.stringify(data)}\n\n`);
    const id = `resp_${index}`;
    send({ type: "response.created", response: { id } });
    const output: Json[] = [];
    const finish = (item: Json) => {
      send({ type: "response.output_item.done", output_index: output.length, item });
      output.push(item);
    };
    if ("text" in step && step.text !== undefined) {
      const item = { type: "message", role: "assistant", id: `msg_${index}` };
      send({ type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } });
      for (const word of wordsOf(step.text)) {
        send({
          type: "response.output_text.delta",
          item_id: item.id,
          output_index: 0,
          content_index: 0,
          delta: word,
        });
        events.push(undefined);
      }
      finish({ ...item, content: [{ type: "output_text", text: step.text, annotations: [] }] });
    }
    for (const call of callsOf(step)) {
      finish({
        type: "function_call",
        id: `fc_${index}_${output.length}`,
        call_id: `call_bench_${index}_${output.length}`,
        name: call.tool,
        ...(call.namespace === undefined ? {} : { namespace: call.namespace }),
        arguments: JSON.stringify(call.input),
      });
    }
    if ("custom" in step) {
      finish({
        type: "custom_tool_call",
        id: `ctc_${index}`,
        call_id: `call_bench_${index}`,
        name: step.custom,
        input: step.input,
      });
    }
    const usage = {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 10,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 20,
    };
    send({ type: "response.completed", response: { id, output, usage } });
    return events;
  },

  errorBody(status) {
    return { error: { message: `scripted error ${status}`, type: "api_error", code: `scripted_${status}` } };
  },
};

function itemPieces(item: Json): Piece[] {
  switch (item.type) {
    case "message": {
      const role = item.role === "assistant" ? "assistant" : item.role === "user" ? "user" : "system";
      return asList(item.content).map((part) => ({ role, text: asText(part.text) }));
    }
    case "function_call":
    case "custom_tool_call":
      return [
        { role: "tool-call", tool: asText(item.name), text: asText(item.arguments) || asText(item.input) },
      ];
    case "function_call_output":
    case "custom_tool_call_output":
      return [{ role: "tool-result", text: outputText(item.output) }];
    default:
      return [];
  }
}

function outputText(output: unknown): string {
  if (typeof output === "string") return output;
  if (Array.isArray(output))
    return asList(output)
      .map((part) => asText(part.text))
      .join("\n");
  return JSON.stringify(output ?? "");
}
