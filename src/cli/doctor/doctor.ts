import type { CommandContext } from "../command.ts";
import { configPlaces } from "../config-dirs.ts";
import type { Painted } from "../output.ts";
import {
  checkAgents,
  checkConfig,
  checkDirs,
  checkPty,
  checkRuntime,
  checkServer,
  checkTerminal,
} from "./checks.ts";
import { checkHooks } from "./hook-carriers.ts";
import type { Finding } from "./report.ts";

const LOOK = { ok: ["✓", "good"], warn: ["!", "warn"], bad: ["✕", "bad"] } as const;

/** `ia-tmux doctor`: 1 when something is bad, else 0. Leaves nothing running and changes nothing. */
export async function doctor(context: CommandContext): Promise<number> {
  const { world, output } = context;
  const places = configPlaces(world);
  const [pty, agents, server, hooks] = await Promise.all([
    checkPty(),
    checkAgents(world, places),
    checkServer(world),
    checkHooks(world, places.paths.root),
  ]);
  const findings: Finding[] = [
    ...checkRuntime(),
    pty,
    ...agents,
    ...checkConfig(places),
    ...checkDirs(places),
    ...server,
    hooks,
    ...checkTerminal(world),
  ];
  const worst = findings.some((finding) => finding.level === "bad");
  output.show({ ok: !worst, findings }, () =>
    output.table(
      findings.map((finding): Painted[] => {
        const [glyph, tone] = LOOK[finding.level];
        return [{ text: glyph, tone }, finding.area, finding.text, finding.mend ? `→ ${finding.mend}` : ""];
      }),
    ),
  );
  return worst ? 1 : 0;
}
