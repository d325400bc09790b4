// Queues that are full when the server ends are full when the next one starts: it starts all the same.
import { expect, test } from "vitest";
import { MAX_QUEUED_DELIVERIES } from "../../src/domain/relay/delivery.ts";
import { openWorkspace } from "../support/workspace.ts";

test("a server starts though more messages are unread than deliveries may wait, and none of them is lost", async () => {
  const workspace = await openWorkspace({ up: false });
  try {
    await workspace.json(["server", "start"]);
    const [ada, ben] = await Promise.all(["ada", "ben"].map((agent) => workspace.connect({ agent })));
    const count = MAX_QUEUED_DELIVERIES + 30;
    await Promise.all(
      Array.from({ length: count }, (_, number) =>
        ada!.call("message.send", { to: "ben", body: `message ${number}` }),
      ),
    );
    expect(await ben!.call("message.inbox", {})).toHaveLength(count);
    process.kill(await workspace.serverPid(), "SIGKILL");
    await workspace.json(["server", "start"]);
    const operator = await workspace.connect();
    expect(await operator.call("message.inbox", { agent: "ben" })).toHaveLength(count);
    expect(await operator.call("delivery.list", { agent: "ben" })).toHaveLength(MAX_QUEUED_DELIVERIES);
  } finally {
    await workspace.close();
  }
});
