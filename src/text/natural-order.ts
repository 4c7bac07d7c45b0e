/** Compares names with numbers by value: `web-2` before `web-10`. Returns 0 only for equal texts. */
export function naturalOrder(a: string, b: string): number {
  const left = a.match(RUNS) ?? [];
  const right = b.match(RUNS) ?? [];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareRuns(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length || compareText(a, b);
}

const RUNS = /\d+|\D+/g;
const ALL_DIGITS = /^\d+$/;

function compareRuns(a: string, b: string): number {
  if (!ALL_DIGITS.test(a) || !ALL_DIGITS.test(b)) return compareText(a, b);
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || compareText(left, right);
}

/** Compares by UTF-16 code units: the same on every machine, whatever its locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
