import { type CompareContext } from './context.ts';
import { elementsOf, type Side } from './side.ts';

/** How much one side holds of a service port. */
export interface PortFacts {
  /** Chains that hold rules. */
  readonly chains: number;
  /** Those of them that spread traffic over endpoints. */
  readonly spreads: number;
  /** Addresses and ports that are told what becomes of their traffic. */
  readonly portals: number;
  readonly affinitySets: number;
}

const PORTAL_MAPS = [
  'service-ips',
  'service-nodeports',
  'no-endpoint-services',
  'no-endpoint-nodeports',
] as const;

/** Counts what one side holds, by label of the service port. */
export function portFacts(side: Side, { owners }: CompareContext): ReadonlyMap<string, PortFacts> {
  const facts = new Map<string, { -readonly [K in keyof PortFacts]: number }>();
  const count = (label: string | undefined, what: keyof PortFacts): void => {
    if (label === undefined) return;
    const found = facts.get(label) ?? { chains: 0, spreads: 0, portals: 0, affinitySets: 0 };
    found[what] += 1;
    facts.set(label, found);
  };
  for (const { name, rules } of side.chains.values()) {
    const { label, role } = (rules.length > 0 ? owners.nameOf(name) : undefined) ?? {};
    count(label, 'chains');
    if (role === 'service' || role === 'local') count(label, 'spreads');
  }
  for (const name of side.sets.keys()) count(owners.nameOf(name)?.label, 'affinitySets');
  for (const map of PORTAL_MAPS) {
    for (const element of elementsOf(side, map)) count(owners.ofElement(map, element), 'portals');
  }
  return facts;
}
