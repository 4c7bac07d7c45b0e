/**
 * Returns a function that computes its result once for each text and remembers up to `most` results; beyond, it forgets
 * all and begins anew. So equal texts share one result, and a text of any length takes no more memory.
 */
export function remembering<V>(most: number, compute: (text: string) => V): (text: string) => V {
  const known = new Map<string, V>();
  return (text) => {
    const earlier = known.get(text);
    if (earlier !== undefined) return earlier;
    const value = compute(text);
    if (known.size >= most) known.clear();
    known.set(text, value);
    return value;
  };
}
