// Nothing is typed into a dialog, into a forged calm or into a human's line, whatever comes at whatever moment.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readlinkSync, writeSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { says, type } from "../e2e/scenes.ts";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const slow = process.env["IA_TMUX_SLOW"] === "1";
const ESC = "\u001b";

/** The same numbers each time: a failure can be looked at again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
/** The terminal that a process writes to. */
const terminalOf = (pid: number) =>
  process.platform === "linux"
    ? readlinkSync(`/proc/${pid}/fd/1`)
    : `/dev/${execFileSync("ps", ["-o", "tty=", "-p", String(pid)], { encoding: "utf8" }).trim()}`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const reasonOf = (workspace: Workspace, id: string) =>
  workspace.withServer(async (server) => {
    const delivery = (await server.call("delivery.list", {})).find((one) => one.id === id);
    return delivery?.state === "queued" ? delivery.reason : `${delivery?.state}`;
  });

describe("P13: a forged calm", () => {
  test.concurrent("an agent that says idle while its dialog stands gets nothing; why is explained", async ({
    onTestFinished,
  }) => {
    const workspace = await openWorkspace();
    onTestFinished(() => workspace.close());
    await type(workspace, "ben", says({ dialog: "make deploy" }));
    await workspace.recorded("ben", "dialog");
    // Printed by its own program after the dialog was drawn: the state protocol, a title, a shell's prompt mark.
    await printBehind(`${ESC}]7501;state=idle:app=demo\u0007${ESC}]133;A\u0007${ESC}]2;ready\u0007`);
    const { delivery } = await workspace.json<{ delivery: { id: string } }>([
      "delegate",
      "--to",
      "ben",
      "forged?",
    ]);
    await eventually("it waits", async () =>
      /dialog|not known|screen shows/.test((await reasonOf(workspace, delivery.id)) ?? ""),
    );
    await pause(1_500);
    expect(await reasonOf(workspace, delivery.id)).toMatch(/dialog|not known|screen shows/);
    const explained = await workspace.cli(["agent", "explain", "ben"]);
    expect(explained.stdout).toMatch(/approval|permission/);
    const acted = workspace
      .records("ben")
      .filter((one) => ["approved", "denied", "paste-dropped"].includes(one.kind));
    expect(acted).toEqual([]);

    await workspace.withServer((server) => server.call("pane.send-keys", { target: "ben", keys: ["n"] }));
    await workspace.recorded("ben", "prompt", (one) => String(one["text"]).includes(delivery.id));

    /** Bytes from the pane's own terminal, as a program behind the agent could print them. */
    async function printBehind(text: string): Promise<void> {
      const pane = await workspace.withServer(async (server) =>
        (await server.call("pane.list", {})).find((one) => one.agent === "ben"),
      );
      const terminal = openSync(terminalOf(pane?.pid ?? 0), "w");
      writeSync(terminal, text);
      closeSync(terminal);
    }
  });

  test.concurrent("a shell that prints an agent's idle screen is still a shell", async ({
    onTestFinished,
  }) => {
    const box = `${"─".repeat(60)}\\n❯ \\n${"─".repeat(60)}\\n  ? for shortcuts\\n`;
    const script = `printf '\\033]7501;state=idle:app=claude\\007\\033[?2004h${box}'; exec cat`;
    const workspace = await openWorkspace({
      layout: `name: rig\nwindows:\n  - name: main\n    panes:\n      - { profile: demo, name: ada, role: principal }\n      - command: [sh, -c, ${JSON.stringify(script)}]\n`,
    });
    onTestFinished(() => workspace.close());
    const shown = async () => (await workspace.capture("%2")).join("\n");
    await eventually("it is printed", async () => (await shown()).includes("for shortcuts"));
    const ran = await workspace.cli(["delegate", "--to", "%2", "into a shell?"]);
    expect(ran.exitCode).not.toBe(0);
    await pause(500);
    expect(await shown()).not.toContain("into a shell?");
  });
});

// Fewer than may wait for one agent: the next would be refused.
const COUNT = slow ? 180 : 40;

test.concurrent(
  `P9: ${COUNT} relays while dialogs open and close at random: none is approved by us, all arrive, each once`,
  async ({ onTestFinished }) => {
    const workspace = await openWorkspace();
    onTestFinished(() => workspace.close());
    await workspace.recorded("ben", "ready");
    const next = random(9);
    const server = await workspace.connect();
    const end = new AbortController();
    let typed = 0;
    // A human who answers every dialog with no, after a while.
    const human = (async () => {
      for (let answered = 0; !end.signal.aborted; await pause(30)) {
        const opened = workspace.records("ben").filter((one) => one.kind === "dialog").length;
        if (opened === answered) continue;
        await pause(next() * 300);
        await server.call("pane.send-keys", { target: "ben", keys: ["n"] });
        answered++;
      }
    })();
    human.catch(() => {});
    const ids: string[] = [];
    for (let sent = 0; sent < COUNT; sent++) {
      // What is sent opens a dialog itself now and then, some time after it was read.
      const opens = next() < 0.1;
      const body = opens
        ? says({ think: Math.round(next() * 150) }, { dialog: `rm -rf ${sent}` }, { say: "over" })
        : says({ say: `told ${sent}` });
      if (opens) typed++;
      const { delivery } = await server.call("task.delegate", { to: "ben", text: body });
      ids.push(delivery.id);
      await pause(next() * 60);
    }
    await eventually(
      "all have arrived",
      () => {
        const told = workspace.records("ben").filter((one) => one.kind === "prompt");
        return ids.every((id) => told.some((one) => String(one["text"]).includes(`${id}]`)));
      },
      {
        timeoutMs: slow ? 800_000 : 120_000,
        describe: () =>
          `${ids.length} sent, ${typed} dialogs, ${workspace.records("ben").filter((one) => one.kind === "prompt").length} prompts`,
      },
    );
    end.abort();
    await human.catch(() => {});
    const records = workspace.records("ben");
    expect(records.filter((one) => one.kind === "approved")).toEqual([]);
    expect(records.filter((one) => one.kind === "paste-dropped")).toEqual([]);
    for (const id of ids) {
      const told = records.filter((one) => one.kind === "prompt" && String(one["text"]).includes(`${id}]`));
      expect(told).toHaveLength(1);
    }
  },
  slow ? 900_000 : 150_000,
);

test.concurrent(
  "P10: a human types with pauses while relays come: each line goes out alone and byte-exact, and every relay arrives",
  async ({ onTestFinished }) => {
    const workspace = await openWorkspace();
    onTestFinished(() => workspace.close());
    await workspace.recorded("ada", "ready");
    const next = random(10);
    const tui = workspace.attachTui({ cols: 160, rows: 48 });
    await tui.shows(/ada .* idle/);
    const lines = Array.from(
      { length: slow ? 40 : 2 },
      (_, at) => `line ${at}: 日本 “quoted” é ${"word ".repeat(at)}end`,
    );
    const ids: string[] = [];
    const server = await workspace.connect();
    const send = async () => {
      const { delivery } = await server.call("task.delegate", {
        to: "ada",
        text: says({ say: `told ${ids.length}` }),
      });
      ids.push(delivery.id);
    };
    for (const line of lines) {
      await send();
      const characters = [...line];
      // Longer than what counts as still typing, in the middle of the line.
      const rests = Math.floor(next() * characters.length);
      for (const [at, character] of characters.entries()) {
        tui.press(character);
        await pause(at === rests ? 1_900 : next() * 25);
        if (at === rests) await send();
        // A slip of the finger, taken back.
        if (next() < 0.05) {
          tui.press("x");
          await pause(20);
          tui.press("\u007f");
        }
      }
      tui.press("\r");
      await workspace.recorded("ada", "submit", (one) => one["text"] === line);
    }
    await eventually(
      "every relay has arrived",
      () => {
        const told = workspace.records("ada").filter((one) => one.kind === "prompt");
        return ids.every((id) => told.some((one) => String(one["text"]).includes(`${id}]`)));
      },
      { timeoutMs: 60_000 },
    );
    const submits = workspace
      .records("ada")
      .filter((one) => one.kind === "submit")
      .map((one) => String(one["text"]));
    expect(submits.filter((text) => !text.startsWith("[ia-tmux "))).toEqual(lines);
    expect(submits.filter((text) => text.startsWith("[ia-tmux "))).toHaveLength(ids.length);
  },
  slow ? 600_000 : 150_000,
);
