import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDetector } from "../../src/domain/agent/detect.ts";
import { deliveryText, encodeDelivery, encodeStash } from "../../src/domain/relay/encode.ts";
import { builtInProfile } from "../domain/agent/recorded-screen.ts";
import { ASKING, seedHome, type SeededHome } from "./homes.ts";
import { holds, occurrences, textsOf } from "./model/reading.ts";
import { type ModelServer, startModelServer } from "./model-server.ts";
import { type BenchTerminal, openTerminal } from "./terminal.ts";

/** What tends to break on the way: quotes, wide characters, completion menus, TAB, a long line, an empty line. */
const BODY = [
  ...Array.from(
    { length: 34 },
    (_, line) => `line ${line}: "double" 'single' \`tick\` $HOME \\n 你好 🎉 – é`,
  ),
  "!touch owned",
  "/exit",
  "@package.json and src/a/b.ts",
  "\tindented by a tab",
  "",
  `a long line ${"0123456789 ".repeat(90)}end`,
].join("\n");

describe.each(["claude", "codex", "kimi"] as const)("the bytes of a delivery, written to %s", (agent) => {
  const { inject, detect } = builtInProfile(agent);
  const detector = createDetector(detect);
  let server: ModelServer;
  let seeded: SeededHome;
  let terminal: BenchTerminal;

  beforeAll(async () => {
    server = await startModelServer();
    seeded = seedHome(server.url);
    terminal = openTerminal({
      file: join(seeded.bin, agent),
      args: [...ASKING[agent]],
      env: seeded.env,
      cwd: seeded.project,
    });
  });
  afterAll(async () => {
    await terminal?.close();
    await server?.close();
    seeded?.dispose();
  });

  const seen = (screen: string) => detector.detect({ lines: screen.split("\n"), title: "" });
  const free = () =>
    terminal.waitForScreen(
      (screen) => seen(screen).state === "idle" && seen(screen).draft === "",
      "an empty composer",
    );
  async function deliver(id: string, body: string): Promise<string> {
    const text = deliveryText({ kind: "relay", from: "claude", id, body });
    const { parts, pauseMs, submitPauseMs } = encodeDelivery(text, inject);
    for (const [index, part] of parts.entries()) {
      if (index > 0) await sleep(index === parts.length - 1 ? submitPauseMs : pauseMs);
      terminal.write(Buffer.from(part).toString());
    }
    return text;
  }

  it("reach the model once, byte for byte, as the human's own words", async () => {
    await free();
    server.script({ when: "dlv-long", steps: [{ text: "Read it all." }] });
    const text = await deliver("dlv-long", BODY);
    const request = await server.waitForRequest(holds(agent, "user", "dlv-long"));
    // Claude Code and Kimi Code turn a pasted TAB into four blanks before anything else sees it.
    const expected = agent === "codex" ? text : text.replaceAll("\t", "    ");
    expect(occurrences(request, expected)).toBe(1);
    const holder = textsOf(request, "user").find((piece) => piece.includes(expected)) ?? "";
    expect(holder).not.toContain("<pasted_content");
    await terminal.waitForScreen(/Read it all\./u);
  });

  it.runIf(inject.stash !== null)(
    "leave a draft that was put aside to the human, byte for byte",
    async () => {
      await free();
      terminal.write("my half typed words");
      await terminal.waitForScreen((screen) => seen(screen).draft === "my half typed words", "the draft");
      for (const part of encodeStash(inject).parts) terminal.write(Buffer.from(part).toString());
      await free();
      server.script({ when: "dlv-short", steps: [{ text: "Short one read." }] });
      const text = await deliver("dlv-short", "while a draft waits");
      const request = await server.waitForRequest(holds(agent, "user", "dlv-short"));
      expect(occurrences(request, text)).toBe(1);
      await terminal.waitForScreen(
        (screen) => seen(screen).draft === "my half typed words",
        "the draft again",
      );
    },
  );
});
