/** The most things of a kind that one picture shows one by one. */
export const MOST_SINGLE = 12;
/** The things of a group that are named. */
const MOST_NAMED = 2;

/** Returns the lines of a node that stands for a group: how many there are, the first two, and how many more. */
export function groupLines(what: string, names: readonly string[]): readonly string[] {
  const more = names.length - MOST_NAMED;
  return [
    `${names.length} ${what}`,
    ...names.slice(0, MOST_NAMED),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}
