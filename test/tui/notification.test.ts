import { describe, expect, test } from "vitest";
import { notificationSequence } from "../../src/tui/notification.ts";
import { keysTo } from "./support/keys.ts";
import { modelFor, session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

describe("a desktop notification", () => {
  test.each([
    [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app" }, "\x1b]9;ia-tmux: codex: run npm test?\x1b\\"],
    [{ TERM: "xterm-kitty" }, "\x1b]9;ia-tmux: codex: run npm test?\x1b\\"],
    [{ TERM: "xterm-256color", VTE_VERSION: "7600" }, "\x1b]777;notify;ia-tmux;codex: run npm test?\x1b\\"],
    [{ TERM: "foot" }, "\x1b]777;notify;ia-tmux;codex: run npm test?\x1b\\"],
    [{ TERM: "rxvt-unicode-256color" }, "\x1b]777;notify;ia-tmux;codex: run npm test?\x1b\\"],
    [{ TERM: "linux" }, ""],
    [{ TERM: "dumb" }, ""],
  ] as const)("with %j", (env, sequence) => {
    expect(notificationSequence(env, "codex: run npm test?")).toBe(sequence);
  });

  test("carries an agent's words as text, and can neither be ended by them nor become another command", () => {
    const sent = notificationSequence({ TERM: "xterm" }, "a\x1b\\\x1b]52;c;AAAA\x07;4;1\u202e");
    expect([...sent.matchAll(/[\x00-\x1f\x9c]/g)]).toHaveLength(2);
    expect(sent.slice(4, -2)).not.toContain(";");
    expect(sent).not.toContain("\u202e");
  });
});

describe("an agent that needs the human", () => {
  const alert = {
    type: "notice",
    notice: { notice: "alert", kind: "needs-you", text: "codex: run npm test?", paneId: "%3" },
  } as const;

  test("rings and notifies while nobody looks at the terminal, and only says it while somebody does", () => {
    const away = keysTo(session(modelFor(trioView(120, 40))), "\x1b[O");
    away.effects = [];
    away.send(alert);
    expect(away.effects.map((effect) => effect.type)).toEqual(["bell", "notify"]);
    const looking = keysTo(session(modelFor(trioView(120, 40))), "\x1b[I");
    looking.effects = [];
    looking.send(alert);
    expect(looking.effects).toEqual([]);
    expect(looking.model.toasts.map((toast) => toast.text)).toEqual(["codex: run npm test?"]);
  });
});
