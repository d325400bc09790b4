// Inputs that go wrong, under the numbers of the list of bad inputs (4A), as far as they concern the command line alone.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { makeLock, makeMessage } from "./records.ts";
import { CLAUDE, fakeServer, makeWorld, run, type FakeServer, type Script } from "./rig.ts";
import { runCli } from "../../src/cli/main.ts";

let server: FakeServer | undefined;
const serve = async (script: Script, options: Parameters<typeof fakeServer>[1] = {}) =>
  (server = await fakeServer(script, options));
afterEach(async () => {
  await server?.close();
  server = undefined;
});

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), "bad-arguments-"))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const sends: Script = { "message.send": (params) => makeMessage({ to: params.to, body: params.body }) };

describe("bad arguments", () => {
  test("1: an unknown command names the one that was meant", async () => {
    const { exitCode, stderr, stdout } = await run(["sned"]);
    expect(exitCode).toBe(64);
    expect(stdout).toBe("");
    expect(stderr).toContain('unknown command "sned"');
    expect(stderr).toContain('did you mean "send"');
  });

  test("1: an unknown verb names the one that was meant", async () => {
    const { exitCode, stderr } = await run(["task", "craete", "x"]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('did you mean "create"');
  });

  test("2: send without --to says so, with the usage line", async () => {
    const { exitCode, stderr } = await run(["send", "hello"]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain("--to");
    expect(stderr).toContain("Usage: ia-tmux send --to <name> [options] [words...]");
  });

  test.each([
    ["task update", "Usage: ia-tmux task update [options] <task>"],
    ["answer ask-1", "Usage: ia-tmux answer [options] <question> <words...>"],
    ["lock --foo", "Usage: ia-tmux lock [options] [command] [path] [reason...]"],
    ["task frob", "`ia-tmux task --help` lists the commands."],
  ])("2: %s is answered with how it is called", async (line, hint) => {
    const { exitCode, stderr } = await run(line.split(" "));
    expect(exitCode).toBe(64);
    expect(stderr).toContain(`hint: ${hint}`);
  });

  test("3: an unknown agent is the server's word: status 1 and the hint with the known ones", async () => {
    await serve({
      "message.send": () => {
        throw new AppError("not-found", 'no agent "nobody"', { hint: "Known: claude, kimi." });
      },
    });
    const { exitCode, stderr } = await run(["send", "--to", "nobody", "--message", "x"], { server });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no agent "nobody"');
    expect(stderr).toContain("Known: claude, kimi.");
  });

  test.each([[""], ["   "], ["\n\t"]])("4: the message %j is empty and is not sent", async (message) => {
    await serve(sends);
    const { exitCode, stderr } = await run(["send", "--to", "kimi", "--message", message], { server });
    expect(exitCode).toBe(64);
    expect(stderr).toContain("message is empty");
    expect(server?.calls).toEqual([]);
  });

  test("5: a body over the limit is refused with both sizes and the way out", async () => {
    await serve(sends);
    const { exitCode, stderr } = await run(["send", "--to", "kimi", "-"], {
      server,
      stdin: "x".repeat(65_537),
    });
    expect(exitCode).toBe(65);
    expect(stderr).toContain("65537 bytes");
    expect(stderr).toContain("limit 65536");
    expect(stderr).toContain("--file");
    expect(server?.calls).toEqual([]);
  });

  test("5: a body of exactly the limit is sent whole", async () => {
    await serve(sends);
    const body = "é".repeat(32_768);
    expect((await run(["send", "--to", "kimi", "-"], { server, stdin: body })).exitCode).toBe(0);
    expect(server?.calls[0]?.params).toMatchObject({ body });
  });

  test("6: binary on stdin is refused at the byte where it stops being text", async () => {
    const stdin = new Uint8Array([104, 105, 0xff, 0xfe]);
    const { exitCode, stderr } = await run(["send", "--to", "kimi", "-"], { stdin });
    expect(exitCode).toBe(65);
    expect(stderr).toContain("not valid UTF-8 at byte 2");
  });

  test("7: an empty stdin is an empty message", async () => {
    const { exitCode, stderr } = await run(["send", "--to", "kimi"], { stdin: "" });
    expect(exitCode).toBe(64);
    expect(stderr).toContain("message is empty");
  });

  test("8: an escape sequence in a name is shown, not obeyed", async () => {
    const { exitCode, stderr } = await run(["send", "--to", "bob\x1b[2J", "hi"]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain("bob\\x1b[2J");
    expect(stderr).not.toContain("\x1b");
  });

  test("8: the same in the name of a command, an option and its value", async () => {
    for (const argv of [["\x1b[2J"], ["inbox", "--\x1b[2J"], ["lock", "a", "--ttl", "\x1b[2J\u202e"]]) {
      const { exitCode, stderr } = await run(argv);
      expect(exitCode).toBe(64);
      expect(stderr).toContain("\\x1b");
      expect(stderr).not.toMatch(/[\x1b\u202e]/);
    }
  });

  test("9: an agent cannot speak as the operator", async () => {
    await serve(sends, { identity: CLAUDE });
    const { exitCode, stderr } = await run(["send", "--to", "kimi", "--from", "operator", "hi"], { server });
    expect(exitCode).toBe(77);
    expect(stderr).toContain("only the attached UI");
    expect(server?.calls).toEqual([]);
  });

  test("9: but it can write to the operator", async () => {
    await serve(sends, { identity: CLAUDE });
    expect((await run(["send", "--to", "operator", "hi"], { server })).exitCode).toBe(0);
  });

  test("11: an empty path is no file of the project", async () => {
    const { exitCode, stderr } = await run(["lock", ""]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain("not a file inside the project");
  });

  test.each([["-5"], ["0"], ["1e9"], ["abc"], ["5y"], ["25h"], ["999ms"]])(
    "12: --ttl %s is out of range",
    async (ttl) => {
      const { exitCode, stderr } = await run(["lock", "src/a.ts", `--ttl=${ttl}`]);
      expect(exitCode).toBe(64);
      expect(stderr).toContain("--ttl");
      expect(stderr).toContain("1s..24h");
    },
  );

  test("12: --ttl 90s reaches the server as milliseconds", async () => {
    await serve({ "lock.acquire": () => makeLock() });
    expect((await run(["lock", "src/a.ts", "--ttl", "90s"], { server })).exitCode).toBe(0);
    expect(server?.calls[0]?.params).toMatchObject({ path: "src/a.ts", ttlMs: 90_000 });
  });

  test("13: a lock of somebody else ends with status 2, and nothing else does", async () => {
    await serve({
      "lock.release": () => {
        throw new AppError("lock-held", "src/a.ts is held by kimi for another 41 min", {
          hint: "--force needs the operator",
        });
      },
    });
    const { exitCode, stderr } = await run(["unlock", "src/a.ts"], { server });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("kimi");
    expect(stderr).toContain("41 min");
    expect(stderr).toContain("--force needs the operator");
  });

  test("17: attach without a terminal hints at headless and writes no escape code", async () => {
    const { exitCode, stderr, stdout } = await run(["attach"]);
    expect(exitCode).toBe(69);
    expect(stderr).toContain("not a terminal");
    expect(stderr).toContain("--headless");
    expect(stdout + stderr).not.toContain("\x1b");
  });

  test.each([["dumb"], [""], [undefined]])("19: TERM=%s cannot draw a workspace", async (TERM) => {
    const { exitCode, stdout, stderr } = await run(["open"], { tty: true, stdin: null, env: { TERM } });
    expect(exitCode).toBe(78);
    expect(stderr).toContain("TERM");
    expect(stdout + stderr).not.toContain("\x1b");
  });

  test("20: inside a pane of its own it does not nest by accident", async () => {
    const env = { TERM: "xterm", IA_TMUX_PANE: "%3" };
    const { exitCode, stderr } = await run(["open"], { tty: true, stdin: null, env });
    expect(exitCode).toBe(64);
    expect(stderr).toContain("already inside ia-tmux (pane %3)");
    expect(stderr).toContain("--nested");
    expect((await run(["open", "--nested"], { tty: true, stdin: null, env })).exitCode).toBe(0);
  });

  test("21: a file that is missing, a directory, a FIFO or a device is refused at once", async () => {
    const fifo = join(dir, "fifo");
    execFileSync("mkfifo", [fifo]);
    for (const [path, reason] of [
      ["does-not-exist", "no such file"],
      [dir, "is a directory"],
      [fifo, "not a regular file"],
      ["/dev/zero", "not a regular file"],
    ] as const) {
      for (const argv of [
        ["send", "--to", "kimi", "--file", path],
        ["run", path],
      ]) {
        const { exitCode, stderr } = await run(argv, { cwd: dir });
        expect(exitCode).toBe(66);
        expect(stderr).toContain(reason);
        expect(stderr).toContain(path);
      }
    }
  });

  test("22: twenty thousand words end quickly, as a message or as a usage error", async () => {
    await serve(sends);
    const words = Array.from({ length: 20_000 }, (_, n) => `w${n}`);
    expect((await run(["send", "--to", "kimi", ...words], { server })).exitCode).toBe(65);
    expect((await run(["locks", ...words])).exitCode).toBe(64);
    expect((await run(["x".repeat(2_000_000)])).exitCode).toBe(64);
  });

  test("23: after -- a text may begin with a dash", async () => {
    await serve(sends);
    expect((await run(["send", "--to", "kimi", "--message", "--", "-rf"], { server })).exitCode).toBe(0);
    expect((await run(["send", "--to", "kimi", "--", "--json", "-x"], { server })).exitCode).toBe(0);
    expect(server?.calls.map((call) => (call.params as { body: string }).body)).toEqual(["-rf", "--json -x"]);
  });

  test("24: --key is handed on, so that a retry can change nothing", async () => {
    await serve(sends);
    await run(["send", "--to", "kimi", "--key", "mine-1", "x"], { server });
    expect(server?.calls[0]?.params).toMatchObject({ key: "mine-1" });
  });

  test("25: another protocol names both versions and the way out", async () => {
    await serve({}, { protocol: 99, version: "9.9.9" });
    const { exitCode, stderr } = await run(["whoami"], { server });
    expect(exitCode).toBe(69);
    expect(stderr).toContain("9.9.9");
    expect(stderr).toContain("0.1.0");
    expect(stderr).toContain("server restart");
  });

  test.each([
    ["no such hook", ["hook", "no such hook"], "{}"],
    ["no argument", ["hook"], "{}"],
    ["no stdin", ["hook", "claude", "PreToolUse"], ""],
    ["a list", ["hook", "claude", "PreToolUse"], "[]"],
    ["null", ["hook", "claude", "PreToolUse"], "null"],
    ["bad JSON", ["hook", "claude", "PreToolUse"], "{not json"],
    ["10 MB", ["hook", "claude", "PreToolUse"], `{"a":"${"x".repeat(10_600_000)}"}`],
    ["an option", ["hook", "--frobnicate"], "{}"],
  ])("26: a hook with %s lets the agent go on: one line, status 0", async (_, argv, stdin) => {
    const env = { IA_TMUX_SOCKET: join(dir, "absent.sock"), IA_TMUX_TOKEN: "t" };
    const { exitCode, stdout, stderr } = await run(argv, { stdin, env, cwd: dir });
    expect(exitCode).toBe(0);
    expect(stdout).toBe("");
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  test("26: a hook whose stdin never ends is answered all the same", async () => {
    const world = makeWorld({ env: { IA_TMUX_SOCKET: join(dir, "absent.sock") }, cwd: dir });
    const { PassThrough } = await import("node:stream");
    const exitCode = await runCli(["hook", "claude", "Stop"], { ...world, stdin: new PassThrough() });
    expect(exitCode).toBe(0);
  });
});

test("a server that does not run ends with 69 and says how to start one", async () => {
  const { exitCode, stderr } = await run(["tasks"]);
  expect(exitCode).toBe(69);
  expect(stderr).toContain("hint: Run `ia-tmux`");
});

test("with --json an error is JSON on stderr and stdout stays empty", async () => {
  for (const argv of [
    ["tasks", "--json"],
    ["sned", "--json"],
    ["send", "--json"],
  ]) {
    const { stdout, stderr } = await run(argv);
    expect(stdout).toBe("");
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: expect.any(String), message: expect.any(String) },
    });
  }
});

test("a task that is claimed by a strange reference goes to the server as it is", async () => {
  await serve({
    "task.claim": () => {
      throw new AppError("not-found", "no task 999999");
    },
  });
  expect((await run(["task", "claim", "999999"], { server })).exitCode).toBe(1);
  expect((await run(["task", "claim", "--id", "../../x"], { server })).exitCode).toBe(64);
});
