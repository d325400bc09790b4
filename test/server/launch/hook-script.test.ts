import { execFile } from "node:child_process";
import { createServer } from "node:net";
import type { Server } from "node:net";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import { createHookEndpoint } from "../../../src/server/hook-endpoint.ts";
import type { HookAnswer, HookRequest } from "../../../src/server/hook-endpoint.ts";
import { writeHookScript } from "../../../src/server/launch/hook-script.ts";
import { profileOf, requestIn, scratch } from "./request.ts";

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly tookMs: number;
}

/** Tells an answer from a hang, and no more: how fast it is, the benchmark says. */
const HANG_MS = 8_000;
/** An answer that breaks off. */
const HALF = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\nx-exit: 2\r\n\r\nno";

let place: ReturnType<typeof scratch>;
let servers: Server[];
/** Where the script finds its tools. */
let path: string;

beforeEach(() => {
  place = scratch();
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  place.dispose();
});

/**
 * Runs the script as an agent does: through a shell, with the payload on standard input. Unless its own deadlines are what
 * is looked at, it has such that a busy machine keeps, too.
 */
function run(
  event: string,
  input: string,
  env: Record<string, string> = {},
  deadlines: "long" | "its own" = "long",
): Promise<Ran> {
  const command = writeHookScript(requestIn(place.root, profileOf("kimi")), "kimi")(event);
  if (deadlines === "long") lengthenDeadlines();
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const child = execFile(
      "/bin/sh",
      ["-c", command],
      { env: { PATH: path, ...env }, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : Number(error.code);
        resolve({ stdout, stderr, exitCode, tookMs: performance.now() - startedMs });
      },
    );
    // A script that answers without reading all of it closes its end first.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

/** Those of the script and of what it runs: for reading its input, for the server, and for both. */
function lengthenDeadlines(which: "all" | "the server's" = "all"): void {
  const isInput = which === "all";
  for (const [name, deadline] of [
    ...(isInput ? [["hook.sh", /timeout 0\.45\b/g] as const] : []),
    ["hook.pl", isInput ? /left = 0\.\d+;|alarm 1;/g : /left = 0\.3;|alarm 1;/g],
    ["hook.curl", /max-time = 0\.3\b/g],
  ] as const) {
    const file = join(place.root, "pane", name);
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(deadline);
    writeFileSync(
      file,
      text.replaceAll(deadline, (found) => found.replace(/[\d.]+/, "30")),
    );
  }
}

async function listen(server: Server): Promise<void> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(join(place.root, "hook.sock"), resolve));
}

async function answering(answer: Partial<HookAnswer>): Promise<HookRequest[]> {
  const seen: HookRequest[] = [];
  const handle = async (request: HookRequest) => {
    seen.push(request);
    return { stdout: "", stderr: "", exitCode: 0 as const, ...answer };
  };
  await listen(createHookEndpoint(handle, silentLogger));
  return seen;
}

/** A directory with nothing but these. */
function only(...tools: string[]): string {
  for (const tool of tools) symlinkSync(`/usr/bin/${tool}`, join(place.root, "bin", tool));
  return join(place.root, "bin");
}

describe.each(["perl", "curl"])("the hook script, carried by %s", (carrier) => {
  beforeEach(() => {
    path = only("cat", "base64", "timeout", carrier);
  });

  it.each(["PreToolUse", "Stop"])("hands %s over as it came and says what the server says", async (event) => {
    const seen = await answering({ stdout: '{"a":"é 你好 %s \\\\n"}' });
    const payload = JSON.stringify({ prompt: 'it\'s "quoted" `x` $HOME \\n 🎉', lines: "a\nb" });
    const ran = await run(event, payload);
    expect(ran).toMatchObject({ stdout: '{"a":"é 你好 %s \\\\n"}', stderr: "", exitCode: 0 });
    expect(seen).toMatchObject([
      { token: "0123456789abcdef0123456789abcdef", kind: "kimi", event, body: payload },
    ]);
  });

  it("needs no right to be run as a program: nothing may be, where the state lies", async () => {
    await answering({ stdout: "heard" });
    const ran = await run("Stop", "{}");
    expect(statSync(join(place.root, "pane", "hook.sh")).mode & 0o111).toBe(0);
    expect(ran).toMatchObject({ stdout: "heard", stderr: "", exitCode: 0 });
  });

  it("says nothing when there is nothing to say", async () => {
    await answering({});
    for (const event of ["PreToolUse", "Stop"]) {
      expect(await run(event, "{}")).toMatchObject({ stdout: "", stderr: "", exitCode: 0 });
    }
  });

  it("blocks with status 2 and the reason on stderr", async () => {
    await answering({ exitCode: 2, stderr: "One message waits:\n\n  it's “here” 🎉" });
    expect(await run("Stop", "{}")).toMatchObject({
      stdout: "",
      stderr: "One message waits:\n\n  it's “here” 🎉",
      exitCode: 2,
    });
  });

  it("keeps the token off every command line and in files for its owner only", () => {
    const command = writeHookScript(requestIn(place.root, profileOf("kimi")), "kimi")("Stop");
    expect(command).toBe(`/bin/sh ${join(place.root, "pane", "hook.sh")} Stop`);
    expect(readFileSync(join(place.root, "pane", "hook.sh"), "utf8")).not.toContain("0123456789abcdef");
    expect(statSync(join(place.root, "pane", "hook.sh")).mode & 0o777).toBe(0o600);
    for (const name of ["hook.pl", "hook.curl"])
      expect(statSync(join(place.root, "pane", name)).mode & 0o777).toBe(0o600);
  });

  it("passes by what the user has set for curl and for Perl", async () => {
    const seen = await answering({ stdout: "heard" });
    mkdirSync(join(place.root, "home"), { recursive: true });
    writeFileSync(join(place.root, "home", ".curlrc"), 'verbose\noutput = "/dev/null"\n');
    const env = {
      HOME: join(place.root, "home"),
      http_proxy: "http://127.0.0.1:9",
      ALL_PROXY: "http://127.0.0.1:9",
      PERL5OPT: "-MNoSuchModule",
      PERL_UNICODE: "SDA",
      LC_ALL: "xx_YY.UTF-8",
    };
    expect(await run("Stop", '"é"', env)).toMatchObject({ stdout: "heard", stderr: "", exitCode: 0 });
    expect(seen[0]?.body).toBe('"é"');
  });

  it.each(["PreToolUse", "Stop"])(
    "lets the agent go on at once when no server is there: %s",
    async (event) => {
      const ran = await run(event, '{"tool_name":"Write"}');
      expect(ran).toMatchObject({ stdout: "", stderr: "", exitCode: 0 });
      expect(ran.tookMs).toBeLessThan(HANG_MS);
    },
  );

  it.each(["PreToolUse", "Stop"])(
    "lets the agent go on within half a second when the server hangs: %s",
    async (event) => {
      const sockets: { destroy(): void }[] = [];
      await listen(createServer((socket) => sockets.push(socket)));
      const ran = await run(event, "{}", {}, "its own");
      for (const socket of sockets) socket.destroy();
      expect(ran).toMatchObject({ stdout: "", stderr: "", exitCode: 0 });
      expect(ran.tookMs).toBeLessThan(HANG_MS);
    },
  );

  it.each([
    "not HTTP at all\n",
    "HTTP/1.1 500 No\r\nx-exit: 2\r\n\r\nno",
    "HTTP/1.1 404 No\r\n\r\n",
    HALF,
    "",
  ])("lets the agent go on when the answer is nonsense: %j", async (reply) => {
    await listen(
      createServer((socket) =>
        socket
          .on("error", () => {})
          .resume()
          .end(reply),
      ),
    );
    for (const event of ["PreToolUse", "Stop"]) {
      expect(await run(event, "{}")).toMatchObject({ stdout: "", stderr: "", exitCode: 0 });
    }
  });

  it("hands over ten megabytes", async () => {
    const seen = await answering({ stdout: "ok" });
    const big = JSON.stringify({ text: "x".repeat(9 << 20) });
    expect(await run("PreToolUse", big)).toMatchObject({ stdout: "ok", exitCode: 0 });
    expect(seen[0]?.body.length).toBe(big.length);
  });

  it("asks our own program about the locks on disk when no server answers before a tool", async () => {
    writeFileSync(join(place.root, "locks.snapshot"), '{"leases":[{"holder":"kimi"}]}');
    writeFileSync(
      join(place.root, "main.js"),
      `process.stdin.on("data", (d) => { process.stderr.write(process.argv.slice(2).join(" ") + " " + d); process.exitCode = 2; });`,
    );
    expect(await run("PreToolUse", '{"a":1}')).toMatchObject({
      stderr: `hook --offline ${join(place.root, "locks.snapshot")} ${join(place.root, "project")} kimi PreToolUse {"a":1}`,
      exitCode: 2,
    });
    expect(await run("Stop", '{"a":1}')).toMatchObject({ stderr: "", exitCode: 0 });
  });

  it("says what came in until now when the agent never closes its end", async () => {
    const seen = await answering({ stdout: "heard" });
    const command = writeHookScript(requestIn(place.root, profileOf("kimi")), "kimi")("Stop");
    lengthenDeadlines("the server's");
    const stdout = await new Promise<string>((resolve) => {
      const child = execFile("/bin/sh", ["-c", command], { env: { PATH: path } }, (_error, said) => {
        child.stdin?.destroy();
        resolve(said);
      });
      child.stdin?.write('{"a":1}');
    });
    expect(stdout).toBe("heard");
    expect(seen[0]?.body).toBe('{"a":1}');
  });
});

describe("the hook script where what is called perl does not run", () => {
  it("is carried by curl, with all that came in", async () => {
    path = only("cat", "base64", "timeout", "curl");
    writeFileSync(join(path, "perl"), "#!/bin/sh\nexit 126\n", { mode: 0o755 });
    const seen = await answering({ stdout: "heard" });
    expect(await run("Stop", '{"a":1}')).toMatchObject({ stdout: "heard", exitCode: 0 });
    expect(seen[0]?.body).toBe('{"a":1}');
  });
});

describe("the hook script without perl and curl", () => {
  it("is carried by our own program", async () => {
    path = only("cat", "base64");
    writeFileSync(
      join(place.root, "main.js"),
      `process.stdin.on("data", (d) => process.stdout.write(process.argv.slice(2).join(" ") + " " + d));`,
    );
    for (const event of ["PreToolUse", "Stop"]) {
      expect(await run(event, '{"a":1}')).toMatchObject({ stdout: `hook kimi ${event} {"a":1}` });
    }
  });
});
