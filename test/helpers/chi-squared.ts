/** Whether counts can come from shares: Pearson's chi-squared test. */

/**
 * How probable it is that counts differ from what shares promise by as much as these, or more, when the shares are
 * right. 0 when something was counted that has no share. Every share should promise 5 or more.
 */
export function probabilityOfCounts(
  counts: ReadonlyMap<string, number>,
  shares: ReadonlyMap<string, number>,
): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if ([...counts].some(([name, count]) => count > 0 && (shares.get(name) ?? 0) === 0)) return 0;
  let statistic = 0;
  for (const [name, share] of shares) {
    const promised = total * share;
    statistic += ((counts.get(name) ?? 0) - promised) ** 2 / promised;
  }
  return chiSquaredTail(statistic, shares.size - 1);
}

/** The probability that a chi-squared variable is `statistic` or more. */
export function chiSquaredTail(statistic: number, degrees: number): number {
  // Q(a, x) of the incomplete gamma function, by Q(a + 1, x) = Q(a, x) + x^a e^-x / Γ(a + 1).
  const x = statistic / 2;
  if (degrees < 1 || x === 0) return statistic > 0 ? 0 : 1;
  let a = degrees % 2 === 0 ? 1 : 0.5;
  let tail = a === 1 ? Math.exp(-x) : erfcOfRoot(x);
  let term = (x ** a * Math.exp(-x)) / (a === 1 ? 1 : Math.sqrt(Math.PI) / 2);
  for (; a < degrees / 2; a += 1) {
    tail += term;
    term *= x / (a + 1);
  }
  return tail;
}

/** erfc(√x): for large x by the continued fraction of Laplace, which is exact in the tail; else by the series of erf. */
function erfcOfRoot(x: number): number {
  const root = Math.sqrt(x);
  if (x > 4) {
    let fraction = root;
    for (let n = 200; n > 0; n -= 1) fraction = root + n / 2 / fraction;
    return Math.exp(-x) / (Math.sqrt(Math.PI) * fraction);
  }
  let [sum, term] = [root, root];
  for (let n = 1; n < 100; n += 1) {
    term *= -x / n;
    sum += term / (2 * n + 1);
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * sum;
}
