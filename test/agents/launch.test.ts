import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { silentLogger } from "../../src/base/log.ts";
import { ProfileSchema } from "../../src/domain/agent/profile.ts";
import type { Profile } from "../../src/domain/agent/profile.ts";
import { createDetector } from "../../src/domain/agent/detect.ts";
import { answerHook } from "../../src/domain/hook/answer.ts";
import { NOTHING } from "../../src/domain/hook/call.ts";
import type { HookCall, HookReply } from "../../src/domain/hook/call.ts";
import { isOwnCall } from "../../src/domain/hook/own-command.ts";
import { isHookKind, readHookCall } from "../../src/domain/hook/read.ts";
import { createHookEndpoint } from "../../src/server/hook-endpoint.ts";
import { prepareLaunch } from "../../src/server/launch/prepare-launch.ts";
import { createOwnCallApproval } from "../../src/server/services/own-call-approval.ts";
import type { PaneRuntime } from "../../src/server/services/pane-runtime.ts";
import { ASKING, CODEX_MODELS, seedHome } from "./homes.ts";
import type { SeededHome } from "./homes.ts";
import { allText, holds, textsOf } from "./model/reading.ts";
import type { BenchAgent, Step } from "./model/types.ts";
import { startModelServer } from "./model-server.ts";
import type { ModelServer } from "./model-server.ts";
import { openTerminal } from "./terminal.ts";
import type { BenchTerminal } from "./terminal.ts";

/** What differs between the agents: how they look, and how their model writes its calls. */
interface Manners {
  readonly agent: BenchAgent;
  readonly codexModel?: string;
  readonly ready: RegExp;
  readonly dialog: RegExp;
  shell(command: string): Step;
  write(project: string, name: string): Step;
  readonly callInbox: readonly Step[];
}

const CLAUDE: Manners = {
  agent: "claude",
  ready: /^❯[ \u00a0]*$/mu,
  dialog: /Do you want to proceed\?/u,
  shell: (command) => ({ tool: "Bash", input: { command, description: "a test" } }),
  write: (project, name) => ({ tool: "Write", input: { file_path: join(project, name), content: "new" } }),
  callInbox: [
    { tool: "ToolSearch", input: { query: "select:mcp__ia-tmux__inbox", max_results: 1 } },
    { tool: "mcp__ia-tmux__inbox", input: {} },
  ],
};

const CODEX: Manners = {
  agent: "codex",
  ready: /^› Ask Codex to do anything/mu,
  dialog: /Press enter to confirm or esc to cancel/u,
  // The sandbox has no network, and so no sockets: a command that needs the server has to ask to leave it.
  shell: (command) => ({
    tool: "exec_command",
    input: { cmd: command, sandbox_permissions: "require_escalated", justification: "a test" },
  }),
  write: (_project, name) => ({
    custom: "apply_patch",
    input: `*** Begin Patch\n*** Add File: ${name}\n+new\n*** End Patch\n`,
  }),
  callInbox: [{ tool: "inbox", namespace: "mcp__ia_tmux", input: {} }],
};

const fromJavaScript = (call: string): Step => ({
  custom: "exec",
  input: `text(JSON.stringify(await ${call}));`,
});

const CODEX_IN_CODE: Manners = {
  ...CODEX,
  codexModel: CODEX_MODELS.code,
  shell: (command) =>
    fromJavaScript(
      `tools.exec_command(${JSON.stringify({ cmd: command, sandbox_permissions: "require_escalated", justification: "a test" })})`,
    ),
  write: (_project, name) =>
    fromJavaScript(
      `tools.apply_patch(${JSON.stringify(`*** Begin Patch\n*** Add File: ${name}\n+new\n*** End Patch\n`)})`,
    ),
  callInbox: [fromJavaScript("tools.mcp__ia_tmux__inbox({})")],
};

const KIMI: Manners = {
  agent: "kimi",
  ready: /^ │ > +│$/mu,
  dialog: /Run this command\?/u,
  shell: (command) => ({ tool: "Bash", input: { command, description: "a test" } }),
  write: (_project, name) => ({ tool: "Write", input: { path: name, content: "new" } }),
  callInbox: [{ tool: "mcp__ia-tmux__inbox", input: {} }],
};

describe.each([
  ["claude", CLAUDE],
  ["codex", CODEX],
  ["codex with a model that calls tools from JavaScript", CODEX_IN_CODE],
  ["kimi", KIMI],
] as const)("an agent as ia-tmux starts it: %s", (_name, manners) => {
  const { agent } = manners;
  let server: ModelServer;
  let seeded: SeededHome;
  let endpoint: Server;
  let terminal: BenchTerminal;
  let sessionId: string | null;
  let mail: string | null = null;
  const calls: HookCall[] = [];

  /** Kimi asks nobody but the human: there the server presses the key, as here. */
  const detector = createDetector(profileOf(agent).detect);
  const ownCalls = createOwnCallApproval({
    clock: { after: startTimer },
    log: silentLogger,
    look: () => detector.detect({ lines: terminal.screen().split("\n"), title: "" }),
    press: (_pane, key) => terminal.write(key),
  });

  /** The rules of this test in place of the server's. */
  function decide(call: HookCall): HookReply {
    const { tool } = call;
    if (tool !== null && isOwnCall(tool) && /^(?:permission-requested|tool-before)$/u.test(call.event)) {
      return { kind: "permission-allow" };
    }
    if (call.event === "tool-before" && tool?.paths.some((one) => one.path.endsWith("/locked.txt"))) {
      return { kind: "deny", reason: "locked.txt is held by kimi for another 41 min" };
    }
    if (call.event === "stopped" && mail !== null) {
      const reason = mail;
      mail = null;
      return { kind: "block-stop", reason };
    }
    if (call.event === "prompt-submitted") return { kind: "add-context", text: "The board has three tasks." };
    return NOTHING;
  }

  beforeAll(async () => {
    server = await startModelServer();
    seeded = seedHome(server.url, manners.codexModel === undefined ? {} : { codexModel: manners.codexModel });
    const hookSocket = join(seeded.root, "hook.sock");
    endpoint = createHookEndpoint(async ({ kind, event, body }) => {
      const call = readHookCall(isHookKind(kind) ? kind : "claude", event, body);
      calls.push(call);
      ownCalls.heard({ id: "%7" } as PaneRuntime, call);
      return answerHook(call, decide(call));
    }, silentLogger);
    await new Promise<void>((resolve) => endpoint.listen(hookSocket, resolve));
    start(null);
  });

  function start(resumeSessionId: string | null): void {
    const launch = prepareLaunch({
      profile: profileOf(agent),
      command: null,
      paneId: "pane-7",
      agentName: "tester",
      token: "0123456789abcdef0123456789abcdef",
      resumeSessionId,
      projectRoot: seeded.project,
      paneDir: join(seeded.root, "pane"),
      hookSocket: join(seeded.root, "hook.sock"),
      lockSnapshot: join(seeded.root, "locks.snapshot"),
      binDir: join(seeded.root, "own-bin"),
      node: process.execPath,
      mainScript: fileURLToPath(new URL("stand-in.mjs", import.meta.url)),
      userEnv: seeded.env,
    });
    if ("message" in launch) throw new Error(launch.message);
    sessionId = launch.sessionId;
    terminal = openTerminal({ ...launch, cwd: seeded.project });
  }

  afterAll(async () => {
    await terminal?.close();
    endpoint?.close();
    await server?.close();
    seeded?.dispose();
  });

  async function free(): Promise<void> {
    if (agent !== "kimi") await terminal.waitForState(/^(?:idle|done)$/u, "an idle CLI");
    await terminal.waitForScreen(manners.ready, "the prompt");
  }

  async function prompt(text: string, steps: readonly Step[]): Promise<void> {
    await free();
    server.script({ agent, when: text, steps });
    terminal.submit(text);
  }

  it("starts without a dialog: its hooks are trusted and no file of the user's has changed", async () => {
    await free();
    expect(terminal.screen()).not.toMatch(/Hooks need review/u);
    for (const file of [".codex/config.toml", ".kimi-code/config.toml"]) {
      expect(readFileSync(join(seeded.home, file), "utf8")).not.toMatch(/ia-tmux|hook/u);
    }
  });

  it("tells us its session and its prompt, and its model reads what we add", async () => {
    await prompt("first words", [{ text: "Hello." }]);
    const request = await server.waitForRequest(holds(agent, "user", "first words"));
    expect(allText(request)).toContain("The board has three tasks.");
    await terminal.waitForScreen(/Hello\./u);
    const submitted = calls.find((call) => call.event === "prompt-submitted");
    expect(submitted?.prompt).toContain("first words");
    expect(submitted?.cwd).toBe(seeded.project);
    expect(submitted?.sessionId).toBeTruthy();
    if (sessionId !== null) expect(submitted?.sessionId).toBe(sessionId);
  });

  it("runs ia-tmux without asking", async () => {
    const command = "ia-tmux task update task-a3f2 --status completed --note 'all done; see a/b & c'";
    await prompt("report it", [manners.shell(command), { text: "Reported." }]);
    const told = await server.waitForRequest(holds(agent, "tool-result", "reached the server"));
    expect(textsOf(told, "tool-result").join("\n")).toContain("of tester reached the server");
    await terminal.waitForScreen(/Reported\./u);
    if (agent !== "kimi") expect(terminal.states).not.toContain("blocked:permission");
  });

  it("calls our MCP tools without asking, and they know who calls", async () => {
    await prompt("look into it", [...manners.callInbox, { text: "Looked." }]);
    await server.waitForRequest(holds(agent, "tool-result", "The inbox of tester in pane-7, with a token."));
    await terminal.waitForScreen(/Looked\./u);
    if (agent !== "kimi") expect(terminal.states).not.toContain("blocked:permission");
  });

  it("does not write what another holds, and its model reads who and for how long", async () => {
    writeFileSync(join(seeded.project, "other.txt"), "old");
    await prompt("write it", [manners.write(seeded.project, "locked.txt"), { text: "Understood." }]);
    await server.waitForRequest(holds(agent, "tool-result", "held by kimi for another 41 min"));
    expect(existsSync(join(seeded.project, "locked.txt"))).toBe(false);
    await terminal.waitForScreen(/Understood\./u);
  });

  it("takes mail at the end of a turn", async () => {
    await prompt("work", [{ text: "I am done.", gate: "mail" }, { text: "Then I go on." }]);
    await server.waitForRequest(holds(agent, "user", "work"));
    mail = "[ia-tmux] one message from codex: “tests are green”";
    server.openGate("mail");
    await server.waitForRequest(holds(agent, "user", "tests are green"));
    await terminal.waitForScreen(/Then I go on\./u);
  });

  it("still asks about anything else, also behind a call of ours", async () => {
    await prompt("sneak", [manners.shell("ia-tmux inbox; touch sneaked.txt"), { text: "It is there." }]);
    await terminal.waitForScreen(manners.dialog, "the permission dialog");
    expect(existsSync(join(seeded.project, "sneaked.txt"))).toBe(false);
    await terminal.answerDialog("\r", manners.dialog);
    await terminal.waitForScreen(/It is there\./u);
    expect(existsSync(join(seeded.project, "sneaked.txt"))).toBe(true);
  });

  it("goes on with its session when it is started again", async () => {
    await free();
    const known = calls.findLast((call) => call.sessionId !== null)?.sessionId ?? null;
    await terminal.close();
    start(known);
    const since = server.requests.length;
    await prompt("second life", [{ text: "Here again." }]);
    const request = await server.waitForRequest(holds(agent, "user", "second life"), { since });
    expect(allText(request)).toContain("first words");
    await terminal.waitForScreen(/Here again\./u);
  });
});

function startTimer(delayMs: number, job: () => void): () => void {
  const timer = setTimeout(job, delayMs);
  return () => clearTimeout(timer);
}

/** The profile as it is delivered, with the arguments that make the agent ask before it acts. */
function profileOf(agent: BenchAgent): Profile {
  const file = fileURLToPath(new URL(`../../profiles/${agent}.yaml`, import.meta.url));
  const profile = ProfileSchema.parse(parse(readFileSync(file, "utf8")));
  return { ...profile, command: [...profile.command, ...ASKING[agent]] };
}
