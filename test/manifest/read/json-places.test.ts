import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonPlaces } from '../../../src/manifest/json/json-places.ts';

describe('jsonPlaces', () => {
  it('finds every value', () => {
    const offsetAt = jsonPlaces(' {"a": [1, {"b" : "c"}], "d": {}, "e" :null}', 1);
    const paths = [[], ['a'], ['a', 0], ['a', 1], ['a', 1, 'b'], ['d'], ['e'], ['a', 2], ['d', 'x', 0]];
    expect(paths.map(offsetAt)).toEqual([1, 7, 8, 11, 18, 30, 39, 7, 30]);
  });

  it('finds the last of keys that are there twice', () => {
    expect(jsonPlaces('{"a": 1, "\\u0061": 2}', 0)(['a'])).toBe(19);
  });

  it('passes over brackets, colons and commas in strings', () => {
    const offsetAt = jsonPlaces('{"x": ["}]\\\\\\",:", {"{": "["}], "y": 2}', 0);
    expect([offsetAt(['x', 1, '{']), offsetAt(['y'])]).toEqual([25, 37]);
  });

  it('finds in one pass over the list a place in each of a hundred thousand items', () => {
    const items = Array.from({ length: 100_000 }, (_, index) => ({ name: `n${index}` }));
    const text = JSON.stringify({ items });
    const offsetAt = jsonPlaces(text, 0);
    const wrong = items.filter(
      ({ name }, index) => !text.startsWith(`"${name}"`, offsetAt(['items', index, 'name'])),
    );
    expect(wrong).toEqual([]);
  });

  it('finds what JSON.parse reads, whatever the text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(8), (value, indentation) => {
        const text = JSON.stringify({ value }, null, indentation);
        const offsetAt = jsonPlaces(text, 0);
        const check = (inside: unknown, path: readonly (string | number)[]): void => {
          if (typeof inside !== 'object' || inside === null) {
            expect(text.startsWith(JSON.stringify(inside), offsetAt(path))).toBe(true);
            return;
          }
          expect(text[offsetAt(path)]).toBe(Array.isArray(inside) ? '[' : '{');
          for (const [key, item] of Object.entries(inside)) {
            check(item, [...path, Array.isArray(inside) ? Number(key) : key]);
          }
        };
        check({ value }, []);
      }),
    );
  });
});
