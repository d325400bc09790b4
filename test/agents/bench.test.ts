import { appendFileSync, chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ASKING, CODEX_MODELS, KEYS, seedHome } from "./homes.ts";
import type { SeededHome } from "./homes.ts";
import { holds, occurrences, textsOf } from "./model/reading.ts";
import type { BenchAgent, Step } from "./model/types.ts";
import { startModelServer } from "./model-server.ts";
import type { ModelServer } from "./model-server.ts";
import { openTerminal } from "./terminal.ts";
import type { BenchTerminal } from "./terminal.ts";

/** What differs between the three in this suite. */
interface Manners {
  readonly ready: RegExp;
  readonly dialog: RegExp;
  /** A call that writes `name` into the project. */
  writeFile(project: string, name: string): Step;
  /** A call that the CLI asks about. */
  ask(command: string): Step;
  hookFlags(denyScript: string, stopScript: string): readonly string[];
  readonly denied: string;
}

const MANNERS: Record<BenchAgent, Manners> = {
  claude: {
    ready: /^❯[ \u00a0]*$/mu,
    dialog: /Do you want to proceed\?/u,
    writeFile: (project, name) => ({
      tool: "Write",
      input: { file_path: join(project, name), content: "new" },
    }),
    ask: (command) => ({ tool: "Bash", input: { command, description: "a test" } }),
    hookFlags: (deny, stop) => [
      "--settings",
      JSON.stringify({
        hooks: {
          PreToolUse: [{ matcher: "Write", hooks: [{ type: "command", command: deny }] }],
          Stop: [{ hooks: [{ type: "command", command: stop }] }],
        },
      }),
    ],
    denied: "PreToolUse:Write hook error",
  },
  codex: {
    ready: /^› Ask Codex to do anything/mu,
    dialog: /Press enter to confirm or esc to cancel/u,
    writeFile: (_project, name) => ({
      custom: "apply_patch",
      input: `*** Begin Patch\n*** Add File: ${name}\n+new\n*** End Patch\n`,
    }),
    ask: (command) => ({
      tool: "exec_command",
      input: { cmd: command, sandbox_permissions: "require_escalated", justification: "a test" },
    }),
    hookFlags: (deny, stop) => [
      "-c",
      `hooks.PreToolUse=[{matcher="apply_patch",hooks=[{type="command",command=${JSON.stringify(deny)}}]}]`,
      "-c",
      `hooks.Stop=[{hooks=[{type="command",command=${JSON.stringify(stop)}}]}]`,
      "--dangerously-bypass-hook-trust",
    ],
    denied: "blocked by PreToolUse hook",
  },
  kimi: {
    ready: /^ │ > +│$/mu,
    dialog: /Run this command\?/u,
    writeFile: (_project, name) => ({ tool: "Write", input: { path: name, content: "new" } }),
    ask: (command) => ({ tool: "Bash", input: { command, description: "a test" } }),
    hookFlags: () => [],
    denied: "Tool execution failed",
  },
};

/** 40 lines with what tends to break on the way. */
const BODY = Array.from(
  { length: 40 },
  (_, line) => `line ${line}: "double" 'single' \`tick\` $HOME \\n 你好 🎉 – é`,
).join("\n");

describe.each(["claude", "codex", "kimi"] as const)("the bench itself: %s", (agent) => {
  const manners = MANNERS[agent];
  let server: ModelServer;
  let seeded: SeededHome;
  let terminal: BenchTerminal;

  beforeAll(async () => {
    server = await startModelServer();
    seeded = seedHome(server.url);
    const { deny, stop } = writeHooks(seeded.root);
    if (agent === "kimi") {
      appendFileSync(
        join(seeded.home, ".kimi-code", "config.toml"),
        `\n[[hooks]]\nevent = "PreToolUse"\nmatcher = "Write"\ncommand = "${deny}"\n\n[[hooks]]\nevent = "Stop"\ncommand = "${stop}"\n`,
      );
    }
    terminal = openTerminal({
      file: join(seeded.bin, agent),
      args: [...ASKING[agent], ...manners.hookFlags(deny, stop)],
      env: seeded.env,
      cwd: seeded.project,
    });
  });

  afterAll(async () => {
    await terminal?.close();
    await server?.close();
    seeded?.dispose();
  });

  /** Free for the next prompt: the prompt stands on the screen and, where the CLI says so itself, it is idle. */
  async function free(): Promise<void> {
    if (agent !== "kimi") await terminal.waitForState(/^(?:idle|done)$/u, "an idle CLI");
    await terminal.waitForScreen(manners.ready, "the prompt");
  }

  async function prompt(text: string, steps: readonly Step[]): Promise<void> {
    await free();
    server.script({ when: text, steps });
    terminal.submit(text);
  }

  it("reaches its prompt with no dialog and no request to anyone but the model server", async () => {
    await free();
    expect(server.requests.filter((request) => request.kind === "turn")).toEqual([]);
  });

  it("takes a bracketed paste with Enter in one write, and the model gets the text byte-exact and once", async () => {
    await prompt(BODY, [{ text: "Read it all." }]);
    const request = await server.waitForRequest(holds(agent, "user", "line 39:"));
    expect(occurrences(request, BODY)).toBe(1);
    expect(request.key).toBe(KEYS[agent]);
    await terminal.waitForScreen(/Read it all\./u);
  });

  it("denies a write by hook: the file is not there and the model reads why", async () => {
    await prompt("write it", [manners.writeFile(seeded.project, "locked.txt"), { text: "Understood." }]);
    const told = await server.waitForRequest(holds(agent, "tool-result", "held by kimi for 41 min"));
    expect(textsOf(told, "tool-result").join("\n")).toContain(manners.denied);
    expect(existsSync(join(seeded.project, "locked.txt"))).toBe(false);
    await terminal.waitForScreen(/Understood\./u);
  });

  it("goes on after a stop hook says why it should", async () => {
    await prompt("work", [{ text: "I am done.", gate: "stop" }, { text: "Then I go on." }]);
    await server.waitForRequest(holds(agent, "user", "work"));
    writeFileSync(join(seeded.root, "stop-once"), "");
    server.openGate("stop");
    const told = await server.waitForRequest(holds(agent, "user", "one message waits for you"));
    expect(occurrences(told, "one message waits for you")).toBe(1);
    await terminal.waitForScreen(/Then I go on\./u);
  });

  it("asks before a command and runs it only after the answer", async () => {
    await prompt("touch it", [manners.ask("touch asked.txt"), { text: "It is there." }]);
    await terminal.waitForScreen(manners.dialog, "the permission dialog");
    expect(existsSync(join(seeded.project, "asked.txt"))).toBe(false);
    if (agent !== "kimi") await terminal.waitForState("blocked:permission");
    await terminal.answerDialog("\r", manners.dialog);
    await terminal.waitForScreen(/It is there\./u);
    expect(existsSync(join(seeded.project, "asked.txt"))).toBe(true);
  });

  it("works behind a gate for as long as the test wants", async () => {
    await prompt("hold on", [{ text: "Through the gate.", gate: "go" }]);
    await server.waitForRequest(holds(agent, "user", "hold on"));
    if (agent !== "kimi") await terminal.waitForState("working");
    expect(terminal.screen()).not.toContain("Through the gate.");
    server.openGate("go");
    await terminal.waitForScreen(/Through the gate\./u);
    await free();
  });
});

describe("the bench itself: codex with a model that calls tools from JavaScript", () => {
  it("runs the same hook for a patch", async () => {
    const server = await startModelServer();
    const seeded = seedHome(server.url, { codexModel: CODEX_MODELS.code });
    const { deny, stop } = writeHooks(seeded.root);
    const terminal = openTerminal({
      file: join(seeded.bin, "codex"),
      args: [...ASKING.codex, ...MANNERS.codex.hookFlags(deny, stop)],
      env: seeded.env,
      cwd: seeded.project,
    });
    try {
      await terminal.waitForState("idle");
      const patch = "*** Begin Patch\\n*** Add File: locked.txt\\n+new\\n*** End Patch\\n";
      const script = `const said = await tools.apply_patch("${patch}"); text(said);`;
      server.script({
        when: "patch it",
        steps: [{ custom: "exec", input: script }, { text: "Understood." }],
      });
      terminal.submit("patch it");
      await server.waitForRequest(holds("codex", "tool-result", "held by kimi for 41 min"));
      expect(existsSync(join(seeded.project, "locked.txt"))).toBe(false);
    } finally {
      await terminal.close();
      await server.close();
      seeded.dispose();
    }
  });
});

/** A hook that denies, and one that stops the stop once while the file `stop-once` exists. */
function writeHooks(root: string): { deny: string; stop: string } {
  const deny = join(root, "deny.sh");
  const stop = join(root, "stop.sh");
  writeFileSync(deny, `#!/bin/sh\ncat >/dev/null\necho 'held by kimi for 41 min' >&2\nexit 2\n`);
  writeFileSync(
    stop,
    `#!/bin/sh\ncat >/dev/null\nif rm '${root}/stop-once' 2>/dev/null; then echo 'one message waits for you' >&2; exit 2; fi\n`,
  );
  for (const path of [deny, stop]) {
    chmodSync(path, 0o755);
  }
  return { deny, stop };
}
