import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, test } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import { createSystemClock } from "../../src/node/system-clock.ts";
import { createLiveSettings } from "../../src/server/live-settings.ts";
import { eventually } from "../support/eventually.ts";

test("a settings file takes effect also when its directory comes later, goes, and comes again", async () => {
  const home = mkdtempSync(join(tmpdir(), "ia-settings-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const configDir = join(home, ".config", "ia-tmux");
  const live = createLiveSettings(configDir, createSystemClock(), silentLogger);
  const prefix = () => live.current().prefix;
  const usual = prefix();
  const changed = (to: string) => eventually(`the prefix is ${to}`, () => prefix() === to);

  mkdirSync(configDir, { recursive: true });
  writeFileSync(live.path, "prefix: C-a\n");
  await changed("C-a");
  writeFileSync(live.path, "prefix: C-g\n");
  await changed("C-g");
  rmSync(join(home, ".config"), { recursive: true });
  await changed(usual);
  mkdirSync(configDir, { recursive: true });
  writeFileSync(live.path, "prefix: C-x\n");
  await changed("C-x");
});
