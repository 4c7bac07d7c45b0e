import { compareText } from '../text/natural-order.ts';
import { type Difference, DIFFERENCE_KINDS } from './comparison.ts';

const severity = ({ kind }: Difference): number => DIFFERENCE_KINDS.indexOf(kind);

/**
 * Sorts differences: first the node's own rules, because they concern every Service, then the Services with
 * the worst differences. Within a Service, the worst comes first.
 */
export function worstFirst<Part>(differences: readonly Difference<Part>[]): readonly Difference<Part>[] {
  const worst = new Map<string | undefined, number>([[undefined, -1]]);
  for (const difference of differences) {
    const { service } = difference;
    worst.set(service, Math.min(worst.get(service) ?? DIFFERENCE_KINDS.length, severity(difference)));
  }
  return differences.toSorted(
    (a, b) =>
      (worst.get(a.service) ?? 0) - (worst.get(b.service) ?? 0) ||
      compareText(a.service ?? '', b.service ?? '') ||
      severity(a) - severity(b) ||
      compareText(a.chain, b.chain) ||
      compareText(a.message, b.message),
  );
}
