// Where a pane's programs are, and what of that is remembered: the system's word before a program's.
import { expect, test } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import type { PaneRecord } from "../../../src/domain/pane/pane.ts";
import type { PaneDeps } from "../../../src/server/services/pane-contract.ts";
import { createPaneDirectories } from "../../../src/server/services/pane-directories.ts";
import { fakePane } from "../fake-pane.ts";

interface World {
  readonly shell?: string | null;
  readonly foreground?: string | null;
  readonly record?: Partial<PaneRecord>;
}

function world({ shell = null, foreground = null, record = {} }: World) {
  const { pane } = fakePane({ profile: "shell", agent: null });
  pane.record = { ...pane.record, command: null, cwd: "/start", ...record };
  pane.directory = pane.record.cwd;
  pane.toldDirectory = null;
  const stored: string[] = [];
  let moves = 0;
  const records = {
    async update(_id: string, change: (record: PaneRecord) => PaneRecord) {
      const next = change(pane.record);
      stored.push(next.cwd);
      return next;
    },
  } as unknown as PaneDeps["records"];
  const places = {
    directoryOf: () => shell,
    foregroundDirectory: () => foreground,
    isHere: (host: string) => host === "" || host === "here",
  };
  const directories = createPaneDirectories({ places, records, log: silentLogger }, () => void moves++);
  return { pane, directories, stored, moves: () => moves };
}

test("a shell's directory is remembered, the one of what runs in it is shown, each once", async () => {
  const { pane, directories, stored, moves } = world({ shell: "/shell", foreground: "/shell/build" });
  await directories.look(pane);
  await directories.look(pane);
  expect({ shown: pane.directory, stored, moves: moves() }).toEqual({
    shown: "/shell/build",
    stored: ["/shell"],
    moves: 1,
  });
});

test("what the system does not say a program may tell, of this machine alone", async () => {
  const { pane, directories, stored } = world({});
  directories.told(pane, "/elsewhere", "another-machine");
  await directories.look(pane);
  expect([pane.directory, stored]).toEqual(["/start", []]);
  directories.told(pane, "/told", "here");
  await directories.look(pane);
  expect([pane.directory, stored]).toEqual(["/told", ["/told"]]);
});

test("a program's word does not stand against the system's", async () => {
  const { pane, directories, stored } = world({ shell: "/shell", foreground: "/shell" });
  directories.told(pane, "/lie", "");
  await directories.look(pane);
  expect([pane.directory, stored]).toEqual(["/shell", ["/shell"]]);
});

test.each([{ command: ["make"] }, { agent: "ada" }])(
  "%j starts again where it was first started, wherever it is now",
  async (record) => {
    const { pane, directories, stored } = world({ shell: "/now", foreground: "/now", record });
    await directories.look(pane);
    expect([pane.directory, pane.record.cwd, stored]).toEqual(["/now", "/start", []]);
  },
);
