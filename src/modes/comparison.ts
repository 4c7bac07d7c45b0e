/** The result of comparing what a node should hold with what it holds, for every proxy mode. */

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

/**
 * One difference from what is expected. `Part` is a rule, an element, or another part of the mode's models.
 */
export interface Difference<Part = unknown> {
  readonly kind: DifferenceKind;
  /** `ns/name:port/PROTOCOL` (without the colon for a port without a name); undefined for the node's own rules. */
  readonly service: string | undefined;
  readonly table: string;
  readonly chain: string;
  /** What is wrong, in words, without the Service's name. */
  readonly message: string;
  readonly expected: readonly Part[];
  readonly actual: readonly Part[];
}

/** Something that an operator may want to know and that is no difference. */
export interface Note {
  readonly kind: 'leftover' | 'shadow' | 'dump';
  readonly message: string;
}

/** What came of comparing two models. */
export interface Comparison<Part = unknown> {
  /**
   * Grouped by Service: first the node's own rules, then the Services with the worst differences. Within a
   * group, the worst comes first.
   */
  readonly differences: readonly Difference<Part>[];
  readonly notes: readonly Note[];
  /** Every service port that should be there. */
  readonly servicePorts: readonly string[];
  /** kube-proxy's chains that no rule leads to, when these do not count as differences. */
  readonly leftovers: readonly string[];
}

/** `ns/name` of a service port's label. */
export const serviceOf = (servicePort: string): string =>
  servicePort.replace(/\/[A-Z]+$/, '').replace(/:[^/]*$/, '');

/** `ns/name:port` of a service port's label, as kube-proxy names it in comments. */
export const portNameOf = (servicePort: string): string => servicePort.replace(/\/[A-Z]+$/, '');
