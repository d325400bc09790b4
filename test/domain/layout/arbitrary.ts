import * as fc from "fast-check";
import { type LayoutNode, leaf, paneIdsOf, splitPane } from "../../../src/domain/layout/tree.ts";

/** Trees as people make them: by splitting, at any percentage. */
export const anyTree: fc.Arbitrary<LayoutNode> = fc
  .array(
    fc.record({
      target: fc.nat(),
      row: fc.boolean(),
      percent: fc.integer({ min: 1, max: 99 }),
      before: fc.boolean(),
    }),
    { maxLength: 14 },
  )
  .map((splits) => {
    let tree: LayoutNode = leaf("%1");
    for (const [index, { target, row, percent, before }] of splits.entries()) {
      const ids = paneIdsOf(tree);
      const paneId = ids[target % ids.length] ?? "%1";
      tree = splitPane(tree, paneId, row ? "row" : "column", `%${index + 2}`, { percent, before });
    }
    return tree;
  });

export const anyArea = fc.record({
  cols: fc.integer({ min: 1, max: 300 }),
  rows: fc.integer({ min: 1, max: 100 }),
});
