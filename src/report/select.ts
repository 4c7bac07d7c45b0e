import { type Comparison, serviceOf } from '../modes/iptables/compare/difference.ts';

/** Which Services to report: `namespace/name`, or `namespace/*` for all of a namespace. */
export interface Selection {
  readonly only: readonly string[];
  readonly exclude: readonly string[];
}

/** The part of a comparison that was asked for. The node's own rules belong to no Service: `only` leaves them out. */
export function select(comparison: Comparison, { only, exclude }: Selection): Comparison {
  const isWanted = (servicePort: string | undefined): boolean => {
    if (servicePort === undefined) return only.length === 0;
    const service = serviceOf(servicePort);
    const isIn = (patterns: readonly string[]): boolean => patterns.some((pattern) => fits(pattern, service));
    return (only.length === 0 || isIn(only)) && !isIn(exclude);
  };
  return {
    ...comparison,
    differences: comparison.differences.filter(({ service }) => isWanted(service)),
    servicePorts: comparison.servicePorts.filter(isWanted),
  };
}

const fits = (pattern: string, service: string): boolean =>
  pattern === service || (pattern.endsWith('/*') && service.startsWith(pattern.slice(0, -1)));
