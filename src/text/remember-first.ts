/**
 * Returns the function for one number or text, with its first `most` results kept: those that are asked for often come
 * early. The results must be the same at any time; undefined is worked out each time.
 */
export function rememberFirst<Key extends string | number, Result extends string | object | undefined>(
  most: number,
  compute: (key: Key) => Result,
): (key: Key) => Result {
  const known = new Map<Key, Result>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = compute(key);
    if (known.size < most) known.set(key, result);
    return result;
  };
}
