/**
 * Sets of whole numbers as sorted, disjoint intervals that do not touch: each set has one form only. Addresses, ports,
 * protocols, interface names and states of connections are all sets of this kind.
 */
export type Interval = readonly [first: bigint, last: bigint];
export type Intervals = readonly Interval[];

/** The empty set. */
export const NOTHING: Intervals = [];

/** Returns all numbers from `first` to `last`, both included. */
export const range = (first: bigint, last: bigint): Intervals => (first > last ? NOTHING : [[first, last]]);

/** Returns the set of one number. */
export const only = (value: bigint): Intervals => [[value, value]];

/** Returns the set of all numbers of some intervals, which may overlap and have any order. */
export function unionOf(parts: Iterable<Interval>): Intervals {
  const sorted = [...parts].filter(([first, last]) => first <= last).sort(byFirst);
  const merged: [bigint, bigint][] = [];
  for (const [first, last] of sorted) {
    const previous = merged.at(-1);
    if (previous === undefined || first > previous[1] + 1n) merged.push([first, last]);
    else if (last > previous[1]) previous[1] = last;
  }
  return merged;
}

const byFirst = ([a]: Interval, [b]: Interval): number => (a < b ? -1 : a > b ? 1 : 0);

/** Returns the numbers that are in `a` or in `b`. */
export const union = (a: Intervals, b: Intervals): Intervals => unionOf([...a, ...b]);

/**
 * Returns the numbers that are in both sets. Returns `a` itself when `b` holds all of it, so that callers can
 * compare by identity.
 */
export function intersect(a: Intervals, b: Intervals): Intervals {
  if (a === b) return a;
  const common: Interval[] = [];
  // Looks up each interval of the shorter list in the longer one.
  if (a.length <= b.length) {
    for (const interval of a) for (const other of reaching(b, interval)) common.push(within(interval, other));
  } else {
    for (const other of b) for (const interval of reaching(a, other)) common.push(within(interval, other));
  }
  return common.length === a.length && common.every((part, at) => part === a[at]) ? a : common;
}

/** Returns the part of an interval that another one covers: the interval itself when that is all of it. */
function within(interval: Interval, other: Interval): Interval {
  const first = other[0] > interval[0] ? other[0] : interval[0];
  const last = other[1] < interval[1] ? other[1] : interval[1];
  return first === interval[0] && last === interval[1] ? interval : [first, last];
}

/** Returns the intervals that have a number in common with the given one. */
function reaching(intervals: Intervals, [first, last]: Interval): Intervals {
  const from = firstReaching(intervals, first);
  let to = from;
  while (to < intervals.length && (intervals[to]?.[0] ?? last) <= last) to += 1;
  return intervals.slice(from, to);
}

/**
 * Returns the numbers of `a` that are not in `b`. Returns `a` itself when the sets have no number in common.
 */
export function subtract(a: Intervals, b: Intervals): Intervals {
  const left = a.flatMap((interval) => {
    const holes = reaching(b, interval);
    if (holes.length === 0) return [interval];
    const starts = [interval[0], ...holes.map(([, last]) => last + 1n)];
    const ends = [...holes.map(([first]) => first - 1n), interval[1]];
    return starts.flatMap((first, at) => range(first, ends[at] ?? interval[1]));
  });
  return left.length === a.length && left.every((part, at) => part === a[at]) ? a : left;
}

/** Returns the index of the first interval that ends at `value` or after it. O(log intervals). */
export function firstReaching(intervals: Intervals, value: bigint): number {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[middle]?.[1] ?? 0n) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns true when the number is in the set. O(log intervals). */
export function includes(intervals: Intervals, value: bigint): boolean {
  const found = intervals[firstReaching(intervals, value)];
  return found !== undefined && found[0] <= value;
}

/** Returns true when the two sets have a number in common. */
export function overlap(a: Intervals, b: Intervals): boolean {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  return few.some(([first, last]) => {
    const found = many[firstReaching(many, first)];
    return found !== undefined && found[0] <= last;
  });
}

/** Returns true when both sets have the same numbers. */
export const sameIntervals = (a: Intervals, b: Intervals): boolean =>
  a === b ||
  (a.length === b.length && a.every(([first, last], at) => b[at]?.[0] === first && b[at][1] === last));

/** Returns the number of a set of one; undefined for any other set. */
export function soleValue(intervals: Intervals): bigint | undefined {
  const [interval] = intervals;
  return intervals.length === 1 && interval !== undefined && interval[0] === interval[1]
    ? interval[0]
    : undefined;
}

/** Returns the smallest number of the set; undefined for the empty set. */
export const smallest = (intervals: Intervals): bigint | undefined => intervals[0]?.[0];

/** Returns how many numbers are in the set. */
export const sizeOf = (intervals: Intervals): bigint =>
  intervals.reduce((sum, [first, last]) => sum + last - first + 1n, 0n);
