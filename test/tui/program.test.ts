import { describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { createPacer, type Part } from "../../src/tui/pacer.ts";
import { gridFrame, scriptedServer, start } from "./support/app.ts";
import { trioView } from "./support/views.ts";

const VIEW = trioView(120, 40);
const INNER = VIEW.panes[0]!.inner!;

describe("the screen", () => {
  test("is drawn after the attach, and cells of panes as they come", async () => {
    const app = start(VIEW);
    await app.program.untilIdle();
    expect(app.server.calls[0]).toEqual({
      method: "client.attach",
      params: { cols: 120, rows: 40, readOnly: false, layout: undefined },
    });
    expect(app.screen()).toContain("1 claude · principal");
    app.server.sendGrid(7, gridFrame(1, INNER.cols, INNER.rows, "hello from claude"));
    await app.program.untilIdle();
    expect(app.screen()).toContain("│hello from claude");
    app.server.sendGrid(8, gridFrame(1, INNER.cols, INNER.rows, "a second line", { full: false, y: 1 }));
    await app.program.untilIdle();
    expect(app.screen()).toMatch(/│hello from claude[^\n]*\n│a second line/);
    expect(app.server.acks).toEqual([7, 8]);
  });

  test("acknowledges a frame when it has left for the terminal, and paints many waiting ones as one", async () => {
    const app = start(VIEW);
    await app.program.untilIdle();
    const release = app.holdWrites();
    const before = app.frames();
    app.server.sendGrid(1, gridFrame(1, INNER.cols, INNER.rows, "one"));
    await Promise.resolve();
    for (let sequence = 2; sequence < 50; sequence++)
      app.server.sendGrid(sequence, gridFrame(1, INNER.cols, INNER.rows, `line ${sequence}`));
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(app.server.acks).toEqual([]);
    expect(app.frames() - before).toBeLessThanOrEqual(1);
    release();
    await app.program.untilIdle();
    expect(app.screen()).toContain("line 49");
    expect(app.frames() - before).toBeLessThanOrEqual(2);
    expect(app.server.acks.at(-1)).toBe(49);
  });

  test("sends keys as the pane's program asked for them", async () => {
    const app = start(VIEW);
    await app.program.untilIdle();
    app.type("x\x1b[A");
    app.server.sendGrid(
      1,
      gridFrame(1, INNER.cols, INNER.rows, "", { modes: { applicationCursor: true, bracketedPaste: true } }),
    );
    app.type("\x1b[A\x1b[200~two\nlines\x1b[201~");
    await app.program.untilIdle();
    expect(app.server.inputs.map((input) => input.text)).toEqual([
      "x",
      "\x1b[A",
      "\x1bOA",
      "\x1b[200~two\nlines\x1b[201~",
    ]);
  });

  test("a lone escape goes to the pane after a moment", async () => {
    const app = start(VIEW);
    await app.program.untilIdle();
    app.type("\x1b");
    await app.program.untilIdle();
    expect(app.server.inputs).toEqual([{ pane: 1, text: "\x1b" }]);
  });

  test("follows a storm of resizes to the right picture", async () => {
    const app = start(VIEW);
    await app.program.untilIdle();
    for (let step = 0; step < 200; step++) app.resize(30 + (step % 120), 8 + (step % 40));
    app.resize(100, 30);
    app.server.say({ notice: "view", view: trioView(100, 30) });
    await app.program.untilIdle();
    expect(app.server.calls.at(-1)).toEqual({ method: "client.resize", params: { cols: 100, rows: 30 } });
    expect(app.screen().split("\n")[0]).toMatch(/^╭ 1 claude · principal/);
    expect(app.screen().split("\n")[29]).toContain("shop ▸");
  });

  test("opens lists and dialogs over the panes", async () => {
    const app = start(VIEW);
    await app.program.untilIdle();
    app.type("\x02a");
    await app.program.untilIdle();
    expect(app.screen()).toContain("Agents");
    expect(app.screen()).toMatch(/▸ claude +principal +active +● working/);
    app.type("\x1b");
    await app.program.untilIdle();
    expect(app.screen()).not.toContain("─ Agents ─");
  });

  test("turns the wheel into arrows for a full-screen program that does not want the mouse", async () => {
    const app = start(VIEW);
    await app.program.untilIdle();
    app.server.sendGrid(
      7,
      gridFrame(1, INNER.cols, INNER.rows, "less", { modes: { alternateScreen: true } }),
    );
    await app.program.untilIdle();
    app.type("\x1b[<64;5;5M");
    app.type("\x1b[<65;5;5M");
    await app.program.untilIdle();
    const up = { pane: 1, text: "\x1b[A" };
    const down = { pane: 1, text: "\x1b[B" };
    expect(app.server.inputs).toEqual([up, up, up, down, down, down]);
    expect(app.program.model.layers).toEqual([]);
  });

  test("leaves on C-b d, gives the terminal back and tells the server", async () => {
    const app = start(VIEW);
    await app.program.untilIdle();
    expect(app.entered()).toBe(1);
    app.type("\x02d");
    await expect(app.ended).resolves.toMatchObject({ code: 0 });
    expect(app.entered()).toBe(0);
    expect(app.server.calls.at(-1)?.method).toBe("client.detach");
  });

  test("gives way to the program as it is on disk when the server that came back is of another version", async () => {
    const app = start(VIEW, () => Promise.reject(new AppError("protocol-mismatch", "another version")));
    await app.program.untilIdle();
    app.server.die();
    await expect(app.ended).resolves.toEqual({ code: 1, line: "another version", again: true });
    expect(app.entered()).toBe(0);
  });

  test("keeps the terminal while the server is away and goes on when it is back", async () => {
    const second = scriptedServer(VIEW);
    let attempts = 0;
    let serverIsBack = false;
    const app = start(VIEW, async () => {
      attempts++;
      if (!serverIsBack) throw new Error("not yet");
      return second.connection;
    });
    await app.program.untilIdle();
    app.server.die();
    await app.program.untilIdle();
    expect(app.screen()).toContain("server gone, reconnecting");
    serverIsBack = true;
    while (second.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await app.program.untilIdle();
    expect(attempts).toBeGreaterThan(0);
    expect(app.screen()).not.toContain("server gone");
    second.sendGrid(1, gridFrame(1, INNER.cols, INNER.rows, "still here"));
    await app.program.untilIdle();
    expect(app.screen()).toContain("still here");
  });
});

describe("the pace of frames", () => {
  /** Time and the terminal in the test's hands. */
  function stage(link: { bytesPerMs: number; bufferBytes?: number }) {
    const FRAME_BYTES = 10_000;
    const ECHO_BYTES = 50;
    let now = 0;
    let emptyAt = 0;
    let left = 0;
    const timers: { at: number; job: () => void }[] = [];
    const painted: { at: number; bytes: number }[] = [];
    /** When it was painted, and what it waited behind. */
    const echoes: { at: number; waitsMs: number }[] = [];
    const clock = {
      now: () => now,
      after(delayMs: number, job: () => void) {
        const timer = { at: now + delayMs, job };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    };
    function sizeOf(part: Part) {
      if (part === "echo") return ECHO_BYTES;
      const rest = left || FRAME_BYTES;
      const bytes = part === "all" ? FRAME_BYTES : Math.min(rest, part.bytes);
      left = part === "all" ? 0 : rest - bytes;
      return bytes;
    }
    const pacer = createPacer(
      clock,
      (part) => {
        const bytes = sizeOf(part);
        const waitsMs = Math.max(0, emptyAt - now);
        if (part === "echo") echoes.push({ at: now, waitsMs });
        else painted.push({ at: now, bytes });
        emptyAt = now + waitsMs + bytes / link.bytesPerMs;
        // What the kernel's buffer holds has left at once.
        const heldUpMs = emptyAt - now - (link.bufferBytes ?? 0) / link.bytesPerMs;
        const send = () =>
          new Promise<void>((resolve) => {
            if (heldUpMs > 0) clock.after(heldUpMs, resolve);
            else resolve();
          });
        return { bytes, hasMore: left > 0, send };
      },
      () => {},
    );
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    return {
      pacer,
      painted,
      echoes,
      link,
      async run(untilMs: number, each: () => void = () => {}) {
        while (now < untilMs) {
          each();
          await settle();
          now++;
          for (const timer of timers.filter((due) => due.at <= now)) {
            timers.splice(timers.indexOf(timer), 1);
            timer.job();
          }
          await settle();
        }
      },
    };
  }

  const FAST = { bytesPerMs: 10_000 };
  const slow = () => ({ bytesPerMs: 300, bufferBytes: 8_192 });
  const gaps = (painted: readonly { at: number }[]) =>
    painted.slice(1).map(({ at }, index) => at - painted[index]!.at);

  test("a fast terminal gets at most one frame each 16 ms", async () => {
    const { pacer, painted, run } = stage(FAST);
    await run(100, () => pacer.request("paced"));
    expect(painted.length).toBeGreaterThan(4);
    expect(Math.min(...gaps(painted))).toBeGreaterThanOrEqual(16);
  });

  test("what a human waits for is painted at once", async () => {
    const { pacer, painted, run } = stage(FAST);
    pacer.request("paced");
    await run(3);
    pacer.request("now");
    await run(4);
    expect(painted.map(({ at }) => at)).toEqual([0, 3]);
  });

  test("echoes are painted at once and neither hurry nor hold up the frames of what else is printed", async () => {
    const { pacer, painted, echoes, run } = stage(FAST);
    let ticks = 0;
    await run(100, () => {
      pacer.request("paced");
      if (++ticks % 5 === 0) pacer.request("echo");
    });
    expect(echoes.length).toBeGreaterThan(10);
    expect(painted.length).toBeGreaterThan(4);
    expect(Math.min(...gaps(painted))).toBeGreaterThanOrEqual(16);
    expect(Math.max(...gaps(painted))).toBeLessThanOrEqual(20);
  });

  test("a slow terminal gets half of what it can take at most, in parts", async () => {
    const { pacer, painted, run } = stage(slow());
    await run(3_000, () => pacer.request("paced"));
    const bytes = painted.reduce((sum, part) => sum + part.bytes, 0);
    expect(bytes).toBeLessThan((3_000 * 300) / 2);
    expect(bytes).toBeGreaterThan((3_000 * 300) / 6);
    expect(Math.max(...painted.slice(-20).map((part) => part.bytes))).toBeLessThan(2_500);
  });

  test("on a slow terminal an echo waits behind a part of a frame, not behind a whole one", async () => {
    const { pacer, echoes, run } = stage(slow());
    let ticks = 0;
    await run(5_000, () => {
      pacer.request("paced");
      if (++ticks % 37 === 0) pacer.request("echo");
    });
    const waits = echoes.map(({ waitsMs }) => waitsMs).toSorted((first, second) => first - second);
    expect(echoes.length).toBeGreaterThan(100);
    expect(waits[Math.floor(waits.length * 0.9)]).toBeLessThan(8);
  });

  test("a terminal that has become fast gets whole frames again", async () => {
    const { pacer, painted, link, run } = stage(slow());
    await run(500, () => pacer.request("paced"));
    expect(painted.at(-1)!.bytes).toBeLessThan(4_000);
    link.bytesPerMs = 100_000;
    await run(20_000, () => pacer.request("paced"));
    expect(painted.at(-1)!.bytes).toBe(10_000);
  });
});
