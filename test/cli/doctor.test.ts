import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeServer, NOW_MS, run } from "./rig.ts";

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "doctor-")));
  for (const dir of ["bin", "project", "project/node_modules/.bin"])
    mkdirSync(join(home, dir), { recursive: true });
  mkdirSync(join(home, "project", ".git"));
  writeFileSync(join(home, "project", ".git", "HEAD"), "ref: refs/heads/main\n");
  env = {
    HOME: home,
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    PATH: `${join(home, "project/node_modules/.bin")}:${join(home, "bin")}:/usr/bin:/bin`,
  };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Findings {
  readonly ok: boolean;
  readonly findings: readonly { area: string; level: string; text: string; mend?: string }[];
}

async function examine(options: Parameters<typeof run>[1] = {}) {
  const { exitCode, stdout } = await run(["doctor", "--json"], {
    env,
    cwd: join(home, "project"),
    ...options,
  });
  const report = JSON.parse(stdout) as Findings;
  return {
    exitCode,
    report,
    of: (area: string) => report.findings.filter((finding) => finding.area === area),
  };
}

function program(path: string, body: string) {
  writeFileSync(join(home, path), `#!/bin/sh\n${body}\n`);
  chmodSync(join(home, path), 0o755);
}

describe("doctor", () => {
  test("finds an agent with its version, and never the one that a repository brings along", async () => {
    program("project/node_modules/.bin/claude", `touch ${join(home, "owned")}; echo evil`);
    program("bin/claude", "echo 2.1.329");
    const { exitCode, of } = await examine();
    expect(exitCode).toBe(0);
    expect(of("claude")).toMatchObject([{ level: "ok", text: `2.1.329 (${join(home, "bin/claude")})` }]);
  });

  test("says how to install what is missing, which is no fault", async () => {
    const { exitCode, of } = await examine();
    expect(exitCode).toBe(0);
    expect(of("codex")[0]).toMatchObject({ level: "warn", mend: expect.stringMatching(/install/) });
    expect(of("pty")).toMatchObject([{ level: "ok" }]);
    expect(of("server")).toMatchObject([{ level: "ok", text: expect.stringContaining("none runs") }]);
  });

  const CURL = 'exec /usr/bin/curl "$@"';
  const PERL = 'exec /usr/bin/perl "$@"';
  test.each([
    [
      "Node, when there is nothing else",
      [],
      "warn",
      /^neither perl .* Node carries/,
      "Install perl or curl.",
    ],
    [
      "Node, when perl does not run",
      ["", "exit 3"],
      "warn",
      /^Node .*perl does not run \(status 3\)/,
      "Mend that",
    ],
    ["curl, when there is no perl", [CURL], "ok", /^curl carries them$/, "Install perl"],
    [
      "curl, when perl does not run",
      [CURL, "exit 3"],
      "warn",
      /^curl carries them: .*bin\/perl does/,
      "Mend that",
    ],
    ["perl, when it runs", [CURL, PERL], "ok", /^perl carries them$/, undefined],
    [
      "a perl that cannot reach a socket",
      [CURL, "exit 7"],
      "warn",
      /^perl .* no answer \(status 7\)/,
      "Mend ",
    ],
    ["a perl that does nothing", [CURL, "exit 0"], "warn", /^perl .* no answer \(status 0\)/, "Mend "],
  ])("runs what carries the hooks: %s", async (_what, [curl, perl], level, text, mend) => {
    env = { ...env, PATH: join(home, "bin"), PERL5OPT: "-MNoSuchModule" };
    if (curl) program("bin/curl", curl);
    if (perl) program("bin/perl", perl);
    const [finding] = (await examine()).of("hooks");
    expect(finding).toMatchObject({ level, text: expect.stringMatching(text) });
    expect(finding?.mend?.slice(0, mend?.length)).toBe(mend);
  });

  test("a broken file of the user is bad, with its place", async () => {
    const dir = join(home, ".config/ia-tmux/profiles");
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "mine.yaml"), "name: mine\ntitle: Mine\ncomand: [x]\n");
    const { exitCode, of, report } = await examine();
    expect(exitCode).toBe(1);
    expect(report.ok).toBe(false);
    expect(of("config")[0]).toMatchObject({ level: "bad", text: expect.stringContaining("mine.yaml:") });
  });

  test("a state directory that others can enter is bad, with the way to mend it", async () => {
    const stateDir = join(home, "state");
    mkdirSync(stateDir);
    chmodSync(stateDir, 0o755);
    env["IA_TMUX_STATE_DIR"] = stateDir;
    const { exitCode, of } = await examine();
    expect(exitCode).toBe(1);
    expect(of("directory")[0]).toMatchObject({ level: "bad", mend: expect.stringContaining("chmod 700") });
  });

  test("tells of a server with another version and of a store that only reads", async () => {
    const server = await fakeServer({
      "server.info": () => ({
        version: "0.0.9",
        protocol: 1,
        pid: 7,
        hostPid: null,
        startedAtMs: NOW_MS,
        root: "/",
        stateDir: "/",
        sockets: { server: server.socketPath, hook: join(home, "gone"), host: join(home, "gone") },
        panes: 0,
        clients: 0,
        readOnlyReason: "disk full (ENOSPC)",
        storeProblems: ["tasks: 1 damaged line was put aside"],
        watchProblems: ["src/ is not watched: the system's limit of file watches is reached"],
      }),
    });
    const { exitCode, of } = await examine({ server, env, cwd: join(home, "project") });
    await server.close();
    expect(exitCode).toBe(1);
    expect(of("server")).toMatchObject([{ level: "ok" }, { level: "warn", mend: "ia-tmux server restart" }]);
    expect(of("store")).toMatchObject([
      { level: "bad", text: expect.stringContaining("ENOSPC") },
      { level: "warn", text: "tasks: 1 damaged line was put aside" },
    ]);
    expect(of("locks")).toMatchObject([{ level: "warn", text: expect.stringContaining("not watched") }]);
    expect(of("socket").map((finding) => finding.level)).toContain("bad");
  });
});
