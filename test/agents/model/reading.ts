import type { Piece, RecordedRequest } from "./types.ts";

/** The texts of one role in a request, in order. */
export function textsOf(request: RecordedRequest, role: Piece["role"]): string[] {
  return request.pieces.filter((piece) => piece.role === role).map((piece) => piece.text);
}

/** Everything the model could read in a request as one text. */
export function allText(request: RecordedRequest): string {
  return request.pieces.map((piece) => piece.text).join("\n");
}

/** How often a text stands in what was said to the model: user, system and tool results, not its own words. */
export function occurrences(request: RecordedRequest, needle: string): number {
  return request.pieces
    .filter((piece) => piece.role !== "assistant" && piece.role !== "tool-call")
    .reduce((sum, piece) => sum + piece.text.split(needle).length - 1, 0);
}

/** A predicate: the agent's conversation holds this text in a piece of this role. */
export function holds(agent: RecordedRequest["agent"], role: Piece["role"], needle: string) {
  return (request: RecordedRequest): boolean =>
    request.agent === agent &&
    request.kind === "turn" &&
    textsOf(request, role).some((text) => text.includes(needle));
}
