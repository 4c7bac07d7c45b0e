/** So many of the items, spread from the first to the last. */
export const evenly = <T>(items: readonly T[], most: number): readonly T[] =>
  items.filter(
    (_, at) =>
      at === 0 ||
      Math.floor((at * most) / items.length) > Math.floor(((at - 1) * most) / items.length) ||
      most >= items.length,
  );
