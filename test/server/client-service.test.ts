import { expect, test, vi } from "vitest";
import { decodeGridFrame } from "../../src/protocol/grid.ts";
import type { ServerConnection } from "../../src/server/connection.ts";
import { createClientService } from "../../src/server/services/client-service.ts";
import { fakePane } from "./fake-pane.ts";
import { createHandClock } from "./services/coordination.ts";

function world() {
  const clock = createHandClock();
  const shown = [fakePane({ id: "%1", number: 1 }), fakePane({ id: "%2", number: 2 })];
  const sizes: unknown[] = [];
  const clients = createClientService({
    clock,
    visiblePanes: () => shown.map(({ pane }) => pane),
    isVisible: (paneId) => shown.some(({ pane }) => pane.id === paneId),
    onSizeChanged: () => void sizes.push(clients.size()),
  });
  const attach = (id: string, size = { cols: 80, rows: 24, readOnly: false }) => {
    const frames: { sequence: number; pane: number }[] = [];
    let close = () => {};
    const connection = {
      id,
      sendGrid(sequence: number, bytes: Uint8Array) {
        const decoded = decodeGridFrame(bytes);
        frames.push({ sequence, pane: decoded.ok ? decoded.value.pane : -1 });
      },
      onClose: (listener: () => void) => (close = listener),
    } as unknown as ServerConnection;
    clients.attach(connection, size);
    return { frames, close: () => close() };
  };
  return { clock, clients, attach, shown, sizes };
}

test("a fresh client gets every visible pane under one number, and nothing more until it has acknowledged", () => {
  const { clock, clients, attach, shown } = world();
  const { frames } = attach("c1");
  clients.redraw();
  clock.advance(50);
  expect(frames.map((frame) => frame.pane).sort()).toEqual([1, 2]);
  expect(new Set(frames.map((frame) => frame.sequence)).size).toBe(1);
  for (let burst = 0; burst < 50; burst++) {
    shown[0]!.show([`line ${burst}`]);
    clients.paneChanged(shown[0]!.pane, 10);
    clock.advance(20);
  }
  expect(frames).toHaveLength(2);
  clients.ack("c1", frames[0]!.sequence);
  clock.advance(50);
  expect(frames.slice(2).map((frame) => frame.pane)).toEqual([1]);
});

test("a flood is drawn half as often as light output, and only what is on the screen counts", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    const { clock, clients, attach, shown } = world();
    const { frames } = attach("c1");
    const hidden = fakePane({ id: "%9", number: 9 }).pane;
    const [one] = shown;
    const tick = (ms: number) => {
      vi.advanceTimersByTime(ms);
      clock.advance(ms);
    };
    let line = 0;
    /** How many milliseconds pass until what is printed now is drawn. */
    const drawnAfter = (bytes: number, pane = one!.pane) => {
      const before = frames.length;
      one!.show([`line ${++line}`]);
      clients.paneChanged(pane, bytes);
      let ms = 0;
      for (; frames.length === before && ms < 100; ms++) tick(1);
      if (frames.length > before) clients.ack("c1", frames.at(-1)!.sequence);
      return ms;
    };
    tick(1_000);
    drawnAfter(10);
    expect(drawnAfter(20_000)).toBe(17);
    expect(drawnAfter(40_000)).toBe(17);
    expect(drawnAfter(40_000)).toBe(34);
    expect(drawnAfter(20_000)).toBe(34);
    expect(drawnAfter(20_000)).toBe(17);
    expect(drawnAfter(1_000_000, hidden)).toBe(100);
    drawnAfter(10);
    expect(drawnAfter(20_000)).toBe(17);
  } finally {
    vi.useRealTimers();
  }
});

test("the client used last decides the size; one that only looks never does while another is there", () => {
  const { clock, clients, attach } = world();
  attach("looks", { cols: 200, rows: 60, readOnly: true });
  expect(clients.size()).toEqual({ cols: 200, rows: 60 });
  const small = attach("small");
  clock.advance(10);
  attach("large", { cols: 120, rows: 40, readOnly: false });
  expect(clients.size()).toEqual({ cols: 120, rows: 40 });
  clock.advance(10);
  expect(clients.used("small")).toBe(true);
  expect(clients.size()).toEqual({ cols: 80, rows: 24 });
  expect(clients.used("looks")).toBe(false);
  small.close();
  expect(clients.size()).toEqual({ cols: 120, rows: 40 });
});

test("a client that is gone is forgotten, and so is what it had not acknowledged", () => {
  const { clock, clients, attach, shown } = world();
  const { frames, close } = attach("c1");
  clients.redraw();
  clock.advance(50);
  const before = frames.length;
  close();
  clients.paneChanged(shown[0]!.pane, 10);
  clients.ack("c1", frames[0]!.sequence);
  clock.advance(50);
  expect(frames).toHaveLength(before);
  expect(clients.all()).toEqual([]);
  expect(clients.size()).toBeNull();
});

test("a resize makes everything go out anew", () => {
  const { clock, clients, attach } = world();
  const { frames } = attach("c1");
  clients.redraw();
  clock.advance(50);
  clients.ack("c1", frames[0]!.sequence);
  clients.resize("c1", 90, 30);
  clock.advance(50);
  expect(
    frames
      .slice(2)
      .map((frame) => frame.pane)
      .sort(),
  ).toEqual([1, 2]);
  expect(clients.size()).toEqual({ cols: 90, rows: 30 });
});
