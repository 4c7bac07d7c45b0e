/**
 * Returns the function for one number, with its first `most` results kept: the numbers that are asked for often come
 * early. The results must be the same at any time, and not undefined.
 */
export function rememberFirst<Result extends string | object>(
  most: number,
  compute: (number: number) => Result,
): (number: number) => Result {
  const known = new Map<number, Result>();
  return (number) => {
    const before = known.get(number);
    if (before !== undefined) return before;
    const result = compute(number);
    if (known.size < most) known.set(number, result);
    return result;
  };
}
