// The demo agent: a program for a terminal that behaves like a coding agent without a model. It has what can go wrong
// with a real one: a composer with drafts, a dialog that Enter approves, a paste that a dialog swallows, `!` for a shell.
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { basename } from "node:path";
import { messageOf } from "../base/errors.ts";
import { afterSubmit, type Composer, editDraft, EMPTY_COMPOSER } from "./composer.ts";
import { answerDialog, type Dialog, type DialogAnswer } from "./dialog.ts";
import { createHooks } from "./hook.ts";
import { createKeyDecoder, type Input } from "./keys.ts";
import { parseSteps, type Step, stepsFor, tourSteps } from "./steps.ts";
import { createDemoTerminal, printable } from "./terminal.ts";
import { runSteps, shell } from "./turn.ts";
import { asked, banner, liveRows, said } from "./view.ts";

const TICK_MS = 100;
const ESCAPE_WAIT_MS = 25;
const MAX_QUEUED_PROMPTS = 50;
/** As often as real agents let a Stop hook go on in a row. */
const MAX_GO_ON = 8;
const READY_HINT = "enter send · ctrl-s put draft aside · ctrl-c twice to leave";

async function main(): Promise<void> {
  const { stdin, stdout, env } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    process.stderr.write("The demo agent needs a terminal. Open it with: ia-tmux up --layout demo\n");
    process.exit(69);
  }
  const name = env["IA_TMUX_AGENT"] ?? "demo";
  const pace = { factor: Number(env["IA_TMUX_DEMO_PACE"] ?? "1") };
  const allowShell = process.argv.includes("--allow-shell");
  const resumed = valueOf("--resume");
  const sessionId = resumed ?? randomUUID();
  const hooks = createHooks(env["IA_TMUX_HOOK"], {
    session_id: sessionId,
    cwd: process.cwd(),
    permission_mode: "default",
  });
  const script = env["IA_TMUX_DEMO_SCRIPT"];
  const scripted: Step[] | null = script === undefined || script === "" ? null : parseSteps(script);

  let composer: Composer = EMPTY_COMPOSER;
  let dialog: Dialog | null = null;
  let answered: ((answer: DialogAnswer) => void) | null = null;
  let busy: { label: string; startedMs: number } | null = null;
  let hint = READY_HINT;
  let leaving = false;
  let statusWanted = false;
  let status = "idle";
  let frame = 0;
  let interrupt = new AbortController();
  const queued: string[] = [];
  const columns = () => stdout.columns ?? 80;
  const rows = () => stdout.rows ?? 24;

  stdin.setRawMode(true);
  const terminal = createDemoTerminal((text) => void stdout.write(text), rows);
  terminal.draw(live(), banner(name, columns()));
  const decoder = createKeyDecoder();
  let escapeTimer: NodeJS.Timeout | undefined;
  stdin.setEncoding("utf8");
  stdin.on("data", (chunk: string) => {
    clearTimeout(escapeTimer);
    for (const input of decoder.feed(chunk)) take(input);
    if (decoder.hasPending) {
      escapeTimer = setTimeout(() => {
        for (const input of decoder.flush()) take(input);
      }, ESCAPE_WAIT_MS);
    }
  });
  stdin.on("end", () => leave(0));
  stdout.on("resize", () => terminal.redraw(live()));
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) process.on(signal, () => leave(143));
  const ticker = setInterval(() => {
    if (busy === null || dialog !== null) return;
    frame++;
    terminal.draw(live());
  }, TICK_MS);

  await hooks("SessionStart", { source: resumed === null ? "startup" : "resume", model: "demo" });
  record("ready", { name, session: sessionId, resumed: resumed !== null });
  const tourTo = env["IA_TMUX_DEMO_TOUR"];
  // Who goes on has given it already.
  if (tourTo !== undefined && tourTo !== "" && resumed === null) {
    setTimeout(
      () => void turn(`Start the tour: give ${tourTo} a task.`, tourSteps(tourTo, pace)),
      2_500 * pace.factor,
    );
  }

  function live() {
    return liveRows({
      columns: columns(),
      rows: rows(),
      composer,
      dialog,
      busy:
        busy === null || dialog !== null
          ? null
          : { label: busy.label, seconds: Math.floor((Date.now() - busy.startedMs) / 1_000), frame },
      queued,
      hint:
        dialog === null
          ? hint
          : dialog.kind === "permission"
            ? "enter confirm · y/n · esc reject"
            : "enter answer · esc dismiss",
    });
  }

  function tell(lines: readonly string[] = []): void {
    terminal.draw(live(), lines);
  }

  function report(next: string, extra = ""): void {
    status = next;
    if (statusWanted) stdout.write(`\u001b]7501;state=${next}:app=demo${extra}\u0007`);
  }

  function record(kind: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const path = env["IA_TMUX_DEMO_LOG"];
    if (path !== undefined && path !== "")
      appendFileSync(path, `${JSON.stringify({ kind, agent: name, atMs: Date.now(), ...fields })}\n`);
  }

  function take(input: Input): void {
    if (input.kind === "status-protocol") {
      statusWanted = true;
      report(status);
      return;
    }
    if (dialog !== null) return takeInDialog(dialog, input);
    const changed = editDraft(composer, input);
    composer = changed.composer;
    switch (changed.effect) {
      case "submit":
        submit(composer.text);
        break;
      case "stashed":
        hint = "draft put aside: it comes back after the next prompt";
        record("stashed");
        break;
      case "clear":
        record("cleared");
        break;
      case "escape":
        if (busy !== null) {
          record("interrupt");
          interrupt.abort();
        }
        break;
      case "mode":
        record("mode");
        break;
      case "nothing-to-clear":
        record("ctrl-c");
        if (leaving) return leave(0);
        leaving = true;
        hint = "press ctrl-c again to leave";
        break;
      case "end-of-input":
        return leave(0);
      case "none":
        if (leaving) hint = READY_HINT;
        leaving = false;
    }
    tell();
  }

  function takeInDialog(open: Dialog, input: Input): void {
    const changed = answerDialog(open, input);
    dialog = changed.dialog;
    if (input.kind === "paste") record("paste-dropped", { text: input.text });
    if (changed.answer !== null) {
      dialog = null;
      answered?.(changed.answer);
      answered = null;
    }
    tell();
  }

  function submit(text: string): void {
    const { composer: next, restored } = afterSubmit(composer);
    composer = next;
    hint = restored ? "draft restored" : READY_HINT;
    record("submit", { text });
    if (text.startsWith("!")) return void bang(text.slice(1));
    if (/^\/\w/.test(text)) return slash(text);
    if (busy === null) return void turn(text, null);
    if (queued.length < MAX_QUEUED_PROMPTS) queued.push(text);
    else record("queue-full", { text });
  }

  async function bang(command: string): Promise<void> {
    record("shell", { command });
    if (!allowShell)
      return tell(said("!", `not run without --allow-shell: ${printable(command)}`, columns()));
    const output = await shell(command, process.cwd(), new AbortController().signal);
    tell(said("!", printable(`${command}\n${output.text}`.trimEnd()), columns()));
  }

  function slash(text: string): void {
    record("slash", { text });
    if (/^\/(?:exit|quit)\b/.test(text)) return leave(0);
    tell(said("/", `no such command: ${printable(text)}`, columns()));
  }

  /** One prompt and all that follows from it, Stop hooks and queued prompts included. */
  async function turn(first: string, given: readonly Step[] | null): Promise<void> {
    if (busy !== null) return void queued.push(first);
    busy = { label: "Thinking", startedMs: Date.now() };
    let prompt: string | undefined = first;
    let steps = given;
    let goneOn = 0;
    let ended = "done";
    while (prompt !== undefined) {
      busy = { label: "Thinking", startedMs: Date.now() };
      interrupt = new AbortController();
      report("working");
      tell(asked(printable(prompt), columns()));
      const reply = await hooks("UserPromptSubmit", { prompt });
      record("prompt", { text: prompt });
      if (reply.context !== null) {
        record("context", { text: reply.context });
        note(reply.context);
      }
      ended = await runPrompt(prompt, steps, interrupt.signal);
      steps = null;
      const next = ended === "done" ? await afterTurn(goneOn) : undefined;
      goneOn = next === undefined ? 0 : goneOn + 1;
      prompt = next ?? queued.shift();
    }
    busy = null;
    report(ended === "error" ? "error" : "done");
    tell();
  }

  async function runPrompt(
    prompt: string,
    given: readonly Step[] | null,
    signal: AbortSignal,
  ): Promise<string> {
    try {
      const steps = given ?? scripted ?? stepsFor(prompt, pace);
      const ended = await runSteps(steps, world(), signal);
      if (ended === "interrupted") note("Interrupted");
      record("turn", { ended });
      return ended;
    } catch (thrown) {
      fail(messageOf(thrown));
      return "error";
    }
  }

  /** A Stop hook may have mail: its words are the next prompt. */
  async function afterTurn(goneOn: number): Promise<string | undefined> {
    const reply = await hooks("Stop", { stop_hook_active: goneOn > 0, last_assistant_message: "" });
    if (reply.goOn === null || goneOn >= MAX_GO_ON) return undefined;
    record("stop-feedback", { text: reply.goOn });
    return reply.goOn;
  }

  function world() {
    return {
      cwd: process.cwd(),
      allowShell,
      hooks,
      say: (text: string) => tell(said("●", printable(text), columns())),
      note,
      fail,
      busy: (label: string) => {
        busy = { label: printable(label).replaceAll("\n", " "), startedMs: busy?.startedMs ?? Date.now() };
        tell();
      },
      ask: (opened: Dialog) =>
        new Promise<DialogAnswer>((resolve) => {
          dialog = { ...opened, subject: printable(opened.subject) };
          answered = (answer) => {
            report("working");
            resolve(answer);
          };
          const message = Buffer.from(
            `${opened.kind === "permission" ? "run" : "answer"}: ${opened.subject}`,
          ).toString("base64");
          report("blocked", `:kind=${opened.kind}:msg=${message}`);
          tell();
          record("dialog", { subject: opened.subject });
        }),
      print: (bytes: string) => void stdout.write(bytes),
      record,
    };
  }

  function note(text: string): void {
    tell(said("⎿", printable(text), columns()).map((row) => `\u001b[2m ${row}\u001b[22m`));
  }

  function fail(text: string): void {
    tell(said("✕", printable(text), columns()));
  }

  function leave(code: number): void {
    clearInterval(ticker);
    record("exit", { code });
    terminal.leave();
    stdin.setRawMode(false);
    stdout.write(`Goodbye from ${basename(name)}.\r\n`, () => process.exit(code));
  }
}

/** What stands behind an option on our command line. */
function valueOf(option: string): string | null {
  const at = process.argv.indexOf(option);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
}

void main();
