// Every field and gate name is shorter. Longer input is no typing mistake and would only cost time.
const LONGEST_NAME = 80;

/**
 * Returns the known name that a mistyped one most likely means. It differs only in case, or in at most a
 * third of the letters (insertions, deletions, replacements, swaps of neighbours). Returns the first of
 * equally similar names; undefined when no name is similar.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.floor(name.length / 3) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** As {@link nearestName}, for names in namespaces: without one, the first `NAMESPACE/NAME` of that name is meant. */
export function nearestInNamespaces(name: string, known: Iterable<string>): string | undefined {
  const all = [...known];
  return all.find((candidate) => candidate.endsWith(`/${name}`)) ?? nearestName(name, all);
}

/**
 * Counts the insertions, deletions, replacements and swaps from one word to the other. (optimal string
 * alignment)
 */
function editDistance(from: string, to: string): number {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const edited = Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(isSwap ? Math.min(edited, (beforePrevious[column - 2] ?? 0) + 1) : edited);
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[to.length] ?? 0;
}
