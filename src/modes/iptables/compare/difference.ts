import { type Rule, type TableName } from '../../../netfilter/iptables/model.ts';

/** The kinds of differences, worst first: the order in which they are reported. */
export const DIFFERENCE_KINDS = [
  'missing-jump',
  'missing-chain',
  'missing-service',
  'missing-endpoint',
  'missing-rule',
  'changed-rule',
  'wrong-order',
  'wrong-probability',
  'stale-endpoint',
  'stale-service',
  'unexpected-rule',
  'unexpected-chain',
] as const;

/** One of {@link DIFFERENCE_KINDS}. */
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** A rule and the chain that holds it. */
export interface PlacedRule {
  readonly chain: string;
  readonly rule: Rule;
}

/** One thing that is not as it should be. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** `ns/name:port/PROTOCOL` (without the colon for a port without a name); undefined for the node's own rules. */
  readonly service: string | undefined;
  readonly table: TableName;
  readonly chain: string;
  /** What is wrong, in words, without the Service's name. */
  readonly message: string;
  readonly expected: readonly PlacedRule[];
  readonly actual: readonly PlacedRule[];
}

/** Something that an operator may want to know and that is no difference. */
export interface Note {
  readonly kind: 'leftover' | 'shadow' | 'dump';
  readonly message: string;
}

/** What came of comparing two sets of rules. */
export interface Comparison {
  /** By Service, the node's own and then the worst first; within one, worst first. */
  readonly differences: readonly Difference[];
  readonly notes: readonly Note[];
  /** Every service port that should be there. */
  readonly servicePorts: readonly string[];
  /** Chains of kube-proxy's that nothing leads to, where they are no differences. */
  readonly leftovers: readonly string[];
}

/** `ns/name` of a service port's label. */
export const serviceOf = (servicePort: string): string =>
  servicePort.replace(/\/[A-Z]+$/, '').replace(/:[^/]*$/, '');

/** `ns/name:port` of a service port's label, as kube-proxy names it in comments. */
export const portNameOf = (servicePort: string): string => servicePort.replace(/\/[A-Z]+$/, '');
