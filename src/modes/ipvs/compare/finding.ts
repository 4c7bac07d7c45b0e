import { type Difference, type DifferenceKind } from '../../comparison.ts';

/** A difference of mode ipvs. It names lines as the node's own tools print them. */
export type Finding = Difference<string>;

/** Makes a difference that is about one missing line, one line too many, or both. */
export const finding = (
  kind: DifferenceKind,
  place: Pick<Finding, 'service' | 'table' | 'chain'>,
  message: string,
  expected: readonly string[],
  actual: readonly string[] = [],
): Finding => ({ kind, ...place, message, expected, actual });
