// 64 clients at once on a real server: locks exclude, no update is lost, fencing tokens rise, no task goes to two.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../src/client/connection.ts";
import { eventually } from "../support/eventually.ts";
import { type LoadRig, names, openLoadRig, SLOW } from "./load-rig.ts";

const CLIENTS = 64;
const ROUNDS = SLOW ? 60 : 4;
const KILLS = SLOW ? 5 : 1;
const FILES = ["a.txt", "./a.txt", "dir/../a.txt", "b.txt", "c/d.txt"];

let rig: LoadRig;
beforeAll(async () => {
  rig = await openLoadRig();
}, 60_000);
afterAll(() => rig.close());

function unlessHeld(thrown: unknown): void {
  if ((thrown as { code?: string }).code !== "lock-held") throw thrown;
}

const counterOf = (file: string) => join(rig.dir, `counter-${file.replace(/^.*\//, "")}`);

test(
  "64 clients lock, count in a file, and unlock, while the server is killed: every count is there",
  async () => {
    for (const file of FILES) writeFileSync(counterOf(file), "0");
    const inside = new Map<string, string>();
    const tokens = new Map<string, number>();
    let done = 0;
    let kills = 0;

    async function work(agent: string, n: number): Promise<void> {
      let connection: Connection | null = null;
      const call = async <T>(ask: (connection: Connection) => Promise<T>): Promise<T> => {
        for (;;) {
          try {
            connection ??= await rig.connect({ agent });
            return await ask(connection);
          } catch (thrown) {
            const { code } = thrown as { code?: string };
            if (code !== "server-unreachable" && code !== "interrupted" && code !== "unauthorised")
              throw thrown;
            connection?.close();
            connection = null;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      };
      for (let round = 0; round < ROUNDS; round++) {
        const file = FILES[(n + round) % FILES.length] as string;
        const key = counterOf(file);
        const lock = await call((to) =>
          to.call("lock.acquire", { path: file, waitMs: 120_000 }, { timeoutMs: 150_000 }),
        );
        expect(inside.get(key)).toBeUndefined();
        inside.set(key, agent);
        expect(lock.fencingToken).toBeGreaterThan(tokens.get(key) ?? 0);
        tokens.set(key, lock.fencingToken);
        const value = Number(readFileSync(key, "utf8"));
        await new Promise((resolve) => setImmediate(resolve));
        writeFileSync(key, String(value + 1));
        inside.delete(key);
        // Asked again after a crash, it may have been released by the first call, and be another's by now.
        await call((to) => to.call("lock.release", { path: file }).catch(unlessHeld));
        done++;
      }
    }

    const working = Promise.all(names("agent", CLIENTS).map(work));
    for (; kills < KILLS; kills++) {
      const enough = ((kills + 1) * CLIENTS * ROUNDS) / (KILLS + 2);
      await eventually("some of the work is done", () => done >= enough, { timeoutMs: 120_000 });
      await rig.killServer();
      await rig.json(["server", "start"]);
    }
    await working;
    const counted = [...new Set(FILES.map(counterOf))].map((file) => Number(readFileSync(file, "utf8")));
    expect(counted.reduce((sum, value) => sum + value, 0)).toBe(CLIENTS * ROUNDS);
    expect(await rig.json(["locks"])).toEqual([]);
  },
  SLOW ? 600_000 : 60_000,
);

test(
  "64 clients claim what there is: each task goes to one, and nobody is left with nothing while there is work",
  async () => {
    const count = SLOW ? 1_000 : 150;
    const operator = await rig.connect();
    const made = new Set<string>();
    for (let n = 0; n < count; n += 50) {
      const some = Array.from({ length: 50 }, (_, more) =>
        operator.call("task.create", { title: `task ${n + more}` }),
      );
      for (const { id } of await Promise.all(some)) made.add(id);
    }
    const clients = await rig.clients(names("claimer", CLIENTS));
    const claimed = await Promise.all(
      clients.map(async (client) => {
        const mine: string[] = [];
        for (;;) {
          const { task } = await client.call("task.claim-next", {});
          if (task === null) return mine;
          mine.push(task.id);
          await client.call("task.update", { task: task.id, status: "completed" });
        }
      }),
    );
    const all = claimed.flat();
    expect(all).toHaveLength(count);
    expect(new Set(all)).toEqual(made);
    const tasks = await operator.call("task.list", { status: "completed" });
    for (const [n, mine] of claimed.entries())
      for (const id of mine) expect(tasks.find((task) => task.id === id)?.assignee).toBe(`claimer${n}`);
    for (const client of clients) client.close();
  },
  SLOW ? 300_000 : 60_000,
);
