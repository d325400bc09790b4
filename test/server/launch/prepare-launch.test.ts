import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Profile } from "../../../src/domain/agent/profile.ts";
import { HOOK_EVENTS } from "../../../src/domain/hook/events.ts";
import type { Launch, LaunchRequest } from "../../../src/server/launch/contract.ts";
import { prepareLaunch } from "../../../src/server/launch/prepare-launch.ts";
import { profileOf, requestIn, scratch } from "./request.ts";

let place: ReturnType<typeof scratch>;
beforeEach(() => {
  place = scratch();
});
afterEach(() => place.dispose());

function install(name: string, dir = "userbin"): string {
  mkdirSync(join(place.root, dir), { recursive: true });
  const path = join(place.root, dir, name);
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
  return path;
}

function launched(profile: Profile, more: Partial<LaunchRequest> = {}): Launch {
  const launch = prepareLaunch(requestIn(place.root, profile, more));
  if ("message" in launch) throw new Error(launch.message);
  return launch;
}

describe("a pane's environment", () => {
  it("is the user's, with who the pane is, how to reach the server, and ia-tmux first on PATH", () => {
    install("sh-like");
    const { env } = launched(profileOf("shell", ["sh-like"]));
    expect(env).toMatchObject({
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
      IA_TMUX_PANE: "pane-1",
      IA_TMUX_AGENT: "kim",
      IA_TMUX_TOKEN: "0123456789abcdef0123456789abcdef",
      IA_TMUX_SOCKET: join(place.root, "hook.sock"),
    });
    expect(env.PATH?.split(":")[0]).toBe(join(place.root, "bin"));
  });

  it("says nothing of the terminal, multiplexer or agent that ia-tmux was started from", () => {
    install("sh-like");
    const userEnv = {
      ...requestIn(place.root, profileOf("shell")).userEnv,
      TMUX: "/tmp/x,1,0",
      TERM_PROGRAM: "iTerm.app",
      KITTY_WINDOW_ID: "1",
      CLAUDECODE: "1",
      CLAUDE_CODE_USE_BEDROCK: "1",
      IA_TMUX_TOKEN: "of-another-pane",
      IA_TMUX_DEMO: "1",
      npm_config_user_agent: "npm",
      NOTHING: undefined,
    };
    const { env } = launched(profileOf("shell", ["sh-like"]), { userEnv, agentName: null });
    for (const name of ["TMUX", "TERM_PROGRAM", "KITTY_WINDOW_ID", "CLAUDECODE", "IA_TMUX_DEMO", "NOTHING"]) {
      expect(env).not.toHaveProperty(name);
    }
    expect(env).not.toHaveProperty("npm_config_user_agent");
    expect(env).not.toHaveProperty("IA_TMUX_AGENT");
    expect(env.IA_TMUX_TOKEN).toBe("0123456789abcdef0123456789abcdef");
    expect(env.CLAUDE_CODE_USE_BEDROCK).toBe("1");
  });

  it("holds an ia-tmux that starts this very program", () => {
    install("sh-like");
    writeFileSync(join(place.root, "main.js"), "console.log(JSON.stringify(process.argv.slice(2)))");
    const { env } = launched(profileOf("shell", ["sh-like"]));
    const ran = spawnSync("ia-tmux", ["send", 'it\'s "quoted" $HOME'], { env: { ...env }, encoding: "utf8" });
    expect(JSON.parse(ran.stdout)).toEqual(["send", 'it\'s "quoted" $HOME']);
  });
});

describe("a program", () => {
  it("that is missing is refused with how to get it", () => {
    const refusal = prepareLaunch(requestIn(place.root, profileOf("codex")));
    expect(refusal).toEqual({
      message: "codex was not found on PATH. Install it: get codex. Press r to try again.",
    });
  });

  it("is never taken from the project or from a relative directory", () => {
    install("claude", join("project", "node_modules", ".bin"));
    const own = install("claude");
    symlinkSync(join(place.root, "project", "node_modules", ".bin"), join(place.root, "link"));
    const path = [
      join(place.root, "project", "node_modules", ".bin"),
      join(place.root, "link"),
      ".",
      join(place.root, "userbin"),
    ];
    const userEnv = { HOME: join(place.root, "home"), PATH: path.join(":") };
    expect(launched(profileOf("claude"), { userEnv }).file).toBe(own);
  });

  it("given for this pane runs as it is, without the agent's additions", () => {
    const file = install("tool");
    expect(launched(profileOf("claude"), { command: ["tool", "--resume", "x"] })).toMatchObject({
      file,
      args: ["--resume", "x"],
      sessionId: null,
    });
  });
});

describe("Claude Code", () => {
  beforeEach(() => void install("claude"));

  it("gets settings, MCP and a session id of our choosing by flags", () => {
    const { args, sessionId } = launched(profileOf("claude", ["claude", "--model", "x"]));
    expect(args.slice(0, 4)).toEqual(["--model", "x", "--session-id", sessionId]);
    expect(sessionId).toMatch(/^[0-9a-f]{8}-/u);
    const settings = JSON.parse(readFileSync(join(place.root, "pane", "claude-settings.json"), "utf8"));
    expect(Object.keys(settings.hooks)).toEqual(Object.keys(HOOK_EVENTS.claude));
    expect(args.join(" ")).not.toContain("0123456789abcdef");
    expect(args).not.toContain("--strict-mcp-config");
  });

  it("goes on with a session that has begun, and begins one of which no prompt is known", () => {
    const again = () => launched(profileOf("claude"), { resumeSessionId: "abc" });
    expect(again().args.slice(0, 2)).toEqual(["--session-id", "abc"]);
    const conversations = join(place.root, "home", ".claude", "projects", "-some-project");
    mkdirSync(conversations, { recursive: true });
    expect(again().args.slice(0, 2)).toEqual(["--session-id", "abc"]);
    writeFileSync(join(conversations, "abc.jsonl"), "{}\n");
    expect(again().args.slice(0, 2)).toEqual(["--resume", "abc"]);
    expect(again().sessionId).toBe("abc");
  });

  it("keeps the session that the user's own arguments name", () => {
    const { args, sessionId } = launched(profileOf("claude", ["claude", "--continue"]));
    expect(args).not.toContain("--session-id");
    expect(sessionId).toBeNull();
  });
});

describe("Codex", () => {
  beforeEach(() => void install("codex"));

  it("gets hooks, their trust and MCP as configuration of this run only", () => {
    const { args } = launched(profileOf("codex"));
    expect(args[0]).toBe("--no-daemon");
    expect(args).not.toContain("--dangerously-bypass-hook-trust");
    for (const event of Object.keys(HOOK_EVENTS.codex)) {
      expect(args.some((arg) => arg.startsWith(`hooks.${event}=`))).toBe(true);
    }
    expect(args.join(" ")).not.toContain("0123456789abcdef");
  });

  it("goes on with a session when there is one", () => {
    const { args, sessionId } = launched(profileOf("codex", ["codex", "-m", "x"]), {
      resumeSessionId: "abc",
    });
    expect(args.slice(0, 5)).toEqual(["-m", "x", "resume", "abc", "--no-daemon"]);
    expect(sessionId).toBe("abc");
  });
});

describe("Kimi Code", () => {
  const real = () => join(place.root, "home", ".kimi-code");
  const home = () => join(place.root, "pane", "kimi-home");
  beforeEach(() => {
    install("kimi");
    mkdirSync(join(real(), "credentials"), { recursive: true });
    writeFileSync(join(real(), "credentials", "login.json"), "secret");
    writeFileSync(join(real(), "config.toml"), 'default_model = "x"');
    writeFileSync(join(real(), "mcp.json"), '{"mcpServers":{"mine":{"command":"m"}},"other":1}');
    writeFileSync(join(real(), "tui.toml"), "theme = 1");
  });

  it("gets a home that is the user's by links, with our entries in two files of its own", () => {
    const before = readFileSync(join(real(), "config.toml"), "utf8");
    const { env } = launched(profileOf("kimi"));
    expect(env.KIMI_CODE_HOME).toBe(home());
    expect(readFileSync(join(home(), "credentials", "login.json"), "utf8")).toBe("secret");
    expect(readlinkSync(join(home(), "tui.toml"))).toBe(join(real(), "tui.toml"));
    expect(readFileSync(join(real(), "config.toml"), "utf8")).toBe(before);
    const mcp = JSON.parse(readFileSync(join(home(), "mcp.json"), "utf8"));
    expect(Object.keys(mcp.mcpServers)).toEqual(["mine", "ia-tmux"]);
    expect(mcp.other).toBe(1);
    expect(statSync(join(home(), "config.toml")).mode & 0o777).toBe(0o600);
  });

  it("keeps what Kimi replaced by a file of its own", () => {
    launched(profileOf("kimi"));
    const own = join(home(), "tui.toml");
    spawnSync("rm", [own]);
    writeFileSync(own, "theme = 2");
    launched(profileOf("kimi"));
    expect(readFileSync(join(real(), "tui.toml"), "utf8")).toBe("theme = 2");
    expect(readlinkSync(own)).toBe(join(real(), "tui.toml"));
  });

  it("works for a user who never started it before", () => {
    spawnSync("rm", ["-r", real()]);
    launched(profileOf("kimi"), { resumeSessionId: "session_1" });
    expect(existsSync(join(home(), "sessions"))).toBe(true);
    expect(JSON.parse(readFileSync(join(home(), "mcp.json"), "utf8")).mcpServers).toHaveProperty("ia-tmux");
  });

  it("takes the home that the user chose", () => {
    const other = join(place.root, "other");
    mkdirSync(other);
    writeFileSync(join(other, "tui.toml"), "mine");
    const userEnv = { ...requestIn(place.root, profileOf("kimi")).userEnv, KIMI_CODE_HOME: other };
    launched(profileOf("kimi"), { userEnv });
    expect(readlinkSync(join(home(), "tui.toml"))).toBe(join(other, "tui.toml"));
  });
});
