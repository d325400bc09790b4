import { afterAll, expect, test } from "vitest";

// The benchmark's own check, in short: the built program on a pty, three processes, without tmux beside it.
const { createWorkshop } = await import(new URL("../bench/contenders.mjs", import.meta.url).href);
const { measureFidelity } = await import(new URL("../bench/fidelity.mjs", import.meta.url).href);
const workshop = createWorkshop();
afterAll(() => workshop.remove());

test("what a pane of the built program shows is what the terminal shows, at three sizes, also after popups were over it", async () => {
  const rows: { what: string; wrong: number; of: number }[] = await measureFidelity({
    workshop,
    log: () => {},
    quick: true,
    tmux: false,
  });
  expect(rows.filter((row) => row.what.includes("popups opened and closed")).length).toBe(15);
  for (const { what, wrong, of } of rows) {
    expect(of, what).toBeGreaterThan(1_000);
    expect(wrong, what).toBe(0);
  }
}, 180_000);
