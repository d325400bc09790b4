// The only place where the screen does something to the world.
import { AppError, messageOf } from "../base/errors.ts";
import type { Connection } from "../client/connection.ts";
import {
  encodeFocus,
  encodeKey,
  encodeMouse,
  encodePaste,
  KITTY_EVENT_TYPES,
} from "../domain/keys/encode.ts";
import type { KeyEvent } from "../domain/keys/events.ts";
import { parseKey } from "../domain/keys/key.ts";
import { DEFAULT_MODES, type PaneModes } from "../protocol/cells.ts";
import type { MethodName, Params } from "../protocol/methods.ts";
import type { PaneGrid } from "./compositor/pane-grid.ts";
import { type Link, linkAt } from "./copy/links.ts";
import { type Effect, type ReplyTo, toastCall } from "./effects.ts";
import { listFiles } from "./list-files.ts";
import type { MessageBody } from "./message.ts";
import type { OpenedLink } from "./open-link.ts";
import { createPaneInput } from "./pane-input.ts";
import type { Terminal } from "./terminal.ts";

export interface EffectDeps {
  /** The connection in use; null while there is none. */
  connection(): Connection | null;
  readonly grids: ReadonlyMap<number, PaneGrid>;
  readonly terminal: Pick<Terminal, "write" | "setMouse" | "askColours">;
  /** A desktop notification in the words that this terminal knows; empty when it knows none. */
  notification(text: string): string;
  dispatch(message: MessageBody): void;
  /** The contents of the terminal are unknown: draw everything. */
  redraw(): void;
  /** Lets the user's editor have the text. Throws with words for the user. */
  edit(text: string): Promise<string>;
  /** A text file that the user named. Throws with words for the user. */
  readText(path: string, cwd: string): string;
  /** Opens an address, or says what to run for a file. Never called without a human asking for it. */
  openLink(link: Link, cwd: string): OpenedLink;
  exit(code: number, line: string): void;
  /** Counts work that is under way; call the answer when it is over. */
  begin(): () => void;
  /** Keys wait from now on until the answer is called: nobody knows yet which pane or program they are for. */
  holdKeys(): () => void;
}

/** Calls that may move the focus, or start a program: a key typed behind one of them is for what has the keys then. */
const KEYS_WAIT_FOR: ReadonlySet<string> = new Set([
  "agent.start",
  "layout.open",
  "pane.break",
  "pane.focus",
  "pane.join",
  "pane.kill",
  "pane.reopen",
  "pane.respawn",
  "pane.rotate",
  "pane.split",
  "pane.swap",
  "window.kill",
  "window.new",
  "window.select",
]);
/** What is typed behind a paste follows it. */
const pastes = (reply: ReplyTo) => reply.kind === "buffer-text" && reply.to === "panes";
/** More than this no terminal takes as a clipboard. */
const MAX_CLIPBOARD_BYTES = 1_000_000;
const DETACH_TIMEOUT_MS = 500;
const WHEEL_LINES = 3;
/** More fingers than anybody has: releases got lost. */
const MAX_KEYS_DOWN = 32;

export function createEffectRunner(deps: EffectDeps): (effect: Effect) => void {
  const modesOf = (paneNumber: number): PaneModes => deps.grids.get(paneNumber)?.modes ?? DEFAULT_MODES;
  const input = createPaneInput({
    connection: deps.connection,
    refuse: (message) => deps.dispatch({ type: "refused", reply: { kind: "toast" }, message, hint: "" }),
    begin: deps.begin,
  });
  const sendInput = (paneNumber: number, bytes: Uint8Array | undefined) => {
    if (bytes && bytes.length > 0) input.send(paneNumber, bytes);
  };

  /** Keys that are down, and where their press went: only there their release means something. */
  const down = new Map<string, readonly number[]>();
  const keyId = (event: KeyEvent) => String(event.kitty?.code ?? event.name.toLowerCase());
  const noteDown = (event: KeyEvent, paneNumbers: readonly number[]) => {
    const wanted = paneNumbers.filter((number) => (modesOf(number).kittyFlags & KITTY_EVENT_TYPES) !== 0);
    if (wanted.length === 0) return;
    if (down.size >= MAX_KEYS_DOWN) down.clear();
    down.set(keyId(event), wanted);
  };

  const refused = (reply: ReplyTo, thrown: unknown) => {
    const hint = thrown instanceof AppError ? (thrown.hint ?? "") : "";
    deps.dispatch({ type: "refused", reply, message: messageOf(thrown), hint });
  };

  const call = (effect: Extract<Effect, { type: "call" }>) => {
    const { reply } = effect;
    const connection = deps.connection();
    if (!connection) {
      deps.dispatch({ type: "refused", reply, message: "The server is gone.", hint: "" });
      return;
    }
    const over = deps.begin();
    const letGo = KEYS_WAIT_FOR.has(effect.method) || pastes(reply) ? deps.holdKeys() : () => {};
    const end = () => {
      letGo();
      over();
    };
    // The method table of the commands is checked against the schemas by a test.
    connection
      .call(effect.method as MethodName, effect.params as Params<MethodName>)
      .then(
        (result) => deps.dispatch({ type: "answered", reply, result }),
        (thrown: unknown) => refused(reply, thrown),
      )
      .finally(end);
  };

  const clickLink = (effect: Extract<Effect, { type: "click-link" }>) => {
    const { event, area } = effect;
    const grid = deps.grids.get(effect.paneNumber);
    const rowAt = (y: number) => (grid && y >= 0 && y < grid.rows ? { source: grid, y } : null);
    const link = grid ? linkAt(rowAt, event.y - area.y, event.x - area.x) : null;
    if (link) openLink(link, effect.cwd);
    else mouse({ ...effect, type: "mouse" });
  };

  const openLink = (link: Link, cwd: string) => {
    const opened = deps.openLink(link, cwd);
    if (opened.kind === "said")
      deps.dispatch(
        opened.ok
          ? { type: "answered", reply: { kind: "toast", done: opened.text }, result: {} }
          : { type: "refused", reply: { kind: "toast" }, message: opened.text, hint: "" },
      );
    else
      call({
        type: "call",
        method: "pane.split",
        params: { direction: "right", command: opened.command, cwd: opened.cwd, name: opened.name },
        reply: { kind: "toast" },
      });
  };

  const mouse = (effect: Extract<Effect, { type: "mouse" }>) => {
    const { event, paneNumber } = effect;
    const modes = modesOf(paneNumber);
    const bytes = encodeMouse(event, modes, effect.area);
    if (bytes) {
      sendInput(paneNumber, bytes);
      return;
    }
    const isWheel = event.button.startsWith("wheel");
    if (!isWheel || !modes.alternateScreen) {
      if (event.action !== "move") deps.dispatch({ type: "unwanted-mouse", paneId: effect.paneId, event });
      return;
    }
    // A full-screen program without a mouse scrolls by its arrow keys, as in other terminals.
    const arrow =
      event.button === "wheel-up"
        ? parseKey("Up")
        : event.button === "wheel-down"
          ? parseKey("Down")
          : undefined;
    if (arrow) for (let line = 0; line < WHEEL_LINES; line++) sendInput(paneNumber, encodeKey(arrow, modes));
  };

  const edit = (effect: Extract<Effect, { type: "editor" }>) => {
    const end = deps.begin();
    deps
      .edit(effect.text)
      .then(
        (text) => deps.dispatch({ type: "edited", layerId: effect.layerId, text, problem: "" }),
        (thrown: unknown) =>
          deps.dispatch({ type: "edited", layerId: effect.layerId, text: null, problem: messageOf(thrown) }),
      )
      .finally(end);
  };

  const publishSpec = ({ name, path, cwd }: Extract<Effect, { type: "publish-spec" }>) => {
    try {
      const content = deps.readText(path, cwd);
      call(toastCall("spec.publish", { name, content }, `Published ${name}`));
    } catch (thrown) {
      refused({ kind: "toast" }, thrown);
    }
  };

  return (effect) => {
    switch (effect.type) {
      case "call":
        return call(effect);
      case "key":
        for (const number of effect.paneNumbers) sendInput(number, encodeKey(effect.event, modesOf(number)));
        if (effect.event.action === "press") noteDown(effect.event, effect.paneNumbers);
        return;
      case "text":
        for (const number of effect.paneNumbers) sendInput(number, effect.bytes);
        return;
      case "key-release": {
        const went = down.get(keyId(effect.event)) ?? [];
        down.delete(keyId(effect.event));
        for (const number of went) sendInput(number, encodeKey(effect.event, modesOf(number)));
        return;
      }
      case "ask-colours":
        return deps.terminal.askColours();
      case "paste":
        for (const number of effect.paneNumbers)
          sendInput(number, encodePaste(effect.bytes, modesOf(number)));
        return;
      case "mouse":
        return mouse(effect);
      case "click-link":
        return clickLink(effect);
      case "open-link":
        return openLink(effect.link, effect.cwd);
      case "focus":
        return sendInput(effect.paneNumber, encodeFocus(effect.focused, modesOf(effect.paneNumber)));
      case "editor":
        return edit(effect);
      case "publish-spec":
        return publishSpec(effect);
      case "list-files": {
        const { layerId, directory, cwd } = effect;
        const reply = { kind: "files", layerId, directory } as const;
        return deps.dispatch({ type: "answered", reply, result: listFiles(directory, cwd) });
      }
      case "clipboard": {
        const bytes = Buffer.from(effect.text, "utf8");
        if (bytes.length <= MAX_CLIPBOARD_BYTES)
          void deps.terminal.write(`\x1b]52;c;${bytes.toString("base64")}\x1b\\`);
        return;
      }
      case "bell":
        void deps.terminal.write("\x07");
        return;
      case "notify":
        void deps.terminal.write(deps.notification(effect.text));
        return;
      case "mouse-reports":
        return deps.terminal.setMouse(effect.on);
      case "redraw":
        return deps.redraw();
      case "exit": {
        const connection = deps.connection();
        const leave = () => deps.exit(effect.code, effect.line);
        if (!connection || !effect.detach) return leave();
        connection.call("client.detach", {}, { timeoutMs: DETACH_TIMEOUT_MS }).then(leave, leave);
      }
    }
  };
}
