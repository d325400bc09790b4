// P20: clients that send what nobody asked for, too much of it, too slowly or nothing at all: the others do not notice.
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connection } from "../../src/client/connection.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/version.ts";
import { VERSION } from "../../src/version.ts";
import { cpuTimeOf } from "../support/cpu-time.ts";
import { eventually } from "../support/eventually.ts";
import { processesOf } from "../support/processes.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

/** Tells an answer from a hang. */
const HANG_MS = 8_000;
/** What the server may do for others before it answers: a busy machine takes longer for it. */
const PING_MAX_CPU_MS = 1_000;
const RSS_GROWTH_MAX_MB = 150;

let workspace: Workspace;
let honest: Connection;
let pid: number;
let worstPingMs = 0;

beforeAll(async () => {
  workspace = await openWorkspace({
    layout: "name: rig\nwindows:\n  - name: main\n    panes:\n      - command: [cat]\n",
  });
  honest = await workspace.connect();
  pid = await workspace.serverPid();
});
afterAll(async () => {
  process.stdout.write(`the slowest answer beside hostile clients took ${Math.round(worstPingMs)} ms\n`);
  await workspace.close();
});

const rssMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

interface Abuser {
  readonly socket: Socket;
  readonly said: () => string;
  readonly closed: Promise<void>;
}

function abuser(path = workspace.socketPath): Promise<Abuser> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let said = "";
    socket.on("data", (bytes) => (said = (said + bytes.toString("latin1")).slice(-100_000)));
    socket.on("error", () => {});
    const closed = new Promise<void>((done) => socket.on("close", () => done()));
    socket.on("connect", () => resolve({ socket, said: () => said, closed }));
  });
}

const hello = () => {
  const token = readFileSync(join(workspace.dir, "state", "operator.token"), "utf8").trim();
  return `${JSON.stringify({ id: 1, method: "server.hello", params: { version: VERSION, client: "test", token, protocol: PROTOCOL_VERSION } })}\n`;
};
const line = (value: unknown) => `${JSON.stringify(value)}\n`;

interface Abuse {
  readonly name: string;
  readonly abuse: (client: Abuser) => unknown;
  /** What the abuser is told, where that is promised. */
  readonly expected?: RegExp;
}

const ABUSES: readonly Abuse[] = [
  { name: "random bytes", abuse: ({ socket }) => socket.write(randomBytes(2_000_000)) },
  {
    name: "a line without end",
    abuse: ({ socket }) => socket.write(Buffer.alloc(4_000_000, "x")),
    expected: /frame larger than 1048576/,
  },
  {
    name: "lines that are no requests",
    abuse: ({ socket }) => socket.write('42\nnull\n[]\n"x"\n\n{\n'.repeat(500)),
    expected: /bad_request/,
  },
  {
    name: "methods of an object",
    abuse: ({ socket }) =>
      socket.write(
        ["__proto__", "constructor", "toString"]
          .map((method) => line({ id: 1, method, params: {} }))
          .join(""),
      ),
    expected: /error/,
  },
  {
    name: "JSON two hundred thousand deep",
    abuse: ({ socket }) =>
      socket.write(
        `${"[".repeat(200_000)}\n{"id":1,"method":"ls","params":${"[".repeat(200_000)}${"]".repeat(200_000)}}\n`,
      ),
    expected: /bad_request/,
  },
  {
    name: "numbers and keys without end",
    abuse: ({ socket }) =>
      socket.write(
        `{"id":1,"method":"x","params":{"a":${"9".repeat(100_000)},"b":1e999,${Array.from({ length: 50_000 }, (_, at) => `"k${at}":0`).join(",")}}}\n`,
      ),
  },
  {
    name: "a wrong token, often",
    abuse: ({ socket }) =>
      socket.write(
        line({
          id: 1,
          method: "server.hello",
          params: { version: VERSION, client: "test", token: "garbage", protocol: PROTOCOL_VERSION },
        }).repeat(50),
      ),
  },
  { name: "half of a line, then nothing", abuse: ({ socket }) => socket.write('{"id":1,"met') },
  { name: "half of a line, then the end", abuse: ({ socket }) => socket.end('{"id":1,"met') },
  {
    name: "a reset in the middle of an answer",
    abuse: ({ socket }) => {
      socket.write(hello() + line({ id: 2, method: "server.dump", params: {} }).repeat(50));
      socket.destroy();
    },
  },
  {
    name: "questions whose answers are never read",
    abuse: ({ socket }) => {
      socket.pause();
      socket.write(hello() + line({ id: 2, method: "server.dump", params: {} }).repeat(3_000));
    },
  },
  {
    name: "ten thousand requests at once",
    abuse: ({ socket }) =>
      socket.write(
        hello() +
          Array.from({ length: 10_000 }, (_, at) =>
            line({ id: at + 2, method: "pane.list", params: {} }),
          ).join(""),
      ),
  },
];

async function pings(): Promise<void> {
  for (let ping = 0; ping < 10; ping++) {
    const startedMs = performance.now();
    const usedBefore = cpuTimeOf(pid);
    await honest.call("pane.list", {});
    const tookMs = performance.now() - startedMs;
    worstPingMs = Math.max(worstPingMs, tookMs);
    expect(tookMs).toBeLessThan(HANG_MS);
    expect(cpuTimeOf(pid) - usedBefore).toBeLessThan(PING_MAX_CPU_MS);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe.each([
  ["the clients' socket", "server.sock"],
  ["the hooks' socket", "hook.sock"],
])("%s", (_, name) => {
  test.each(ABUSES)("$name: the others are answered", async ({ abuse, expected }) => {
    const before = rssMb();
    const bad = await abuser(join(workspace.dir, "run", name));
    abuse(bad);
    await pings();
    if (expected && name === "server.sock")
      await eventually(`it is told ${expected}`, () => expected.test(bad.said()), { describe: bad.said });
    bad.socket.destroy();
    await bad.closed;
    expect(await workspace.serverPid()).toBe(pid);
    expect(rssMb() - before).toBeLessThan(RSS_GROWTH_MAX_MB);
  });

  test("four hundred clients that say nothing: the others are answered", async () => {
    const silent = await Promise.all(
      Array.from({ length: 400 }, () => abuser(join(workspace.dir, "run", name))),
    );
    await pings();
    for (const { socket } of silent) socket.destroy();
    await Promise.all(silent.map((one) => one.closed));
    expect(await workspace.serverPid()).toBe(pid);
  });
});

test.runIf(process.platform === "linux")("P27: none of our processes has opened a port", () => {
  const listening = new Set<string>();
  for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
    for (const row of readFileSync(`/proc/net/${table}`, "utf8").split("\n").slice(1)) {
      const inode = row.trim().split(/\s+/)[9];
      if (inode) listening.add(`socket:[${inode}]`);
    }
  }
  const ours = processesOf(workspace.dir);
  expect(ours.length).toBeGreaterThanOrEqual(3);
  for (const { pid: one, command } of ours)
    expect([command, ...socketsOf(one).filter((socket) => listening.has(socket))]).toEqual([command]);
});

function socketsOf(one: number): string[] {
  return readdirSync(`/proc/${one}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${one}/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}
