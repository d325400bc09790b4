import { describe, expect, it } from "vitest";
import { patchPaths } from "../../../src/domain/hook/patch.ts";
import { shellTokens } from "../../../src/domain/hook/shell-words.ts";
import { shellWrites } from "../../../src/domain/hook/shell-writes.ts";

const paths = (script: string) =>
  shellWrites(script, "/p").map((one) =>
    one.ifDirectory === undefined ? one.path : `${one.path} or /${one.ifDirectory}`,
  );

describe("files a shell command seems to write", () => {
  it.each<[string, string[]]>([
    ["echo x > f", ["/p/f"]],
    ["echo x >f 2>/dev/null", ["/p/f"]],
    ["echo x >> src/a.ts", ["/p/src/a.ts"]],
    ["echo x >| 'a b.txt'", ["/p/a b.txt"]],
    ["make &> build.log", ["/p/build.log"]],
    ["make 2> err.log 1>&2", ["/p/err.log"]],
    ["echo x > /tmp/abs", ["/tmp/abs"]],
    ["echo '> not' \"> neither\"", []],
    ["cat a | tee -a b c", ["/p/b", "/p/c"]],
    ["sed -i 's/a/b/' f g", ["/p/f", "/p/g"]],
    ["sed -i.bak -e 's/a/b/' f", ["/p/f"]],
    ["sed -n 's/a/b/p' f", []],
    ["perl -pi -e 's/a/b/' f", ["/p/f"]],
    ["git checkout -- f g", ["/p/f", "/p/g"]],
    ["git checkout f", ["/p/f"]],
    ["git checkout -b topic", []],
    ["git restore f", ["/p/f"]],
    ["git status", []],
    ["mv a b", ["/p/a", "/p/b or /a"]],
    ["cp src/a.ts lib", ["/p/lib or /a.ts"]],
    ["cp a b dir/", ["/p/dir/ or /a", "/p/dir/ or /b"]],
    ["rm -rf src old.txt", ["/p/src", "/p/old.txt"]],
    ["rm -- -f", ["/p/-f"]],
    ["truncate -s 0 f", ["/p/f"]],
    ["dd if=a of=b", ["/p/b"]],
    ["cd src && echo x > a.ts", ["/p/src/a.ts"]],
    ["cd /q; rm a", ["/q/a"]],
    ["if true; then rm a; fi", ["/p/a"]],
    ["FOO=1 sudo rm a", ["/p/a"]],
    ["bash -lc 'echo x > f'", ["/p/f"]],
    ["sh -c \"rm 'a b'\"", ["/p/a b"]],
    ["(rm a)", ["/p/a"]],
    ["rm $FILE *.ts", []],
    ['echo x > "$OUT"', []],
    ["ls -la", []],
    ["# rm a", []],
    ["npm test 2>&1", []],
    ["cat <<'EOF' > f\nrm a\nEOF\nrm b", ["/p/f", "/p/b"]],
    [
      "apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: a.ts\n@@\n-x\n+y\n*** End Patch\nEOF",
      ["/p/a.ts"],
    ],
    ["cd lib && apply_patch '*** Begin Patch\n*** Delete File: b.ts\n*** End Patch'", ["/p/lib/b.ts"]],
  ])("%s", (script, expected) => {
    expect(paths(script)).toEqual(expected);
  });

  it("takes a text without an end in its stride", () => {
    for (const script of [
      "'",
      '"',
      "$(",
      "`",
      "<<",
      "<<EOF\nx",
      "\\",
      "a >",
      ">",
      "(((",
      "x".repeat(300_000),
    ]) {
      expect(() => shellWrites(script, "/p")).not.toThrow();
      expect(() => shellTokens(script)).not.toThrow();
    }
  });
});

describe("files in a patch", () => {
  it("are all that it adds, updates, deletes and moves to", () => {
    const patch =
      "*** Begin Patch\n*** Update File: a.ts\n@@\n-*** Update File: not.ts\n+x\n*** Update File: b.ts\n*** Move to: c.ts\n*** Add File: new dir/d.ts\n+x\n*** Delete File: e.ts\n*** Update File: a.ts\n*** End Patch\n";
    expect(patchPaths(patch)).toEqual(["a.ts", "b.ts", "c.ts", "new dir/d.ts", "e.ts"]);
  });
});
