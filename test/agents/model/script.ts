import type { BenchAgent, Piece, RecordedRequest, Step } from "./types.ts";

/**
 * Answers to the prompts that contain `when`. Step i answers the i-th model request after the last such prompt, counted
 * from the history in the request: the same request gets the same answer, however often it is sent again.
 */
export interface Script {
  readonly agent?: BenchAgent;
  readonly when: string;
  readonly steps: readonly ScriptedStep[];
}

/** An answer, or one that takes something from what the model was told, such as the id of a task. */
export type ScriptedStep = Step | ((request: RecordedRequest) => Step);

/** A prompt can carry its own script: `do it @@[{"tool":"Bash","input":{…}},{"text":"done"}]@@`. */
const EMBEDDED = /@@(\[[\s\S]*?\])@@/u;

/** The step for a request: the script of the latest prompt that has one, or a short acknowledgement. */
export function stepFor(request: RecordedRequest, scripts: readonly Script[]): Step {
  for (let at = request.pieces.length - 1; at >= 0; at -= 1) {
    const piece = request.pieces[at];
    if (piece === undefined || piece.role !== "user") continue;
    const steps = stepsOf(piece, request.agent, scripts);
    if (steps === undefined) continue;
    const step = steps[answersAfter(request.pieces, at)] ?? { text: "(the script is over)" };
    return typeof step === "function" ? step(request) : step;
  }
  return { text: "(no script for this prompt)" };
}

function stepsOf(
  piece: Piece,
  agent: BenchAgent,
  scripts: readonly Script[],
): readonly ScriptedStep[] | undefined {
  const registered = scripts.findLast(
    (script) => (script.agent ?? agent) === agent && piece.text.includes(script.when),
  );
  if (registered !== undefined) return registered.steps;
  const embedded = EMBEDDED.exec(piece.text)?.[1];
  return embedded === undefined ? undefined : (JSON.parse(embedded) as Step[]);
}

/** How many answers of the model follow a place in the history: runs of assistant text and tool calls. */
function answersAfter(pieces: readonly Piece[], at: number): number {
  let answers = 0;
  let inAnswer = false;
  for (const piece of pieces.slice(at + 1)) {
    const assistant = piece.role === "assistant" || piece.role === "tool-call";
    if (assistant && !inAnswer) answers += 1;
    inAnswer = assistant;
  }
  return answers;
}

/** Writes steps into a prompt. */
export function embed(prompt: string, steps: readonly Step[]): string {
  return `${prompt} @@${JSON.stringify(steps)}@@`;
}
