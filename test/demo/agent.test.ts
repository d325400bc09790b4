import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { encodeDelivery, encodeStash } from "../../src/domain/relay/encode.ts";
import { builtInProfile } from "../domain/agent/recorded-screen.ts";
import { bundleDemoAgent, type DemoRig, openDemo } from "./demo-rig.ts";

const inject = builtInProfile("demo").inject;
let outdir: string;
let program: string;
let demo: DemoRig;

beforeAll(async () => {
  outdir = mkdtempSync(join(tmpdir(), "demo-bundle-"));
  program = await bundleDemoAgent(outdir);
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));
afterEach(() => demo.close());

const kinds = () => demo.records().map((record) => record.kind);
const relay = (text: string) => encodeDelivery(`[ia-tmux relay from ada · dlv-1]\n${text}`, inject).parts;
const send = (parts: readonly Uint8Array[]) =>
  parts.forEach((part) => demo.write(Buffer.from(part).toString()));
async function ready(options: Parameters<typeof openDemo>[1] = {}): Promise<void> {
  demo = openDemo(program, options);
  await demo.until(
    "the composer is there",
    () => demo.detect().state === "idle" && demo.detect().draft === "" && kinds().includes("ready"),
  );
}

describe("the demo agent", () => {
  it("shows an empty composer, says its state, and takes a relay pasted in one write, byte for byte", async () => {
    await ready();
    const text = 'Use "quotes", $HOME, 漢字 🎉\n\tand a second line\n@@[{"say":"understood"}]@@';
    send(relay(text));
    await demo.until("the turn is over", () => kinds().includes("turn"));
    expect(demo.records().find((record) => record.kind === "prompt")?.["text"]).toBe(
      `[ia-tmux relay from ada · dlv-1]\n${text}`,
    );
    await demo.until("its answer is drawn", () => demo.screen().join("\n").includes("● understood"));
    await demo.until("it is at rest", () => demo.detect().state === "idle");
    expect(demo.statuses.map((status) => /state=(\w+)/.exec(status)?.[1])).toEqual([
      "idle",
      "working",
      "done",
    ]);
  });

  it("gives its tour at the first start, and not when it goes on with its session", async () => {
    const env = { IA_TMUX_DEMO_TOUR: "ben" };
    demo = openDemo(program, { env });
    await demo.until("the tour begins", () => demo.screen().join("\n").includes("Start the tour"));
    await demo.close();
    await ready({ env, args: ["--resume", "s-1"] });
    send(relay('@@[{"say":"hi"}]@@'));
    await demo.until("the turn is over", () => kinds().includes("turn"));
    expect(demo.screen().join("\n")).not.toContain("Start the tour");
  });

  it("stays silent about its state when nobody answers its question", async () => {
    await ready({ answerStatus: false });
    send(relay('@@[{"say":"hi"}]@@'));
    await demo.until("the turn is over", () => kinds().includes("turn"));
    expect(demo.statuses).toEqual([]);
  });

  it("opens a permission dialog that swallows a paste and that Enter approves", async () => {
    await ready();
    send(relay('@@[{"dialog":"rm -rf x"}]@@'));
    await demo.until("the dialog is open", () => demo.detect().state === "blocked");
    expect(demo.detect()).toMatchObject({
      blockedOn: "permission",
      message: "$ rm -rf x",
      draft: null,
      options: [
        { key: "1", label: "Yes" },
        { key: "2", label: "No" },
      ],
    });
    expect(demo.statuses.at(-1)).toMatch(/state=blocked:app=demo:kind=permission:msg=/);
    send(relay("into the dialog"));
    await demo.until("it is answered", () => kinds().includes("approved"));
    expect(kinds()).toContain("paste-dropped");
    expect(kinds().filter((kind) => kind === "submit")).toHaveLength(1);
  });

  it("takes n, Escape and arrows in the dialog", async () => {
    await ready();
    for (const keys of ["n", "\u001b[B\r", "2"]) {
      const before = kinds().filter((kind) => kind === "denied").length;
      send(relay('@@[{"dialog":"make"}]@@'));
      await demo.until("the dialog is open", () => demo.detect().state === "blocked");
      demo.write(keys);
      await demo.until("it is refused", () => kinds().filter((kind) => kind === "denied").length > before);
      await demo.until("it is at rest", () => demo.detect().state === "idle");
    }
    expect(kinds()).not.toContain("approved");
  });

  it("keeps a draft, puts it aside with Ctrl+S and brings it back after the next prompt", async () => {
    await ready();
    demo.write("half typed");
    await demo.until("the draft is seen", () => demo.detect().draft === "half typed");
    send(encodeStash(inject).parts);
    await demo.until("the composer is empty", () => demo.detect().draft === "");
    send(relay('@@[{"say":"done"}]@@'));
    await demo.until(
      "the draft is back",
      () => kinds().includes("turn") && demo.detect().draft === "half typed",
    );
    expect(demo.records().filter((record) => record.kind === "prompt")).toHaveLength(1);
  });

  it("queues what is entered while it works, and Escape interrupts", async () => {
    await ready();
    send(relay('@@[{"think":600000}]@@'));
    await demo.until("it works", () => demo.detect().state === "working");
    demo.write('next @@[{"say":"second"}]@@\r');
    await demo.until("it is queued", () => demo.screen().some((row) => row.includes("↳ queued: next")));
    demo.write("\u001b");
    await demo.until("the second prompt ran", () => kinds().filter((kind) => kind === "turn").length === 2);
    expect(kinds()).toContain("interrupt");
  });

  it("runs ! and / only as what they are, and no shell without leave", async () => {
    await ready();
    demo.write("!touch owned\r");
    await demo.until("the shell line is noted", () => kinds().includes("shell"));
    await demo.until("it says so", () =>
      demo.screen().some((row) => row.includes("not run without --allow-shell")),
    );
    demo.write("/exit\r");
    expect(await demo.exited).toBe(0);
    expect(kinds()).toContain("slash");
  });

  it("calls the hook script: it may refuse an edit, and give mail at the end of a turn", async () => {
    const hook = join(outdir, "hook.sh");
    writeFileSync(
      hook,
      `input=$(cat); echo "$1 $input" >> "$HOME/hooks.txt"
case "$1" in
PreToolUse) case "$input" in *locked.txt*) echo "locked.txt is held by kimi" >&2; exit 2;; esac;;
Stop) case "$input" in *'"stop_hook_active":false'*) echo '{"decision":"block","reason":"mail from kimi @@[{\\"say\\":\\"read it\\"}]@@"}';; esac;;
UserPromptSubmit) echo '{"hookSpecificOutput":{"hookEventName":"UserPromptSubmit","additionalContext":"one unread"}}';;
esac`,
    );
    await ready({ env: { IA_TMUX_HOOK: hook } });
    send(relay('@@[{"tool":"Edit","path":"locked.txt"},{"tool":"Edit","path":"free.txt","text":"ok"}]@@'));
    await demo.until("both turns are over", () => kinds().filter((kind) => kind === "turn").length === 2);
    expect(demo.records().find((record) => record.kind === "tool-denied")?.["reason"]).toBe(
      "locked.txt is held by kimi",
    );
    expect(readFileSync(join(demo.dir, "free.txt"), "utf8")).toBe("ok");
    expect(() => readFileSync(join(demo.dir, "locked.txt"))).toThrow(/ENOENT/);
    expect(demo.records().find((record) => record.kind === "context")?.["text"]).toBe("one unread");
    await demo.until("it is drawn as well", () => demo.screen().join("\n").includes("read it"));
    const calls = readFileSync(join(demo.dir, "hooks.txt"), "utf8");
    expect(calls).toMatch(/^SessionStart \{"session_id":"[0-9a-f-]{36}","cwd":/);
    expect(calls).toContain('"tool_name":"Edit","tool_input":{"file_path":"');
  });

  it("plays a relayed task through the command line of ia-tmux", async () => {
    const bin = mkdtempSync(join(tmpdir(), "demo-path-"));
    writeFileSync(join(bin, "ia-tmux"), '#!/bin/sh\necho "$*" >> "$HOME/calls.txt"\n', { mode: 0o755 });
    await ready({ env: { PATH: `${bin}:${process.env["PATH"]}` } });
    send(relay("You are ben. ada gives you task task-a3f2: schema"));
    await demo.until("the turn is over", () => kinds().includes("turn"));
    expect(readFileSync(join(demo.dir, "calls.txt"), "utf8").split("\n")).toEqual([
      "task update task-a3f2 --status in_progress",
      "task update task-a3f2 --status completed --note wrote .ia-tmux/demo/task-a3f2.md",
      "send --to ada --task task-a3f2 Done. You find it in .ia-tmux/demo/task-a3f2.md.",
      "",
    ]);
    rmSync(bin, { recursive: true, force: true });
  });

  it.each([
    [80, 24],
    [34, 12],
    [160, 50],
  ])("keeps its composer whole at %i x %i and through a change of size", async (columns, rows) => {
    await ready({ columns, rows });
    demo.write("x".repeat(columns * 3));
    await demo.until(
      "the draft is there",
      () => demo.detect().draft?.replaceAll("\n", "").length === columns * 3,
    );
    demo.resize(columns + 11, rows + 3);
    const frames = () => demo.screen().filter((row) => row.startsWith("╭"));
    const wide = `╭${"─".repeat(columns + 9)}╮`;
    await demo.until("it is drawn anew", () => frames().length === 1 && frames()[0] === wide);
    expect(demo.detect().draft?.replaceAll("\n", "")).toHaveLength(columns * 3);
  });

  it("shows what others send inert", async () => {
    await ready();
    send(relay('@@[{"say":"a\\u001b]0;owned\\u0007b\\u001b[2Jc"}]@@'));
    await demo.until("it is said", () => demo.screen().some((row) => row.includes("]0;owned")));
    await demo.until("it is at rest", () => demo.detect().state === "idle");
  });
});
