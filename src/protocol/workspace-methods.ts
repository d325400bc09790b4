// Requests about the program itself: server, clients, layouts, windows, panes, and looking back.
import * as z from "zod";
import { ARRANGEMENTS, MAX_EXTENT, SHARE_PATTERN } from "../domain/layout/words.ts";
import { MAX_BUFFER_PIECE } from "./buffer.ts";
import { OUTSIDE_SOURCES } from "./outside.ts";
import { id, nothing, target, text } from "./method-fields.ts";

const cells = z.number().int().min(1).max(MAX_EXTENT);
const colour = z.string().regex(/^#[0-9a-f]{6}$/);
/** Columns or rows of a program: so many, or a part of the window's such as "50%". */
const extent = z.union([cells, z.string().regex(SHARE_PATTERN)]);
const direction = z.enum(["left", "right", "up", "down"]);

/** What a new pane runs: a profile by name, or a command. Neither: the user's shell. */
const program = {
  profile: text.max(64).optional(),
  command: z.array(text).max(256).optional(),
  cwd: text.optional(),
  name: text.max(64).optional(),
  autoClaim: z.boolean().optional(),
};

export const WORKSPACE_METHODS = {
  "server.hello": () =>
    z.object({
      protocol: z.number().int(),
      version: text,
      client: z.enum(["tui", "cli", "mcp", "hook", "test"]),
      token: text.max(256).optional(),
      /** Outside the panes: act as this agent instead of the operator. */
      agent: text.max(32).optional(),
      /** Where that name comes from. */
      agentFrom: z.enum(OUTSIDE_SOURCES).optional(),
    }),
  "server.info": () => nothing,
  /** The most that ever waited in each queue between a pane's program and the user's terminal. */
  "server.queues": () => nothing,
  /** `restart`: another one is about to be started, so that attached screens wait for it instead of leaving. */
  "server.stop": () => z.object({ endPanes: z.boolean(), restart: z.boolean().default(false) }),
  "server.dump": () => nothing,
  "server.whoami": () => nothing,

  "client.attach": () =>
    z.object({
      cols: z.number().int().min(1).max(2_000),
      rows: z.number().int().min(1).max(1_000),
      readOnly: z.boolean().default(false),
      layout: text.optional(),
    }),
  "client.resize": () =>
    z.object({
      cols: z.number().int().min(1).max(2_000),
      rows: z.number().int().min(1).max(1_000),
    }),
  "client.detach": () => nothing,
  /** Whether a human looks at this client's terminal (focus events of the outer terminal). */
  "client.focus": () => z.object({ focused: z.boolean() }),
  /** The colours of this client's terminal: programs that ask for them are told these. */
  "client.colours": () =>
    z.object({
      foreground: colour.optional(),
      background: colour.optional(),
      cursor: colour.optional(),
    }),
  /** The longest frame that this client ever handed to its terminal, in bytes. Told when it has doubled. */
  "client.wrote": () => z.object({ mostBytes: z.number().int().nonnegative() }),
  /** While a pane is in copy mode nothing is injected that would move what the human looks at. */
  "client.mode": () => z.object({ paneId: id, copyMode: z.boolean() }),
  "client.list": () => nothing,
  /**
   * A line of the `:` prompt, carried out by an attached screen: what only a screen does, such as looking back or leaving.
   * By the one that was used last, the one that is named, or all.
   */
  "client.command": () =>
    z.object({ line: text.min(1).max(1_000), client: id.optional(), all: z.boolean().default(false) }),
  "events.subscribe": () => nothing,
  "settings.show": () => nothing,
  /** Reads the settings file again; every attached client gets them. */
  "settings.reload": () => nothing,
  /** The human has seen the hints of the first run, and does not want them again in any project. */
  "coach.end": () => nothing,

  "layout.list": () => nothing,
  "layout.open": () => z.object({ name: text.max(128) }),
  "layout.save": () => z.object({ name: text.max(64) }),
  "layout.preset": () => z.object({ name: z.enum(ARRANGEMENTS) }),

  "window.new": () => z.object({ ...program }),
  "window.select": () => z.object({ target: text }),
  "window.rename": () => z.object({ target, name: text.min(1).max(64) }),
  "window.move": () => z.object({ target, index: z.number().int().min(1).max(999) }),
  "window.kill": () => z.object({ target, force: z.boolean().default(false) }),
  "window.synchronize": () => z.object({ on: z.boolean().optional() }),

  "pane.list": () => nothing,
  "pane.split": () =>
    z.object({
      target,
      direction: z.enum(["right", "down"]),
      percent: z.number().min(1).max(99).optional(),
      /** The new pane is left of the split one, or above it. */
      before: z.boolean().optional(),
      /** The new pane goes along the whole window, not along the split pane alone. */
      full: z.boolean().optional(),
      ...program,
    }),
  "pane.focus": () => z.object({ target, direction: direction.optional() }),
  "pane.resize": () => z.object({ target, direction, cells }),
  /** Moves the very border that is on that side of the pane to a column or row of the window. */
  "pane.move-border": () =>
    z.object({ target, edge: z.enum(["right", "bottom"]), to: z.number().int().min(0).max(MAX_EXTENT) }),
  /** As near to that size as the borders of the pane can come. */
  "pane.size": () => z.object({ target, cols: extent.optional(), rows: extent.optional() }),
  "pane.zoom": () => z.object({ target }),
  "pane.swap": () => z.object({ target, with: text }),
  "pane.rotate": () => nothing,
  "pane.break": () => z.object({ target }),
  "pane.join": () => z.object({ target, into: text, direction: z.enum(["right", "down"]).default("right") }),
  "pane.kill": () => z.object({ target, force: z.boolean().default(false) }),
  /** `kill`: a program that still runs is ended first. */
  "pane.respawn": () => z.object({ target, kill: z.boolean().default(false) }),
  /** A title that stays; empty: the program's own again. */
  "pane.rename": () => z.object({ target, title: text.max(64) }),
  /** Brings the pane back that was closed last, for a few seconds after. */
  "pane.reopen": () => nothing,
  "pane.capture": () =>
    z.object({
      target,
      ansi: z.boolean().default(false),
      /** Rows of scrollback to put before the screen. */
      history: z.number().int().min(0).max(100_000).default(0),
      joinWrapped: z.boolean().default(false),
    }),
  "pane.send-keys": () =>
    z.object({
      target,
      keys: z.array(text.max(65_536)).max(1_000),
      literal: z.boolean().default(false),
    }),
  /**
   * A piece of a long paste (base64), by the pane's number. Answered when the program's terminal has taken it, so that the
   * next piece waits at the client and not in a queue here.
   */
  "pane.input": () => z.object({ pane: z.number().int().nonnegative(), data: z.base64().max(400_000) }),
  /** Rows of a pane as a grid frame (base64), counted from the first that it ever had: copy mode reads these. */
  "pane.rows": () =>
    z.object({
      paneId: id,
      /** Null: the last `count` rows. */
      from: z.number().int().nullable(),
      count: z.number().int().min(1).max(500),
      /** Of what the pane had printed when this was made (`search.show`), instead of its live screen. */
      snapshot: id.nullable().default(null),
    }),
  /** Reads a page of what the pane printed before the oldest row that is known; `pane.rows` has it then. */
  "pane.older": () => z.object({ paneId: id }),
  /** Text of rows of a pane, counted as `pane.rows` counts; what `pane.older` has read among them. */
  "pane.text": () =>
    z.object({
      paneId: id,
      from: z.number().int(),
      /** Exclusive. */
      to: z.number().int(),
      ansi: z.boolean().default(false),
      joinWrapped: z.boolean().default(false),
    }),
  /** Searches the next page of lines before a row (null: before what the live screen holds), and reads it when it must. */
  "pane.search-older": () =>
    z.object({
      paneId: id,
      pattern: text.min(1).max(500),
      regex: z.boolean().default(false),
      ignoreCase: z.boolean().default(true),
      before: z.number().int().nullable(),
      limit: z.number().int().min(1).max(5_000).default(1_000),
    }),
  "pane.search": () =>
    z.object({
      paneId: id.optional(),
      pattern: text.min(1).max(500),
      regex: z.boolean().default(false),
      ignoreCase: z.boolean().default(true),
      limit: z.number().int().min(1).max(5_000).default(1_000),
      snapshot: id.nullable().default(null),
      /** Whether hits bring the text of their line. */
      texts: z.boolean().default(true),
    }),
  /** Throws away what the pane printed, but for its screen: scrollback, raw log, and what a restart would bring back. */
  "pane.clear-history": () => z.object({ target }),
  /** Begins a search through all panes' screens, histories and raw logs; one that the client had before ends. */
  "search.open": () =>
    z.object({
      paneId: id.optional(),
      pattern: text.min(1).max(500),
      regex: z.boolean().default(false),
      ignoreCase: z.boolean().default(true),
    }),
  /** Hits from number `from` on as soon as there are some, or after a moment how far the search is. */
  "search.read": () => z.object({ searchId: id, from: z.number().int().min(0) }),
  /** Where a hit can be looked at. */
  "search.show": () => z.object({ searchId: id, index: z.number().int().min(0) }),
  /** What was found stays to be asked for until the next search. */
  "search.stop": () => z.object({ searchId: id }),

  /** Paste buffers, newest first. No name: the newest. */
  "buffer.set": () =>
    z.object({
      text: text.min(1).max(MAX_BUFFER_PIECE),
      name: text.min(1).max(64).optional(),
      /** Behind what the buffer holds already. */
      append: z.boolean().default(false),
    }),
  "buffer.list": () => nothing,
  "buffer.show": () => z.object({ name: text.max(64).optional() }),
  "buffer.delete": () => z.object({ name: text.max(64).optional() }),
  "buffer.paste": () => z.object({ name: text.max(64).optional(), target }),
  "debug.record": () => z.object({ target, on: z.boolean() }),
  "debug.rpc": () => z.object({ on: z.boolean() }),
} as const;
