import { type RuleSet } from './model.ts';

/**
 * Returns true when two rule sets are exactly equal. It is faster than printing them, and stops at the first
 * difference.
 */
export const areSameRules = (one: RuleSet, other: RuleSet): boolean => isSame(one, other);

/** Of data as rules are made of: no cycles, nothing but plain objects, lists and values. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) && one.length === other.length && one.every((item, at) => isSame(item, other[at]))
    );
  }
  const fields = Object.entries(one);
  const others = other as Readonly<Record<string, unknown>>;
  return (
    fields.length === Object.keys(others).length &&
    fields.every(([name, value]) => isSame(value, others[name]))
  );
}
