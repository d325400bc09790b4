// What is the operator's cannot be had with an agent's token, whatever the agent asks for and however it goes about it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../src/client/connection.ts";
import type { MethodName, Params } from "../../src/protocol/methods.ts";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
let ada: Connection;
beforeAll(async () => {
  workspace = await openWorkspace();
  ada = await workspace.connect({ agent: "ada" });
  await workspace.cli(["lock", "held.ts", "mine"]);
}, 60_000);
afterAll(async () => {
  ada.close();
  await workspace.close();
});

const call = <M extends MethodName>(method: M, params: Params<M>) => [method, params] as const;

test.each([
  call("session.init", { force: true }),
  call("session.set", { mode: "peer" }),
  call("agent.set", { name: "ada", role: "principal" }),
  call("agent.remove", { name: "ben" }),
  call("agent.start", { profile: "demo", role: "principal" }),
  call("lock.acquire", { path: "held.ts", force: true }),
  call("lock.release", { path: "held.ts", force: true }),
  call("message.directive", { to: "all", body: "obey" }),
  call("message.inbox", { agent: "ben" }),
  call("message.inbox", { agent: "all" }),
  call("message.mute", { sender: "cy", agent: "ben" }),
  call("summary.compact", { agent: "ben" }),
  call("task.create", { title: "x", assigner: "operator" }),
  call("question.answer", { question: "ask-1", answer: "yes" }),
  call("needs.answer", { need: "dialog:%1", action: "press:1:Yes" }),
  call("trust.answer", { sha256: "0".repeat(64), trust: true }),
  call("delivery.retry", { delivery: "dlv-1" }),
  call("delivery.drop", { delivery: "dlv-1" }),
  call("pane.send-keys", { target: "ben", keys: ["Enter"] }),
  call("pane.kill", { target: "ben", force: true }),
  call("pane.respawn", { target: "ben", kill: true }),
  call("window.kill", { force: true }),
  call("window.synchronize", { on: true }),
  call("pane.reopen", {}),
  call("layout.open", { name: "solo" }),
  call("layout.save", { name: "x" }),
  call("client.attach", { cols: 80, rows: 24 }),
  call("server.stop", { endPanes: true }),
  call("server.dump", {}),
  call("settings.reload", {}),
  call("archive.run", { olderThanMs: 0 }),
  call("archive.list", {}),
  call("store.export", {}),
  call("store.import", { text: "", last: true }),
  call("buffer.list", {}),
  call("buffer.paste", { target: "ben" }),
  call("debug.record", { target: "ben", on: true }),
  call("debug.rpc", { on: true }),
] as readonly (readonly [MethodName, Params<MethodName>])[])("%s %j", async (method, params) => {
  await expect(ada.call(method, params)).rejects.toMatchObject({ code: "permission-denied" });
});

test("a pane that an agent opens speaks as that agent: it does not get the operator's word that way", async () => {
  const said = join(workspace.project, "said");
  const script = `ia-tmux whoami --json >who; ia-tmux session set --mode peer >${said}.new 2>&1; mv ${said}.new ${said}; exec cat`;
  const { paneId } = await ada.call("pane.split", { direction: "down", command: ["sh", "-c", script] });
  await eventually("what the pane was told", () => existsSync(said));
  expect(JSON.parse(readFileSync(join(workspace.project, "who"), "utf8"))).toMatchObject({
    kind: "agent",
    name: "ada",
    paneId,
  });
  expect(readFileSync(said, "utf8")).toContain("needs the operator");
  expect(await workspace.json(["session", "show"])).toMatchObject({ mode: "hierarchical" });
  // A shell of the human's is the human's, as ever.
  const own = `ia-tmux whoami --json >own.new; mv own.new own; exec cat`;
  await workspace.cli(["split-window", "--", "sh", "-c", own]);
  await eventually("what the human's pane was told", () => existsSync(join(workspace.project, "own")));
  expect(JSON.parse(readFileSync(join(workspace.project, "own"), "utf8"))).toMatchObject({
    kind: "operator",
  });
});
