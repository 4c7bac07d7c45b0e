/** The differences of iptables mode: their parts are rules in chains. */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import {
  type Comparison as ComparisonOf,
  type Difference as DifferenceOf,
  DIFFERENCE_KINDS,
  type DifferenceKind,
  type Note,
  portNameOf,
  serviceOf,
} from '../../comparison.ts';

export { DIFFERENCE_KINDS, portNameOf, serviceOf };
export type { DifferenceKind, Note };

/** A rule and the chain that holds it. */
export interface PlacedRule {
  readonly chain: string;
  readonly rule: Rule;
}

/** One thing that is not as it should be. */
export type Difference = DifferenceOf<PlacedRule>;

/** What came of comparing two sets of rules. */
export type Comparison = ComparisonOf<PlacedRule>;
