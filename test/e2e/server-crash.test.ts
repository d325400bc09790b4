// S6: the server is killed at every step of a delegation. It ends the same, and nothing comes twice.
import { describe, expect, test } from "vitest";
import { longBody, quoted, says, type } from "./scenes.ts";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/processes.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

/** When the server dies: at the first sign of this, told by an event of its own. */
const MOMENTS = [
  { kind: "relay", state: "queued" },
  { kind: "relay", state: "writing" },
  { kind: "relay", state: "written" },
  { kind: "relay", state: "confirmed" },
  { kind: "message", state: "queued" },
  { kind: "message", state: "writing" },
] as const;

/**
 * Nobody can say whether a relay that was being written arrived, so it is not sent again: the human looks at the pane
 * and decides.
 */
async function resendIfLost(workspace: Workspace, body: string): Promise<void> {
  const [relay] = await workspace.settledDeliveries(1);
  if (workspace.records("ben").some((record) => String(record["text"]).includes(body))) return;
  expect(relay).toMatchObject({ state: "unconfirmed", attempts: 1 });
  const needs = await workspace.json<{ id: string; kind: string }[]>(["needs"]);
  expect(needs).toContainEqual(expect.objectContaining({ id: `delivery:${relay?.id}`, kind: "delivery" }));
  await workspace.json(["delivery", "retry", relay?.id ?? ""]);
}

describe("S6: the server is killed in the middle of a delegation", () => {
  test.concurrent.each(MOMENTS)(
    "when the $kind is $state: the work is done, and no prompt comes twice",
    async ({ kind, state }) => {
      const workspace = await openWorkspace();
      try {
        await workspace.recorded("ada", "ready");
        await workspace.recorded("ben", "ready");
        // Whoever looks at the workspace brings its server back.
        const tui = workspace.attachTui({ cols: 120, rows: 40 });
        await tui.shows(/ben .* idle/);
        const before = await workspace.serverPid();
        const body = longBody("S6");
        const watcher = await workspace.connect();
        const killed = new Promise<void>((resolve) => {
          watcher.onNotice((notice) => {
            if (notice.notice !== "event" || notice.event.kind !== "delivery.changed") return;
            const { event } = notice;
            if (event["kindOfDelivery"] !== kind || event["state"] !== state) return;
            process.kill(before, "SIGKILL");
            resolve();
          });
        });
        await watcher.call("events.subscribe", {});
        await type(workspace, "ada", says({ run: `ia-tmux delegate --to ben ${quoted(body)}` }));
        await killed;
        await eventually("the killed server is gone", () => !isAlive(before));
        await eventually("the screen brought another up", async () => {
          const info = await workspace.cli(["server", "status", "--json"]);
          return info.exitCode === 0 && (JSON.parse(info.stdout) as { pid: number }).pid !== before;
        });
        // The kill comes a moment after its sign: what was queued may be half written by then.
        if (kind === "relay" && (state === "queued" || state === "writing"))
          await resendIfLost(workspace, body);

        const relay = await workspace.recorded("ben", "prompt", (one) => String(one["text"]).includes(body));
        const taskId = /task-\w+/.exec(String(relay["text"]))?.[0] ?? "";
        const done = (record: Record<string, unknown>) => String(record["command"]).includes(`send --to ada`);
        await workspace.recorded("ben", "ran", done);
        const task = await workspace.withServer((server) => server.call("task.show", { task: taskId }));
        expect(task.status).toBe("completed");
        const deliveries = await workspace.settledDeliveries(3);
        expect(deliveries.filter((one) => one.kind === "relay")).toHaveLength(1);
        expect(deliveries.find((one) => one.kind === "relay")).toMatchObject({
          state: "confirmed",
          answered: true,
        });
        for (const { id, to, state: end } of deliveries) {
          // The agent notes what it was told, as a prompt or beside one, after its hook has told us of it.
          if (end === "confirmed")
            await eventually(`${to} notes ${id}`, () =>
              workspace
                .records(to)
                .some(
                  (one) => ["prompt", "context"].includes(one.kind) && String(one["text"]).includes(`${id}]`),
                ),
            );
          const told = workspace
            .records(to)
            .filter((one) => ["prompt", "stop-feedback", "context"].includes(one.kind))
            .filter((one) => String(one["text"]).includes(`${id}]`));
          // A stop hook's words are the next prompt: the same telling, noted twice.
          const prompts = told.filter((one) => one.kind !== "stop-feedback");
          expect(prompts.length, `${id} is ${end}: ${JSON.stringify(told)}`).toBeLessThanOrEqual(1);
          if (end === "confirmed") expect(prompts).toHaveLength(1);
          else expect(end).toBe("unconfirmed");
        }
        // Only what was under way when the server died may be in doubt.
        const doubtful = deliveries.filter((one) => one.state !== "confirmed");
        expect(doubtful.length).toBeLessThanOrEqual(1);
      } finally {
        await workspace.close();
      }
    },
  );
});
