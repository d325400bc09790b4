// The real agents started outside of ia-tmux, with the hooks that `ia-tmux hooks install` puts into a project.
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { processesOf } from "../support/processes.ts";
import { builtProgram } from "../support/program.ts";
import { CLIS } from "./clis.ts";
import { ASKING, seedHome, type SeededHome } from "./homes.ts";
import { edit, shell } from "./manners.ts";
import { allText, holds, occurrences, textsOf } from "./model/reading.ts";
import type { BenchAgent } from "./model/types.ts";
import { type ModelServer, startModelServer } from "./model-server.ts";
import { type BenchTerminal, openTerminal } from "./terminal.ts";
import { PATIENCE_MS } from "./patience.ts";
import { DIALOGS } from "./workspace.ts";

const REVIEW = /Hooks need review/u;
const patient = { timeoutMs: PATIENCE_MS };

interface Manners {
  readonly agent: BenchAgent;
  readonly ready: RegExp;
  /** The file that gets the hooks, and what stood in it before. */
  readonly settings: (seeded: SeededHome) => string;
  readonly before: string | null;
}

const CASES: readonly Manners[] = [
  {
    agent: "claude",
    ready: /^❯[ \u00a0]*$/mu,
    settings: ({ project }) => join(project, ".claude", "settings.json"),
    before: `{
    "env": { "MINE": "1" },
    "hooks": { "Stop": [ { "hooks": [ { "type": "command", "command": "true" } ] } ] }
}
`,
  },
  {
    agent: "codex",
    ready: /^› Ask Codex to do anything/mu,
    settings: ({ project }) => join(project, ".codex", "hooks.json"),
    before: null,
  },
  {
    agent: "kimi",
    ready: /^ │ > +│$/mu,
    settings: ({ home }) => join(home, ".kimi-code", "config.toml"),
    before: null,
  },
];

describe.each(CASES)("$agent outside the panes", { timeout: 3 * PATIENCE_MS }, (manners) => {
  const { agent } = manners;
  let model: ModelServer;
  let seeded: SeededHome;
  let terminal: BenchTerminal;
  let env: Record<string, string>;
  let settings: string;
  let before: string | null;
  const program = builtProgram();

  function cli(args: readonly string[], as = ""): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [program, ...args],
        { cwd: seeded.project, env: { ...env, ...(as === "" ? {} : { IA_TMUX_AGENT: as }) } },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`ia-tmux ${args.join(" ")}: ${stderr}${stdout}`));
        },
      ).stdin?.end();
    });
  }

  beforeAll(async () => {
    model = await startModelServer();
    seeded = seedHome(model.url);
    execFileSync("git", ["init", "-q", seeded.project]);
    writeFileSync(join(seeded.bin, "ia-tmux"), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(join(seeded.bin, "ia-tmux"), 0o755);
    env = {
      ...seeded.env,
      IA_TMUX_STATE_DIR: join(seeded.root, "state"),
      IA_TMUX_RUNTIME_DIR: join(seeded.root, "run"),
      IA_TMUX_LOG: "debug",
    };
    settings = manners.settings(seeded);
    if (manners.before !== null) {
      mkdirSync(dirname(settings), { recursive: true });
      writeFileSync(settings, manners.before);
    }
    before = existsSync(settings) ? readFileSync(settings, "utf8") : null;
    await cli(["server", "start"]);
    await cli(["create-task", "paint the fence"]);
    await cli(["hooks", "install", "--agent", agent]);
    const { file, args } = CLIS[agent];
    terminal = openTerminal({ file, args: [...args, ...ASKING[agent]], env, cwd: seeded.project });
  }, 2 * PATIENCE_MS);

  afterAll(async () => {
    await terminal?.close();
    if (env) await cli(["down", "--yes"]).catch(() => {});
    await eventually("nothing runs", () => processesOf(seeded.root).length === 0);
    await model?.close();
    seeded?.dispose();
  }, PATIENCE_MS);

  /** Nobody's prompt is lost in a dialog: the agent waits for one. */
  async function free(): Promise<void> {
    if (agent !== "kimi") await terminal.waitForState(/^(?:idle|done)$/u, "an idle CLI", PATIENCE_MS);
    await terminal.waitForScreen(manners.ready, "the prompt", PATIENCE_MS);
  }

  async function prompt(text: string, steps: Parameters<ModelServer["script"]>[0]["steps"]): Promise<void> {
    await free();
    model.script({ agent, when: text, steps });
    terminal.submit(text);
  }

  const me = async () => {
    const agents = JSON.parse(await cli(["agents", "--json"])) as { name: string; presence: string }[];
    return agents.find(({ name }) => name.startsWith("agent-"));
  };

  it("asks its user once whether the hooks of the project may run, if it asks at all", async () => {
    if (agent === "codex") {
      await terminal.waitForScreen(REVIEW, "the review of new hooks", PATIENCE_MS);
      await terminal.answerDialog("2\r", REVIEW);
    }
    await free();
  });

  it("tells its model with the session where it is and what is open", async () => {
    await prompt("first words", [{ text: "Hello." }]);
    const request = await model.waitForRequest(holds(agent, "user", "first words"), patient);
    // Kimi Code hears nothing at its session's start: it is told with the first prompt.
    expect(allText(request)).toMatch(
      /You are agent-[0-9a-f]{12} \(\w+\) in a project shared through ia-tmux/u,
    );
    expect(allText(request)).toContain("paint the fence");
    expect(occurrences(request, "in a project shared through ia-tmux")).toBe(1);
    await terminal.waitForScreen(/Hello\./u);
    expect((await me())?.presence).toBe("active");
  });

  it("does not edit what another holds, and its model reads who and why", async () => {
    const file = join(seeded.project, "shared.txt");
    writeFileSync(file, "as it was\n");
    await cli(["lock", "shared.txt", "--reason", "moving it to v2"], "holder");
    await prompt("edit it now", [
      ...edit(agent, seeded.project, "shared.txt", "as it was", "changed"),
      { text: "Refused, I see." },
    ]);
    const told = await model.waitForRequest(holds(agent, "tool-result", "moving it to v2"), patient);
    expect(textsOf(told, "tool-result").at(-1)).toContain("shared.txt is locked by holder until");
    expect(readFileSync(file, "utf8")).toBe("as it was\n");
    await terminal.waitForScreen(/Refused, I see\./u);
  });

  it("gets its mail with the next prompt, once", async () => {
    const name = (await me())?.name as string;
    await cli(["send", "--to", name, "the well is deep"], "holder");
    await prompt("second words", [{ text: "Read." }]);
    await model.waitForRequest(holds(agent, "user", "second words"), patient);
    await terminal.waitForScreen(/Read\./u);
    await prompt("third words", [{ text: "Nothing new." }]);
    const later = await model.waitForRequest(holds(agent, "user", "third words"), patient);
    expect(occurrences(later, "the well is deep")).toBe(1);
    await terminal.waitForScreen(/Nothing new\./u);
  });

  it("does not end its turn before it has read what came meanwhile", async () => {
    const name = (await me())?.name as string;
    await prompt("go to work", [{ text: "I am done.", gate: "mail" }, { text: "Then I go on." }]);
    await model.waitForRequest(holds(agent, "user", "go to work"), patient);
    await cli(["send", "--to", name, "tests are green"], "holder");
    model.openGate("mail");
    const told = await model.waitForRequest(
      (one) => one.agent === agent && allText(one).includes("tests are green"),
      patient,
    );
    expect(allText(told)).toContain("Do not end your turn yet");
    await terminal.waitForScreen(/Then I go on\./u);
  });

  it("leaves the roster when its user ends it, and the settings as they were when the hooks are taken out", async () => {
    await free();
    for (let press = 0; press < 6; press++) terminal.write("\x03");
    await terminal.exited;
    await eventually("it is offline", async () => (await me())?.presence === "offline");
    await cli(["hooks", "remove", "--agent", agent]);
    expect(existsSync(settings) ? readFileSync(settings, "utf8") : null).toBe(before);
  });
});
void [shell, DIALOGS];
