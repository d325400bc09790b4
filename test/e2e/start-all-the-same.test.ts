// What cannot be noted at a start, for want of room or because a file can only be read: the server starts all the same.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MAX_QUEUED_DELIVERIES } from "../../src/domain/relay/delivery.ts";
import type { ServerInfo } from "../../src/protocol/results.ts";
import { formatLine, parseLine } from "../../src/store/line-format.ts";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/processes.ts";
import { openWorkspace } from "../support/workspace.ts";

test("a server starts though more messages are unread than deliveries may wait, and none of them is lost", async () => {
  const workspace = await openWorkspace({ up: false });
  try {
    await workspace.json(["server", "start"]);
    const [ada, ben] = await Promise.all(["ada", "ben"].map((agent) => workspace.connect({ agent })));
    const count = MAX_QUEUED_DELIVERIES + 30;
    const { task } = await ada!.call("task.delegate", { to: "ben", text: "in vain" });
    const { task: other } = await ada!.call("task.delegate", { to: "ben", text: "for another" });
    const order = { to: "ben", text: "once and no more", key: "order-1" };
    const { task: ordered } = await ada!.call("task.delegate", order);
    for (const status of ["in_progress", "completed"] as const)
      await ben!.call("task.update", { task: ordered.id, status });
    // Who has begun a task hears of its end.
    for (const { id } of [task, other]) await ben!.call("task.update", { task: id, status: "in_progress" });
    await Promise.all(
      Array.from({ length: count }, (_, number) =>
        ada!.call("message.send", { to: "ben", body: `message ${number}` }),
      ),
    );
    expect(await ben!.call("message.inbox", {})).toHaveLength(count);
    // News that find no room wait in the inbox.
    const first = await workspace.connect();
    await first.call("task.assign", { task: other.id, to: "ada" });
    const lost = { from: "operator", type: "notice", subject: `Task ${other.id} is ada's now` };
    await eventually("that it is ada's is in the inbox", async () =>
      (await ben!.call("message.inbox", {})).some(({ subject }) => subject === lost.subject),
    );
    expect((await ben!.call("message.inbox", {})).at(-1)).toMatchObject(lost);
    await ada!.call("task.update", { task: task.id, status: "cancelled", note: "not needed" });
    const news = { from: "ada", type: "notice", subject: `Task ${task.id} is cancelled`, body: "not needed" };
    await eventually("the news is in the inbox", async () =>
      (await ben!.call("message.inbox", {})).some(({ subject }) => subject === news.subject),
    );
    expect((await ben!.call("message.inbox", {})).at(-1)).toMatchObject(news);
    // So does that its lock is broken, once: it is the same news the second time.
    for (let time = 0; time < 2; time++) {
      await ben!.call("lock.acquire", { path: "a.txt" });
      await first.call("lock.release", { path: "a.txt", force: true });
    }
    await eventually("that its lock is broken is in the inbox", async () =>
      (await ben!.call("message.inbox", {})).some(({ subject }) => subject === "Your lock was broken"),
    );
    // And the human sees who is so far behind.
    expect((await first.call("needs.list", {})).map(({ id }) => id)).toContain("crowded:deliveries:ben");
    // A new order finds no room, and leaves no task behind; one that was made before is found.
    const late = ada!.call("task.delegate", { to: "ben", text: "too late", key: "order-2" });
    await expect(late).rejects.toMatchObject({ code: "busy" });
    expect((await first.call("task.list", {})).map(({ title }) => title)).not.toContain("too late");
    expect((await ada!.call("task.delegate", order)).task.id).toBe(ordered.id);
    const { stateDir } = await workspace.json<ServerInfo>(["server", "status"]);
    await workspace.killServer();
    // Of an order that is known no more, as after an import, no second one is made.
    const file = join(stateDir, "store", "deliveries.db");
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, lines.filter((one) => !one.includes(ordered.id)).join("\n"));
    await workspace.json(["server", "start"]);
    const again = (await workspace.connect({ agent: "ada" })).call("task.delegate", order);
    await expect(again).rejects.toMatchObject({ code: "conflict" });
    const operator = await workspace.connect();
    expect(await operator.call("message.inbox", { agent: "ben" })).toHaveLength(count + 3);
    const deliveries = await operator.call("delivery.list", { agent: "ben" });
    expect(deliveries.filter(({ state }) => state === "queued")).toHaveLength(MAX_QUEUED_DELIVERIES);
  } finally {
    await workspace.close();
  }
});

test("a server starts after the end of all processes though a newer version wrote who the agents are", async () => {
  const workspace = await openWorkspace();
  try {
    const info = await workspace.json<ServerInfo>(["server", "status"]);
    for (const pid of [info.pid, info.hostPid!]) process.kill(pid, "SIGKILL");
    await eventually("server and host are gone", () => !isAlive(info.pid) && !isAlive(info.hostPid!));
    const file = join(info.stateDir, "store", "agents.db");
    const lines = readFileSync(file, "utf8").trimEnd().split("\n").map(parseLine);
    writeFileSync(file, lines.map((json) => `${formatLine(json.replace('"v":1,', '"v":2,'))}\n`).join(""));
    const started = await workspace.json<ServerInfo>(["server", "start"]);
    expect(started.readOnlyReason).toContain("written by a newer version");
    expect(started.panes).toBe(info.panes);
  } finally {
    await workspace.close();
  }
});
