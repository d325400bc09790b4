import { execFileSync } from "node:child_process";
import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import { createHookEndpoint } from "../../../src/server/hook-endpoint.ts";
import { writeHookScript } from "../../../src/server/launch/hook-script.ts";
import {
  makeSpool,
  MAX_KEPT_CALLS,
  MAX_KEPT_CHARACTERS,
  sessionInUnanswered,
  takeUnanswered,
} from "../../../src/server/launch/hook-spool.ts";
import { profileOf, requestIn, scratch } from "./request.ts";

let place: ReturnType<typeof scratch>;
let paneDir: string;

beforeEach(() => {
  place = scratch();
  paneDir = join(place.root, "pane");
});
afterEach(() => place.dispose());

/** Runs the hook as an agent does, while no server listens. */
function call(event: string, input: string): void {
  const command = writeHookScript(requestIn(place.root, profileOf("kimi")), "kimi")(event);
  execFileSync("/bin/sh", ["-c", command], { input, env: { PATH: "/usr/bin:/bin" } });
}

const kept = () => takeUnanswered(paneDir, Date.now());

describe("hook calls that no server answers", () => {
  it("are kept byte for byte for the next server, which takes them once and in order", () => {
    const first = JSON.stringify({ prompt: 'it\'s "quoted" `x` $HOME \\n %s 你好 🎉', lines: "a\nb" });
    call("UserPromptSubmit", first);
    call("Stop", '{"stop_hook_active":false}');
    const files = readdirSync(join(paneDir, "unanswered")).map((name) => join(paneDir, "unanswered", name));
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(paneDir, "unanswered")).mode & 0o777).toBe(0o700);
    expect(kept()).toMatchObject([
      { event: "UserPromptSubmit", body: first, reachedServer: false },
      { event: "Stop", body: '{"stop_hook_active":false}', reachedServer: false },
    ]);
    expect(kept()).toEqual([]);
  });

  it("are told apart from calls whose answer was lost", async () => {
    const server = createHookEndpoint(() => new Promise(() => {}), silentLogger);
    await new Promise<void>((resolve) => server.listen(join(place.root, "hook.sock"), resolve));
    // With the request in its hands, not before: a connection closed at once looks like none to curl.
    let told = "";
    server.on("connection", (socket) =>
      socket.once("data", (bytes) => {
        told = /^x-ia-tmux-call: (.*)\r$/mu.exec(String(bytes))?.[1] ?? "";
        socket.destroy();
      }),
    );
    // The server lives in this process: the call must not block it.
    const { execFile } = await import("node:child_process");
    const command = writeHookScript(requestIn(place.root, profileOf("kimi")), "kimi")("Stop");
    await new Promise<void>((resolve) => {
      execFile("/bin/sh", ["-c", command], () => resolve()).stdin?.end("{}");
    });
    // By the id that the server was told too: it knows what it had handed to this call.
    expect(told).toMatch(/^\d+$/u);
    expect(kept()).toMatchObject([{ event: "Stop", body: "{}", reachedServer: true, callId: told }]);
    server.close();
  });

  it("are not kept when they prove nothing, are too long, or are too many", () => {
    call("PostToolUse", "{}");
    call("PreToolUse", "{}");
    call("Stop", JSON.stringify("x".repeat(MAX_KEPT_CHARACTERS)));
    expect(kept()).toEqual([]);
    for (let index = 0; index < MAX_KEPT_CALLS; index += 1)
      writeFileSync(join(makeSpool(paneDir), `Stop.7.${index}`), "{}");
    call("Stop", '{"one":"more"}');
    const all = kept();
    expect(all).toHaveLength(MAX_KEPT_CALLS);
    expect(all.map(({ body }) => body)).not.toContain('{"one":"more"}');
  });

  it("name the agent's session by the oldest that has one, and stay for whoever takes them", () => {
    const dir = makeSpool(paneDir);
    const keep = (name: string, body: unknown, atSeconds: number) => {
      writeFileSync(join(dir, name), JSON.stringify(body));
      utimesSync(join(dir, name), atSeconds, atSeconds);
    };
    expect(sessionInUnanswered(paneDir, "kimi")).toBeNull();
    keep("Stop.7.1", { session_id: "of a program it ran" }, 30);
    keep("Stop.7.2", {}, 10);
    keep("UserPromptSubmit.28.3", { session_id: "its own" }, 20);
    expect(sessionInUnanswered(paneDir, "kimi")).toBe("its own");
    expect(sessionInUnanswered(paneDir, "shell")).toBeNull();
    expect(kept()).toHaveLength(3);
  });

  it("are left alone while they are being written, and thrown away when they never become whole", () => {
    const file = join(makeSpool(paneDir), "Stop.7.1");
    writeFileSync(file, '{"half":');
    expect(kept()).toEqual([]);
    expect(readdirSync(join(paneDir, "unanswered"))).toHaveLength(1);
    utimesSync(file, new Date(0), new Date(0));
    expect(kept()).toEqual([]);
    expect(readdirSync(join(paneDir, "unanswered"))).toHaveLength(0);
  });
});
