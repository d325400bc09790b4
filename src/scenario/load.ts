import { parseSource } from "../config/source.ts";
import { validateSource } from "../config/validate.ts";
import { ScenarioSchema, type Scenario } from "./schema.ts";

/** Parses a scenario file. @throws AppError bad-config, every problem with file, line and column */
export function parseScenario(text: string, file: string): Scenario {
  return validateSource(ScenarioSchema, parseSource(file, text));
}
