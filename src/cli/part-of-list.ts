// Lists that show only so much: they say when there is more.

export interface PartOfList<T> {
  readonly items: readonly T[];
  /** Says that there is more and how to see it; empty when these are all. */
  readonly more: string;
}

export interface ListLimits {
  /** What the user asked for. */
  readonly limit: number | undefined;
  /** Without that. */
  readonly usual: number;
  /** As many as the server answers. */
  readonly most: number;
  /** `latest`: the list ends with the latest, and these are shown; `first`: it begins with them. */
  readonly shows: "latest" | "first";
  /** The options by which one sees more. */
  readonly options: string;
}

/** Asks for one more than is shown: only then it is known whether that is all. */
export async function partOfList<T>(
  { limit, usual, most, shows, options }: ListLimits,
  fetch: (limit: number) => Promise<readonly T[]>,
): Promise<PartOfList<T>> {
  const shown = limit ?? usual;
  const found = await fetch(Math.min(shown + 1, most));
  const isCut = found.length > shown || found.length === most;
  return {
    items: shows === "latest" ? found.slice(-shown) : found.slice(0, shown),
    more: isCut ? `These are the latest ${Math.min(shown, found.length)}; there are more: ${options}` : "",
  };
}
