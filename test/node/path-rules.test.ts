import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createPathRules } from "../../src/node/path-rules.ts";

function makeProject() {
  const dir = mkdtempSync(join(tmpdir(), "ia-paths-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const root = join(dir, "project");
  mkdirSync(join(root, "src"), { recursive: true });
  mkdirSync(join(dir, "outside"));
  writeFileSync(join(root, "src/a.ts"), "a");
  const paths = createPathRules(root);
  const label = (path: string, cwd?: string, patterns = false) => {
    const { target } = paths.locate(path, { cwd, patterns });
    return target.kind === "glob" ? `glob ${target.pattern}` : `${target.kind} ${target.path}`;
  };
  const refused = (path: string, cwd?: string) => {
    try {
      paths.locate(path, { cwd });
    } catch (thrown) {
      const { code, message, hint } = thrown as { code: string; message: string; hint?: string };
      return { code, text: `${message} ${hint ?? ""}` };
    }
    throw new Error(`${JSON.stringify(path)} was expected to be refused`);
  };
  return { dir, root, paths, label, refused };
}

describe("one file has one name", () => {
  test("row 61: however it is spelt", () => {
    const { root, label } = makeProject();
    const spellings = [
      "src/a.ts",
      "./src/a.ts",
      "src//a.ts",
      "src/x/../a.ts",
      join(root, "src/a.ts"),
      "src/a.ts/",
      "/proc/self/cwd/src/a.ts",
    ];
    expect(spellings.map((spelling) => label(spelling))).toEqual(spellings.map(() => "file src/a.ts"));
    expect(label("/proc/self/cwd/a.ts", join(root, "src"))).toBe("file src/a.ts");
    expect(label("../src/./a.ts", join(root, "src"))).toBe("file src/a.ts");
  });

  test("row 62: through linked directories, also for a file that does not exist yet", () => {
    const { root, label } = makeProject();
    symlinkSync("src", join(root, "lnk"));
    symlinkSync(join(root, "lnk"), join(root, "twice"));
    symlinkSync("lnk/a.ts", join(root, "file-link"));
    expect(
      ["lnk/a.ts", "lnk/new/b.ts", "twice/a.ts", "file-link", "lnk/../a.ts", "lnk"].map((path) =>
        label(path),
      ),
    ).toEqual([
      "file src/a.ts",
      "file src/new/b.ts",
      "file src/a.ts",
      "file src/a.ts",
      "file a.ts",
      "directory src",
    ]);
  });

  test("row 63: files with several names carry what tells them apart, others do not", () => {
    const { root, paths } = makeProject();
    expect(paths.locate("src/a.ts").target).toMatchObject({ inode: null });
    linkSync(join(root, "src/a.ts"), join(root, "hard"));
    const one = paths.locate("src/a.ts").target;
    expect(one).toMatchObject({ inode: expect.stringMatching(/^\d+:\d+$/) });
    expect(paths.locate("hard").target).toMatchObject({ inode: paths.inodeOf("src/a.ts") });
  });

  test("row 64: case counts where the file system says so", () => {
    const { paths, label } = makeProject();
    expect(label("SRC/A.TS") === "file src/a.ts").toBe(false);
    expect(typeof paths.ignoreCase).toBe("boolean");
    if (process.platform === "linux") expect(paths.ignoreCase).toBe(false);
  });

  test("row 65: composed and decomposed letters are one name", () => {
    const { label } = makeProject();
    expect(label("cafe\u0301.ts")).toBe(label("caf\u00e9.ts"));
  });

  test("row 70b: a linked worktree's path is the path in the main worktree", () => {
    const { dir, root, label } = makeProject();
    for (const [name, place] of [
      ["wt", join(dir, "worktree")],
      ["inner", join(root, ".trees/inner")],
    ] as const) {
      mkdirSync(join(place, "src"), { recursive: true });
      mkdirSync(join(root, ".git/worktrees", name), { recursive: true });
      writeFileSync(join(root, ".git/worktrees", name, "gitdir"), `${place}/.git\n`);
      expect(label("src/a.ts", place)).toBe("file src/a.ts");
      expect(label(join(place, "src"))).toBe("directory src");
    }
    expect(label(".trees/other/x")).toBe("file .trees/other/x");
  });

  test("row 70: names that look like something else are names", () => {
    const { label, root } = makeProject();
    mkdirSync(join(root, "app"));
    writeFileSync(join(root, "app/[id].tsx"), "");
    writeFileSync(join(root, "what?.txt"), "");
    for (const [path, expected] of [
      ["-rf", "file -rf"],
      ["~/x", "file ~/x"],
      ["file:///x", "file file:/x"],
      ["C:\\x", "file C:\\x"],
      ["trailing ", "file trailing "],
      ["app/[id].tsx", "file app/[id].tsx"],
      ["what?.txt", "file what?.txt"],
    ] as const) {
      expect(label(path, undefined, true)).toBe(expected);
    }
  });

  test("directories that are not there yet end with a slash", () => {
    const { label } = makeProject();
    expect([label("new/"), label("new"), label("src")]).toEqual([
      "directory new",
      "file new",
      "directory src",
    ]);
  });
});

describe("patterns", () => {
  test("are recognised only where asked for, and start where the caller is", () => {
    const { root, label } = makeProject();
    symlinkSync("src", join(root, "lnk"));
    expect(label("src/*", undefined, true)).toBe("glob src/*");
    expect(label("lnk/**/*.ts", undefined, true)).toBe("glob src/**/*.ts");
    expect(label("./*.{ts,tsx}", join(root, "src"), true)).toBe("glob src/*.{ts,tsx}");
    expect(label(join(root, "**"), undefined, true)).toBe("glob **");
    expect(label("src/*")).toBe("file src/*");
  });

  test("cannot lead outside", () => {
    const { paths } = makeProject();
    for (const pattern of ["../*", "/etc/*", "src/*/../../../x*"]) {
      expect(() => paths.locate(pattern, { patterns: true })).toThrow(/outside the project|goes up/);
    }
  });
});

describe("what is no file of the project is refused", () => {
  test("rows 66 and 67: outside, directly, by link and by a link to nowhere", () => {
    const { dir, root, refused } = makeProject();
    symlinkSync(join(dir, "outside"), join(root, "out"));
    symlinkSync(join(dir, "outside/not-there"), join(root, "dangling"));
    symlinkSync("../../outside/nor-there", join(root, "src/relative"));
    symlinkSync("loop", join(root, "loop"));
    for (const path of [
      "../x",
      "/etc/passwd",
      "out/x",
      "dangling",
      "dangling/x",
      "src/relative",
      `${root}2/x`,
    ]) {
      const { code, text } = refused(path);
      expect([path, code, /outside the project/.test(text)]).toEqual([path, "bad-data", true]);
    }
    expect(refused("dangling").text).toContain("points outside the project");
    expect(refused("loop").text).toContain("Too many links");
  });

  test("row 11: nothing, the project itself and the root of all", () => {
    const { root, refused } = makeProject();
    for (const path of ["", ".", "./", "/", root, "src/.."]) {
      expect(refused(path).text).toContain("not a file inside the project");
    }
  });

  test("row 68: controls, broken text and endless names, shown in escaped form", () => {
    const { refused } = makeProject();
    expect(refused("a\0b").text).toContain("a\\x00b");
    expect(refused("a\nb").text).toContain("a\\nb");
    expect(refused("a\u001b[2J").text).toContain("a\\x1b[2J");
    expect(refused("a\ud800").code).toBe("bad-data");
    expect(refused("x/".repeat(2_100)).text).toContain("longer than 4096 bytes");
    expect(refused("é".repeat(128)).text).toContain("longer than 255 bytes");
  });
});
