import { describe, expect, test } from "vitest";
import { modelFor, picture, session, type Session } from "./support/screen.ts";
import { keysTo } from "./support/keys.ts";
import { settingsView, trioView } from "./support/views.ts";

function attached(more: Parameters<typeof settingsView>[0], problem: string | null = null): Session {
  const held = session(modelFor(trioView(120, 40)));
  held.send({
    type: "attached",
    view: trioView(120, 40),
    settings: settingsView(more, problem),
    coach: false,
  });
  return held;
}

const methods = (held: Session) =>
  held.effects.flatMap((effect) => (effect.type === "call" ? [effect.method] : []));
const said = (held: Session) => held.model.toasts.map((toast) => toast.text);

describe("the prefix", () => {
  test("is the user's: it works, twice sends it to the pane, and C-b is a key like others", () => {
    expect(methods(keysTo(attached({ prefix: "C-a" }), "\x01c"))).toContain("window.new");
    expect(keysTo(attached({ prefix: "C-a" }), "\x01\x01").effects.at(-1)).toMatchObject({
      type: "key",
      event: { name: "a", ctrl: true },
    });
    expect(keysTo(attached({ prefix: "C-a" }), "\x02").effects.at(-1)).toMatchObject({
      type: "key",
      event: { name: "b", ctrl: true },
    });
  });

  test("stands in every text that names a key", async () => {
    const held = keysTo(attached({ prefix: "M-x" }), "\x1bx?");
    const help = (await picture(held.model)).lines.join("\n");
    expect(help).toContain("M-x %");
    expect(help).toContain("M-x ? help");
    keysTo(held, "\x1b\x1bxj");
    expect(said(held)).toContain("No pane is marked; M-x m marks the one you are in.");
    keysTo(held, "\x1bxV");
    expect(said(held)).toContain("M-x V is not bound; M-x ? shows the keys.");
    keysTo(held, "\x1bxm");
    expect(said(held).join("\n")).toContain("M-x j brings it");
    held.send({
      type: "refused",
      reply: { kind: "toast" },
      message: "There is no other window.",
      hint: "C-b c opens one.",
    });
    expect(said(held)).toContain("There is no other window. M-x c opens one.");
    const all = (await picture(held.model)).lines.join("\n");
    expect(`${help}\n${all}`).not.toContain("C-b");
  });
});

describe("copy mode's keys", () => {
  test("are the settings', `:mode-keys` holds until the setting changes, and auto asks the environment", () => {
    const held = attached({});
    expect(held.model.copyKeys).toBe("vi");
    keysTo(held, "\x02:mode-keys emacs\r");
    held.send({ type: "notice", notice: { notice: "settings", ...settingsView({ theme: "light" }) } });
    expect(held.model.copyKeys).toBe("emacs");
    held.send({ type: "notice", notice: { notice: "settings", ...settingsView({ modeKeys: "vi" }) } });
    expect(held.model.copyKeys).toBe("vi");
    const emacs = session(modelFor(trioView(120, 40), { copyKeys: "emacs", environmentCopyKeys: "emacs" }));
    const settings = (modeKeys: "auto" | "vi") =>
      emacs.send({ type: "notice", notice: { notice: "settings", ...settingsView({ modeKeys }) } });
    settings("vi");
    expect(emacs.model.copyKeys).toBe("vi");
    settings("auto");
    expect(emacs.model.copyKeys).toBe("emacs");
  });
});

describe("the user's own keys", () => {
  test("come before ours, and null takes one away", async () => {
    const keys = { g: "split-window -h lazygit", D: null, "%": "new-window top" };
    const held = keysTo(attached({ keys }), "\x02g\x02%\x02D");
    expect(held.effects).toContainEqual(
      expect.objectContaining({
        method: "pane.split",
        params: { direction: "right", command: ["lazygit"] },
      }),
    );
    expect(held.effects).toContainEqual(
      expect.objectContaining({ method: "window.new", params: { command: ["top"] } }),
    );
    expect(said(held)).toContain("C-b D is not bound; C-b ? shows the keys.");
    const help = (await picture(keysTo(attached({ keys }), "\x02?").model)).lines.join("\n");
    expect(help).toMatch(/Your own\s[\s\S]*C-b g\s+split-window -h lazygit/);
  });
});

describe("the look", () => {
  test("theme, ascii and the status line follow the settings, also while it runs", async () => {
    const held = attached({ theme: "light", ascii: true, status: false });
    expect(held.model).toMatchObject({ theme: "light", ascii: true });
    const lines = (await picture(held.model)).lines;
    expect(lines.join("\n")).not.toContain("shop");
    expect(lines.join("\n")).not.toContain("╭");
    held.send({
      type: "notice",
      notice: { notice: "settings", ...settingsView({ theme: "high-contrast" }) },
    });
    expect(held.model).toMatchObject({ theme: "high-contrast", ascii: false });
    expect((await picture(held.model)).lines.at(-1)).toContain("shop");
    expect(said(held)).toContain("Settings read.");
  });

  test("a theme of the environment stays, and auto goes by the terminal's background", () => {
    const fixed = session(modelFor(trioView(80, 24), { theme: "plain", themeFixed: true }));
    fixed.send({
      type: "attached",
      view: trioView(80, 24),
      settings: settingsView({ theme: "dark" }),
      coach: false,
    });
    expect(fixed.model.theme).toBe("plain");
    const held = attached({ theme: "dark" });
    keysTo(held, "\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
    expect(held.model.theme).toBe("dark");
    held.send({ type: "notice", notice: { notice: "settings", ...settingsView({ theme: "auto" }) } });
    expect(held.model.theme).toBe("light");
  });

  test("without the mouse the terminal is told not to report it", () => {
    expect(attached({ mouse: false }).effects).toContainEqual({ type: "mouse-reports", on: false });
  });

  test("a mistake in the file is said, with its place", () => {
    const { path } = settingsView();
    const held = attached({}, `${path}:3:1: unknown key\n  3 | prefx: C-a`);
    expect(said(held)).toEqual(["The settings are not used: config.yaml:3:1: unknown key"]);
  });
});

test("reload-config asks the server to read the file again", () => {
  expect(methods(keysTo(attached({}), "\x02:source-file\r"))).toContain("settings.reload");
  expect(methods(keysTo(attached({}), "\x02\x12"))).toContain("settings.reload");
});

describe("the ends of the status line", () => {
  const lineOf = async (held: Session) => (await picture(held.model)).lines.at(-1)!;

  test("say what the settings ask for, places filled in, unknown ones as they are", async () => {
    const held = attached({
      statusLeft: "#S/#W #P:#A",
      statusRight: "%a %d %b %R 100%% ##1 #{pane_id} #{nope}",
    });
    const line = await lineOf(held);
    expect(line).toMatch(/^ shop\/main 1:claude /);
    expect(line.trimEnd()).toMatch(/Sat 21 Nov 14:02 100% #1 %1 #\{nope\}$/);
  });

  test("hold no escape sequences, and are cut before they push the windows out", async () => {
    const held = attached({ statusLeft: `\x1b]0;x\x07${"long ".repeat(39)}` });
    const { ansi } = await picture(held.model);
    expect(ansi).not.toContain("\x1b]0;x");
    expect(await lineOf(held)).toContain("1:main*");
  });
});
