// What the human does about the agents' work, by the keys of the lists: in the real program, with an agent from outside whose
// commands are the real ones. What is asserted is what that agent and the server then hold.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import type { Task } from "../../src/domain/task/task.ts";
import type { QuestionView } from "../../src/protocol/results.ts";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";
import type { TuiProcess } from "../support/tui-process.ts";

const PREFIX = "\x02";
let workspace: Workspace;
let tui: TuiProcess;

beforeAll(async () => {
  workspace = await openWorkspace({
    layout: "name: rig\nwindows:\n  - name: home\n    panes:\n      - profile: shell\n",
    size: "120x40",
  });
  // The first one leads.
  await as("eve", "register", "--name", "eve");
  await as("dora", "register", "--name", "dora", "--role", "collaborator");
  tui = workspace.attachTui({ cols: 120, rows: 40 });
  await tui.shows("1:home*");
  await tui.endHints();
}, 60_000);
afterAll(() => workspace?.close());

async function as(agent: string, ...words: readonly string[]): Promise<string> {
  const ran = await workspace.cli(words, { env: { IA_TMUX_AGENT: agent } });
  expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  return ran.stdout;
}
const json = <T>(agent: string, ...words: readonly string[]) =>
  workspace.json<T>(words, { env: { IA_TMUX_AGENT: agent } });
const holds = (what: string, fact: () => Promise<boolean>) =>
  eventually(what, fact, { describe: () => tui.screen().join("\n") });
const task = (id: string) => workspace.json<Task>(["task", "show", id]);
const statusIs = (id: string, status: Task["status"]) =>
  holds(`${id} is ${status}`, async () => (await task(id)).status === status);

/** Opens a list, which shows `text`, for what is done in it; leaves it afterwards. */
async function inList(key: string, text: string | RegExp, work: () => Promise<void>): Promise<void> {
  tui.press(`${PREFIX}${key}`);
  await tui.shows(text);
  await work();
  tui.press("\x1b");
  await tui.until("the list is closed", () => !tui.screen().at(-2)!.includes("esc back"));
}

test("what needs me: a question with its deadline and default is answered by a key, and the answer reaches who asked", async () => {
  const options = Array.from({ length: 10 }, (_, at) => ["--option", `store ${at + 1}`]).flat();
  const asked = await json<QuestionView>(
    "dora",
    ...["ask", "--default", "store 2", "--deadline", "10m"].concat(options),
    "Which store?",
  );
  await inList("!", /asks: Which store\? .*m → store 2/, async () => {
    await tui.shows("0  store 10");
    tui.press("0");
    await tui.shows("Nothing needs you");
  });
  const [answered] = await workspace.json<QuestionView[]>(["questions"]);
  expect(answered).toMatchObject({ id: asked.id, state: "answered", answer: "store 10" });
  expect((await json<Message[]>("dora", "inbox")).map((message) => message.body).join()).toContain(
    "store 10",
  );
});

test("what needs me: an escalation shows its task and is answered in words", async () => {
  const { id } = await workspace.json<Task>(["task", "create", "--assignee", "dora", "Rework the login"]);
  const escalation = await json<QuestionView>("dora", "escalate", id, "nobody decides");
  await inList("!", "hands up: Rework the login: nobody decides", async () => {
    tui.press("s");
    await tui.shows(`─ ${id} ─`);
    tui.press("\x1b");
    await tui.shows("w write an answer");
    tui.press("wI do: redis\r");
    await tui.shows("Nothing needs you");
  });
  const questions = await workspace.json<QuestionView[]>(["questions"]);
  expect(questions.find((one) => one.id === escalation.id)).toMatchObject({ answer: "I do: redis" });
});

test("the board moves, assigns and reviews a card by key, and writes the note of a step that wants one", async () => {
  const { id } = await workspace.json<Task>(["task", "create", "Write the API reference"]);
  await inList("t", "Write the API", async () => {
    tui.press("/API\r");
    await tui.shows("filter API");
    tui.press("adora\r");
    await holds("dora has it", async () => (await task(id)).assignee === "dora");
    for (const [key, status] of [
      [">", "in_progress"],
      [">", "completed"],
      ["v", "revision_needed"],
      [">", "in_progress"],
      [">", "completed"],
      ["r", "under_review"],
      ["p", "approved"],
    ] as const) {
      tui.press(
        status === "revision_needed"
          ? "vthe errors are missing\r"
          : status === "completed"
            ? `${key}\r`
            : key,
      );
      await statusIs(id, status);
      await tui.until(`the board knows that it is ${status}`, () => boardKnows(status));
    }
    tui.press("\x1b");
    await tui.until("the filter is off", () => !tui.screen().join("\n").includes("filter API"));
  });
  expect((await task(id)).notes.map((note) => note.text)).toContain("the errors are missing");
});

/** By the letters of the footer: what works on a card of that status. */
function boardKnows(status: Task["status"]): boolean {
  const footer = tui.screen().at(-2)!;
  const next: Partial<Record<Task["status"], string>> = {
    in_progress: "> to completed",
    completed: "> to under review",
    revision_needed: "> to in progress",
    under_review: "> to approved",
  };
  return footer.includes(next[status] ?? "N new task");
}

test("the inbox: opening marks read, a reply goes into the thread, d says that the matter is done", async () => {
  const sent = await json<Message>(
    "dora",
    "send",
    "--to",
    "operator",
    "--subject",
    "schema",
    "see docs/db.md",
  );
  const state = async () =>
    (await json<Message[]>("dora", "sent")).find((one) => one.id === sent.id)!.receipts[0]?.state;
  await inList("i", "dora → operator", async () => {
    tui.press("/schema\r\r");
    await tui.shows(/Inbox ▸[^]*see docs\/db\.md/);
    await holds("it is read", async () => (await state()) === "read");
    tui.press("\x1b");
    await tui.shows("enter open");
    tui.press("wlooks good\r");
    await holds("dora has the reply", async () =>
      (await json<Message[]>("dora", "inbox")).some(
        (one) => one.body === "looks good" && one.threadId === sent.threadId,
      ),
    );
    await tui.shows("Sent to dora.");
    tui.press("d");
    await holds("it is done", async () => (await state()) === "completed");
    tui.press("\x1b");
    await tui.until("the filter is off", () => !tui.screen().join("\n").includes("filter schema"));
  });
});

test("locks: holder, time left and waiters are shown; taken away after a yes, the lock goes to who waits", async () => {
  await as("dora", "lock", "src/auth", "rework");
  const waiting = as("eve", "lock", "src/auth", "--wait", "30s");
  await inList("l", /dora +src\/auth +eve waits .*59 m/, async () => {
    tui.press("u");
    await tui.shows("Take the lock on src/auth away from dora?");
    tui.press("y");
    await tui.shows(/eve +src\/auth /);
  });
  expect(await waiting).toContain("Locked src/auth");
});

test("agents: status with its age, role and what each has; another role by a letter", async () => {
  await as("dora", "status", "on the login page");
  await inList("a", /dora +collabor/, async () => {
    await tui.shows(/outside +.*on the login/);
    tui.press("Gr");
    await tui.shows(":role dora");
    tui.press("reviewer\r");
    await tui.shows(/dora +reviewer/);
  });
});

test("activity, specifications and decisions are seen as they are made", async () => {
  await inList("y", "Activity", async () => {
    await as("dora", "log", "looked around");
    await tui.shows("looked around");
  });
  for (const text of ["# API\n", "# API\nGET /health\n"])
    await workspace.cli(["spec", "publish", "api"], { env: { IA_TMUX_AGENT: "dora" }, stdin: text });
  await inList("s", /api +version 2 +dora/, async () => {
    tui.press("d");
    await tui.shows("+GET /health");
    tui.press("\x1b");
    await tui.shows("d what changed last");
  });
  writeFileSync(join(workspace.project, "api.md"), "# API\nGET /ready\n");
  tui.press(`${PREFIX}:spec publish api ap\t\r`);
  await tui.shows("Published api");
  await inList("s", /api +version 3 +operator/, async () => {});
  tui.press(`${PREFIX}:decision tokens live in redis\r`);
  await inList("S", "tokens live in redis", async () => {});
});
