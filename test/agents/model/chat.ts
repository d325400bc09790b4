import { asJson, asList, asText, callsOf, wordsOf } from "./types.ts";
import type { Json, Piece, Wire } from "./types.ts";

/** OpenAI chat completions with server-sent events: Kimi Code. */
export const chatWire: Wire = {
  agent: "kimi",

  piecesOf(body) {
    const pieces: Piece[] = [];
    for (const message of asList(body.messages)) {
      const texts = typeof message.content === "string" ? [message.content] : partsOf(message.content);
      switch (message.role) {
        case "assistant":
          pieces.push(...texts.map((text): Piece => ({ role: "assistant", text })));
          for (const call of asList(message.tool_calls)) {
            const named = asJson(call.function);
            pieces.push({ role: "tool-call", tool: asText(named.name), text: asText(named.arguments) });
          }
          break;
        case "tool":
          pieces.push({ role: "tool-result", text: texts.join("\n") });
          break;
        default:
          pieces.push(
            ...texts.map((text): Piece => ({ role: message.role === "user" ? "user" : "system", text })),
          );
      }
    }
    return pieces;
  },

  toolsOf(body) {
    return asList(body.tools).map((tool) => asText(asJson(tool.function).name));
  },

  isTitleRequest() {
    return false;
  },

  answer(step, index) {
    const events: (string | undefined)[] = [];
    const send = (delta: Json, finishReason: string | null = null) =>
      events.push(
        `data: ${JSON.stringify({
          id: `chat_${index}`,
          object: "chat.completion.chunk",
          created: 1_700_000_000,
          model: "scripted-model",
          choices: [{ index: 0, delta, finish_reason: finishReason }],
          ...(finishReason === null
            ? {}
            : { usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 } }),
        })}\n\n`,
      );
    send({ role: "assistant", content: "" });
    if ("text" in step && step.text !== undefined) {
      for (const word of wordsOf(step.text)) {
        send({ content: word });
        events.push(undefined);
      }
    }
    const calls = callsOf(step);
    calls.forEach((call, position) => {
      send({
        tool_calls: [
          {
            index: position,
            id: `call_bench_${index}_${position}`,
            type: "function",
            function: { name: call.tool, arguments: JSON.stringify(call.input) },
          },
        ],
      });
    });
    send({}, calls.length > 0 ? "tool_calls" : "stop");
    events.push("data: [DONE]\n\n");
    return events;
  },

  errorBody(status) {
    return { error: { message: `scripted error ${status}`, type: "api_error" } };
  },
};

function partsOf(content: unknown): string[] {
  return asList(content)
    .filter((part) => part.type === "text")
    .map((part) => asText(part.text));
}
