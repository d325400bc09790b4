// Owns the attached clients: what each one has drawn, when it gets the next frame, and the size of the workspace.
import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import { createGridEncoder, type GridEncoder } from "../../terminal/grid-encoder.ts";
import type { QueueHighWater } from "../../protocol/host-frames.ts";
import { MAX_UNREAD_BYTES, type ServerConnection } from "../connection.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

/** At most so many frames a second for one client when much is printed. */
const FRAME_INTERVAL_MS = 1000 / 60;
/** More than three screens of text a frame: nobody reads that, and half as many frames leave the time to who prints. */
const HEAVY_BYTES = 32_768;
const HEAVY_INTERVAL_MS = 2 * FRAME_INTERVAL_MS;
/** After a human's key the echo goes out at once for this long. */
const KEY_WINDOW_MS = 40;
/** Less than this printed since the last frame is light traffic: it goes out at once, within the burst. */
const LIGHT_BYTES = 8_192;
const MAX_BURST = 4;
/** Echoes that may be under way on top of a frame; the next one waits for the client's acknowledgement. */
const MAX_ECHOES_IN_FLIGHT = 3;

/** One frame of the largest terminal, each cell with colours and a cluster of its own. */
const MAX_TERMINAL_FRAME_BYTES = 64 * 1_048_576;

export interface AttachedClient {
  readonly id: string;
  readonly connection: ServerConnection;
  readonly readOnly: boolean;
  cols: number;
  rows: number;
  /** Whether a human looks at it; null when its terminal does not say. */
  focused: boolean | null;
  lastUsedMs: number;
}

interface ClientState extends AttachedClient {
  encoders: Map<string, { encoder: GridEncoder; screen: PaneRuntime["screen"] }>;
  dirty: Set<string>;
  /** Sequence of the frame that is under way; 0 when none is. */
  inFlight: number;
  /** Echoes sent since the client last acknowledged. */
  echoesInFlight: number;
  lastFrameMs: number;
  /** What visible panes printed since then. */
  bytesSince: number;
  intervalMs: number;
  burst: number;
  timer: (() => void) | null;
}

export interface ClientDeps {
  readonly clock: Clock;
  /** Panes that are on the screen now. */
  readonly visiblePanes: () => readonly PaneRuntime[];
  readonly isVisible: (paneId: string) => boolean;
  readonly onSizeChanged: () => void;
}

/** The one that was used last; one that only watches never while there is another. */
function latestOf<C extends AttachedClient>(clients: readonly C[]): C | null {
  const writers = clients.filter((client) => !client.readOnly);
  const candidates = writers.length > 0 ? writers : clients;
  return candidates.reduce<C | null>(
    (best, client) => (best === null || client.lastUsedMs >= best.lastUsedMs ? client : best),
    null,
  );
}

export type ClientService = ReturnType<typeof createClientService>;

export function createClientService(deps: ClientDeps) {
  const clients = new Map<string, ClientState>();
  let sequence = 0;
  let mostBacklog = 0;
  let mostWritten = 0;

  function schedule(client: ClientState) {
    if (client.inFlight !== 0 || client.timer || client.dirty.size === 0) return;
    const now = performance.now();
    const since = now - client.lastFrameMs;
    client.burst = Math.min(MAX_BURST, client.burst + (since / FRAME_INTERVAL_MS) * 0.5);
    const wait = client.intervalMs - since;
    if (wait <= 0 || (client.bytesSince < LIGHT_BYTES && client.burst >= 1)) {
      if (wait > 0) client.burst -= 1;
      return sendFrames(client);
    }
    client.timer = deps.clock.after(wait, () => {
      client.timer = null;
      sendFrames(client);
    });
  }

  /** The echo of a key goes out at once and alone: what a neighbour prints must not hold it up. */
  function sendEcho(client: ClientState, pane: PaneRuntime): boolean {
    if (client.echoesInFlight >= MAX_ECHOES_IN_FLIGHT) return false;
    if (!pane.screen || pane.screen.modes().synchronized) return false;
    client.echoesInFlight += 1;
    client.dirty.delete(pane.id);
    const frame = encoderOf(client, pane).next();
    if (frame) send(client, [frame]);
    return true;
  }

  function sendFrames(client: ClientState) {
    client.lastFrameMs = performance.now();
    client.intervalMs = client.bytesSince > HEAVY_BYTES ? HEAVY_INTERVAL_MS : FRAME_INTERVAL_MS;
    client.bytesSince = 0;
    const visible = deps.visiblePanes();
    const frames: Uint8Array[] = [];
    for (const pane of visible) {
      if (!client.dirty.has(pane.id) || !pane.screen) continue;
      if (pane.screen.modes().synchronized) {
        // The program is in the middle of a frame: look again soon. The screen gives up on it after 150 ms.
        client.timer ??= deps.clock.after(8, () => {
          client.timer = null;
          sendFrames(client);
        });
        continue;
      }
      client.dirty.delete(pane.id);
      const frame = encoderOf(client, pane).next();
      if (frame) frames.push(frame);
    }
    for (const id of client.dirty) if (!visible.some((pane) => pane.id === id)) client.dirty.delete(id);
    if (frames.length > 0) send(client, frames);
  }

  function send(client: ClientState, frames: readonly Uint8Array[]) {
    sequence = sequence >= 0xffff_fff0 ? 1 : sequence + 1;
    client.inFlight = sequence;
    for (const frame of frames) client.connection.sendGrid(sequence, frame);
  }

  function encoderOf(client: ClientState, pane: PaneRuntime): GridEncoder {
    const known = client.encoders.get(pane.id);
    if (known && known.screen === pane.screen) return known.encoder;
    known?.encoder.dispose();
    const encoder = createGridEncoder(pane.screen!, pane.number);
    client.encoders.set(pane.id, { encoder, screen: pane.screen });
    return encoder;
  }

  return {
    attach(
      connection: ServerConnection,
      size: { cols: number; rows: number; readOnly: boolean },
    ): AttachedClient {
      const client: ClientState = {
        id: connection.id,
        connection,
        readOnly: size.readOnly,
        cols: size.cols,
        rows: size.rows,
        focused: null,
        lastUsedMs: deps.clock.nowMs(),
        encoders: new Map(),
        dirty: new Set(),
        inFlight: 0,
        echoesInFlight: 0,
        lastFrameMs: 0,
        bytesSince: 0,
        intervalMs: FRAME_INTERVAL_MS,
        burst: MAX_BURST,
        timer: null,
      };
      clients.set(client.id, client);
      connection.onClose(() => this.detach(connection.id));
      deps.onSizeChanged();
      return client;
    },

    detach(id: string) {
      const client = clients.get(id);
      if (!client) return;
      mostBacklog = Math.max(mostBacklog, client.connection.mostBacklog);
      clients.delete(id);
      client.timer?.();
      for (const { encoder } of client.encoders.values()) encoder.dispose();
      deps.onSizeChanged();
    },

    get: (id: string): AttachedClient | undefined => clients.get(id),
    all: (): readonly AttachedClient[] => [...clients.values()],

    /** Also how a client asks for everything anew: whatever it has is void. */
    resize(id: string, cols: number, rows: number) {
      const client = clients.get(id);
      if (!client) return;
      for (const { encoder } of client.encoders.values()) encoder.invalidate();
      for (const pane of deps.visiblePanes()) client.dirty.add(pane.id);
      schedule(client);
      client.cols = cols;
      client.rows = rows;
      client.lastUsedMs = deps.clock.nowMs();
      deps.onSizeChanged();
    },

    /** The client that was used last decides the size; a read-only one never does while another is there. */
    size(): { cols: number; rows: number } | null {
      const latest = latestOf([...clients.values()]);
      return latest ? { cols: latest.cols, rows: latest.rows } : null;
    },

    /** Has screens carry out a line of the `:` prompt: the named one, all, or the one that was used last. Answers which. */
    command(line: string, which: { readonly client?: string; readonly all: boolean }): string[] {
      const screens = [...clients.values()].filter(({ connection }) => connection.kind === "tui");
      const latest = latestOf(screens);
      const asked = screens.filter((screen) =>
        which.client === undefined ? which.all || screen === latest : screen.id === which.client,
      );
      if (asked.length === 0) {
        throw new AppError(
          "not-found",
          which.client === undefined ? "No screen is attached." : `There is no client ${which.client}.`,
          { hint: which.client === undefined ? "`ia-tmux` opens one." : "`ia-tmux client list` names them." },
        );
      }
      for (const { connection } of asked) connection.notify({ notice: "command", line });
      return asked.map(({ id }) => id);
    },

    /** A human typed on this client: its size may be the workspace's now. Returns false when it may only look. */
    used(id: string): boolean {
      const client = clients.get(id);
      if (!client || client.readOnly) return false;
      const before = this.size();
      client.lastUsedMs = deps.clock.nowMs();
      const after = this.size();
      if (before && after && (before.cols !== after.cols || before.rows !== after.rows)) deps.onSizeChanged();
      return true;
    },

    focus(id: string, focused: boolean) {
      const client = clients.get(id);
      if (client) client.focused = focused;
    },

    paneChanged(pane: PaneRuntime, bytes: number) {
      if (clients.size === 0) return;
      const isEcho = deps.clock.nowMs() - pane.lastHumanKeyMs < KEY_WINDOW_MS;
      for (const client of clients.values()) {
        // Of what is not on the screen nothing is kept: it is drawn whole when it comes there.
        if (!client.dirty.has(pane.id) && !deps.isVisible(pane.id)) continue;
        client.dirty.add(pane.id);
        client.bytesSince += bytes;
        if (!isEcho || !sendEcho(client, pane)) schedule(client);
      }
    },

    /** Windows or layout changed: whatever is visible now is sent whole where it must be. */
    redraw() {
      for (const client of clients.values()) {
        for (const pane of deps.visiblePanes()) client.dirty.add(pane.id);
        schedule(client);
      }
    },

    /** A client says how long the longest frame was that it handed to its terminal: it waits for each to be taken. */
    wrote(mostBytes: number) {
      mostWritten = Math.max(mostWritten, mostBytes);
    },

    /** The most that ever waited on the way to any client, and from a client to its terminal. */
    highWater(): readonly QueueHighWater[] {
      const backlogs = [...clients.values()].map(({ connection }) => connection.mostBacklog);
      return [
        {
          queue: "server to a client",
          mostBytes: Math.max(mostBacklog, ...backlogs),
          boundBytes: MAX_UNREAD_BYTES,
        },
        { queue: "client to its terminal", mostBytes: mostWritten, boundBytes: MAX_TERMINAL_FRAME_BYTES },
      ];
    },

    forgetPane(paneId: string) {
      for (const client of clients.values()) {
        client.encoders.get(paneId)?.encoder.dispose();
        client.encoders.delete(paneId);
        client.dirty.delete(paneId);
      }
    },

    ack(id: string, acked: number) {
      const client = clients.get(id);
      if (!client || client.inFlight !== acked) return;
      client.inFlight = 0;
      client.echoesInFlight = 0;
      schedule(client);
    },
  };
}
