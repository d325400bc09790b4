import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliveryText } from "../../src/domain/relay/encode.ts";
import { holds, occurrences } from "./model/reading.ts";
import { shell } from "./manners.ts";
import { type AgentWorkspace, openAgentWorkspace } from "./workspace.ts";

/** 40 lines, 2,000 characters: quotes, emoji, CJK, menus, keys. TABs are left out: two of the three expand them. */
const BODY = bodyOf(40, 2_000);

describe("a delegation from one real agent to another", () => {
  let bench: AgentWorkspace;

  beforeAll(async () => {
    bench = await openAgentWorkspace();
  }, 120_000);
  afterAll(() => bench?.close());

  it("reaches Kimi once and byte for byte, and its report reaches Claude once", async () => {
    const { model } = bench;
    const steps = [shell("claude", `ia-tmux delegate --to kimi ${quoted(BODY)}`), { text: "Delegated." }];
    model.script({ agent: "claude", when: "hand it to kimi", steps });
    model.script({ agent: "kimi", when: "[ia-tmux relay from claude", steps: [] });
    await bench.prompt("claude", "hand it to kimi");
    const relay = await bench.delivery((one) => one.kind === "relay" && one.to === "kimi");
    model.script({
      agent: "kimi",
      when: relay.id,
      steps: [
        shell("kimi", `ia-tmux task update ${relay.taskId} --status completed --note 'all green'`),
        { text: "Done." },
      ],
    });
    const arrived = await model.waitForRequest(holds("kimi", "user", relay.id), { timeoutMs: 60_000 });
    expect(occurrences(arrived, BODY)).toBe(1);
    expect(occurrences(arrived, deliveryText(relay))).toBe(1);
    await bench.reaches(relay.id, "confirmed");
    const notice = await bench.delivery((one) => one.kind === "notice" && one.to === "claude");
    await model.waitForRequest(holds("claude", "user", notice.id), { timeoutMs: 60_000 });
    await bench.reaches(notice.id, "confirmed");
    await bench.idle("claude");
    await bench.idle("kimi");
    expect(occurrences(bench.turns("kimi").at(-1)!, relay.id)).toBeGreaterThan(0);
    console.log(JSON.stringify(await bench.deliveries(), null, 1));
  }, 120_000);
});

export function bodyOf(lines: number, characters: number): string {
  const some = [
    `"double" 'single' \`tick\` $HOME $(touch owned) \\n \\\\`,
    "你好，世界 日本語 한국어 – é ü ß",
    "🎉 👩‍👩‍👧 🇩🇪 ❤️ and @package.json src/a/b.ts",
    "/exit !touch owned # not a key & not a mention; | > < *",
    "",
  ];
  const made = Array.from({ length: lines - 1 }, (_, line) =>
    `${line + 1}: ${some[line % some.length]}`.trim(),
  );
  const rest = characters - made.join("\n").length - 1;
  return `${made.join("\n")}\n${"end of the body. ".repeat(200).slice(0, rest - 1)}.`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
