import { expect, test } from "vitest";
import { partOfList } from "../../src/cli/part-of-list.ts";

/** A server that has so many and answers the latest, or the first, of them. */
const fetchFrom = (there: number, shows: "latest" | "first") => async (limit: number) => {
  const all = Array.from({ length: there }, (_, number) => number);
  return shows === "latest" ? all.slice(-limit) : all.slice(0, limit);
};

test.each([
  [{ there: 3, limit: undefined, shows: "latest" }, [0, 1, 2], false],
  [{ there: 5, limit: undefined, shows: "latest" }, [0, 1, 2, 3, 4], false],
  [{ there: 6, limit: undefined, shows: "latest" }, [1, 2, 3, 4, 5], true],
  [{ there: 6, limit: 2, shows: "latest" }, [4, 5], true],
  [{ there: 6, limit: 2, shows: "first" }, [0, 1], true],
  [{ there: 6, limit: 8, shows: "first" }, [0, 1, 2, 3, 4, 5], false],
  // As many as the server answers: nobody knows.
  [{ there: 20, limit: 10, shows: "latest" }, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19], true],
] as const)(
  "of %j it shows %j, and says whether there is more",
  async ({ there, limit, shows }, shown, isCut) => {
    const limits = { limit, usual: 5, most: 10, shows, options: "-n <count>" };
    const { items, more } = await partOfList(limits, fetchFrom(there, shows));
    expect(items).toEqual(shown);
    expect(more).toBe(isCut ? `These are the latest ${shown.length}; there are more: -n <count>` : "");
  },
);
