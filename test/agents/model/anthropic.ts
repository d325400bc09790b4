import { asJson, asList, asText, callsOf, wordsOf } from "./types.ts";
import type { Json, Piece, Wire } from "./types.ts";

/** Anthropic Messages with server-sent events: Claude Code. */
export const anthropicWire: Wire = {
  agent: "claude",

  piecesOf(body) {
    const pieces: Piece[] = textsOf(body.system).map((text) => ({ role: "system", text }));
    for (const message of asList(body.messages)) {
      const role = asText(message.role);
      if (typeof message.content === "string") {
        pieces.push({ role: roleOf(role), text: message.content });
        continue;
      }
      for (const block of asList(message.content)) pieces.push(...blockPieces(roleOf(role), block));
    }
    return pieces;
  },

  toolsOf(body) {
    return asList(body.tools).map((tool) => asText(tool.name));
  },

  isTitleRequest() {
    return false;
  },

  answer(step, index) {
    const events: (string | undefined)[] = [];
    const send = (data: Json) =>
      events.push(`event: ${asText(data.type)}\ndata: ${JSON.stringify(data)}\n\n`);
    const calls = callsOf(step);
    const text = "text" in step ? step.text : undefined;
    send({
      type: "message_start",
      message: {
        id: `msg_${index}`,
        type: "message",
        role: "assistant",
        model: "scripted-model",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 10, output_tokens: 1 },
      },
    });
    let block = 0;
    if (text !== undefined) {
      send({ type: "content_block_start", index: block, content_block: { type: "text", text: "" } });
      for (const word of wordsOf(text)) {
        send({ type: "content_block_delta", index: block, delta: { type: "text_delta", text: word } });
        events.push(undefined);
      }
      send({ type: "content_block_stop", index: block });
      block += 1;
    }
    for (const call of calls) {
      const id = `toolu_bench_${index}_${block}`;
      send({
        type: "content_block_start",
        index: block,
        content_block: { type: "tool_use", id, name: call.tool, input: {} },
      });
      send({
        type: "content_block_delta",
        index: block,
        delta: { type: "input_json_delta", partial_json: JSON.stringify(call.input) },
      });
      send({ type: "content_block_stop", index: block });
      block += 1;
    }
    const stop = calls.length > 0 ? "tool_use" : "end_turn";
    send({
      type: "message_delta",
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: 10 },
    });
    send({ type: "message_stop" });
    return events;
  },

  errorBody(status) {
    return { type: "error", error: { type: "api_error", message: `scripted error ${status}` } };
  },
};

function roleOf(role: string): "system" | "user" | "assistant" {
  return role === "assistant" ? "assistant" : role === "system" ? "system" : "user";
}

function textsOf(content: unknown): string[] {
  if (typeof content === "string") return [content];
  return asList(content).map((block) => asText(block.text));
}

function blockPieces(role: "system" | "user" | "assistant", block: Json): Piece[] {
  switch (block.type) {
    case "text":
      return [{ role, text: asText(block.text) }];
    case "tool_use":
      return [{ role: "tool-call", tool: asText(block.name), text: JSON.stringify(asJson(block.input)) }];
    case "tool_result":
      return [
        { role: "tool-result", text: textsOf(block.content).join("\n"), isError: block.is_error === true },
      ];
    default:
      return [];
  }
}
