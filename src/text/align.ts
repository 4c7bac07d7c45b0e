import { appendAll } from './append-all.ts';
import { addToGroup } from './groups.ts';

/** How the rules of one chain correspond to those of another, by position in each. */
export interface Alignment {
  /** Positions of the same rule in both, in the order of the first. */
  readonly same: readonly (readonly [expected: number, actual: number])[];
  /** In both, but not in the same order as the others. */
  readonly moved: readonly (readonly [expected: number, actual: number])[];
  readonly onlyExpected: readonly number[];
  readonly onlyActual: readonly number[];
}

/**
 * Aligns two lists of keys: what begins and ends both stays, the rest is matched one to one by key, and the longest
 * run of matches in the same order counts as unmoved. O(n log n).
 */
export function align(expected: readonly string[], actual: readonly string[]): Alignment {
  let start = 0;
  while (start < expected.length && start < actual.length && expected[start] === actual[start]) start += 1;
  let tail = 0;
  const most = Math.min(expected.length, actual.length) - start;
  while (tail < most && expected.at(-1 - tail) === actual.at(-1 - tail)) tail += 1;

  const middle = matchByKey(expected, actual, start, tail);
  const run = longestRun(middle.matched.map(([, at]) => at));
  const same: (readonly [number, number])[] = [];
  for (let at = 0; at < start; at += 1) same.push([at, at]);
  appendAll(
    same,
    middle.matched.filter((_, at) => run.has(at)),
  );
  for (let at = tail; at > 0; at -= 1) same.push([expected.length - at, actual.length - at]);
  return { ...middle, same, moved: middle.matched.filter((_, at) => !run.has(at)) };
}

interface Matching {
  readonly matched: readonly (readonly [number, number])[];
  readonly onlyExpected: readonly number[];
  readonly onlyActual: readonly number[];
}

function matchByKey(
  expected: readonly string[],
  actual: readonly string[],
  start: number,
  tail: number,
): Matching {
  const places = new Map<string, number[]>();
  for (let at = actual.length - tail - 1; at >= start; at -= 1) {
    const key = actual[at] ?? '';
    addToGroup(places, key, at);
  }
  const matched: (readonly [number, number])[] = [];
  const onlyExpected: number[] = [];
  for (let at = start; at < expected.length - tail; at += 1) {
    const place = places.get(expected[at] ?? '')?.pop();
    if (place === undefined) onlyExpected.push(at);
    else matched.push([at, place]);
  }
  return { matched, onlyExpected, onlyActual: [...places.values()].flat().sort((a, b) => a - b) };
}

/**
 * Aligns the lines of two texts. Lines that stand once in each text are matched first: the longest run of them in the
 * same order parts the texts, and what stands between is aligned by itself. Without this, the many equal lines of a
 * text would be matched far from where they belong. O(n log n). (the patience diff of Bram Cohen)
 */
export function alignTexts(before: readonly string[], after: readonly string[]): Alignment['same'] {
  const places = singlePlaces(after);
  const singles: (readonly [number, number])[] = [];
  for (const [line, at] of singlePlaces(before)) {
    const place = places.get(line);
    if (at !== undefined && place !== undefined) singles.push([at, place]);
  }
  const run = longestRun(singles.map(([, at]) => at));
  const same: (readonly [number, number])[] = [];
  let [beforeAt, afterAt] = [0, 0];
  const fixed = singles.filter((_, at) => run.has(at));
  for (const [beforeEnd, afterEnd] of [...fixed, [before.length, after.length] as const]) {
    const between = align(before.slice(beforeAt, beforeEnd), after.slice(afterAt, afterEnd));
    for (const [one, other] of between.same) same.push([beforeAt + one, afterAt + other]);
    if (beforeEnd < before.length) same.push([beforeEnd, afterEnd]);
    [beforeAt, afterAt] = [beforeEnd + 1, afterEnd + 1];
  }
  return same;
}

/** Where each line stands, in the order of the text; undefined for a line that stands several times. */
function singlePlaces(lines: readonly string[]): ReadonlyMap<string, number | undefined> {
  const places = new Map<string, number | undefined>();
  lines.forEach((line, at) => places.set(line, places.has(line) ? undefined : at));
  return places;
}

/** Positions of a longest rising subsequence. (patience sorting) */
function longestRun(values: readonly number[]): ReadonlySet<number> {
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  values.forEach((value, at) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before.push(low === 0 ? undefined : ends[low - 1]);
    ends[low] = at;
  });
  const run = new Set<number>();
  for (let at = ends.at(-1); at !== undefined; at = before[at]) run.add(at);
  return run;
}
