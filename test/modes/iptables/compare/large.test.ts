import { describe, expect, it } from 'vitest';
import { compareRules } from '../../../../src/modes/iptables/compare/compare.ts';
import { type Comparison } from '../../../../src/modes/iptables/compare/difference.ts';
import { chainHash } from '../../../../src/modes/iptables/rules/chain-names.ts';
import { type Chain, type Rule, type RuleSet } from '../../../../src/netfilter/iptables/model.ts';
import { probabilityThreshold } from '../../../../src/modes/iptables/rules/sections/endpoint-chains.ts';

const jump = (chain: string): Rule['target'] => ({ kind: 'jump', chain });

/** A Service with so many endpoints, numbered from `first` on. */
function service(
  name: string,
  at: number,
  count: number,
  first = 0,
): { readonly portal: Rule; readonly chains: readonly Chain[] } {
  const chain = `KUBE-SVC-${chainHash(`${name}tcp`)}`;
  const endpoints = Array.from({ length: count }, (_, number) => {
    const address = `10.${(number + first) >> 8}.${(number + first) & 255}.1:80`;
    return { address, chain: `KUBE-SEP-${chainHash(`${name}tcp${address}`)}` };
  });
  return {
    portal: {
      destination: { value: `10.96.${at >> 8}.${at & 255}/32` },
      protocol: { value: 'tcp' },
      matches: [
        { kind: 'comment', text: `${name} cluster IP` },
        { kind: 'port', protocol: 'tcp', destination: 80 },
      ],
      target: { kind: 'jump', chain },
    },
    chains: [
      {
        name: chain,
        rules: endpoints.map((endpoint, number): Rule => ({
          matches:
            number === count - 1
              ? []
              : [{ kind: 'statistic', threshold: probabilityThreshold(count - number, 10) }],
          target: { kind: 'jump', chain: endpoint.chain },
        })),
      },
      ...endpoints.map(({ chain: own, address }): Chain => ({
        name: own,
        rules: [{ protocol: { value: 'tcp' }, matches: [], target: { kind: 'dnat', destination: address } }],
      })),
    ],
  };
}

const ruleSet = (services: readonly ReturnType<typeof service>[]): RuleSet => ({
  family: 'IPv4',
  tables: [
    {
      name: 'nat',
      chains: [
        {
          name: 'PREROUTING',
          policy: 'ACCEPT',
          rules: [{ matches: [], target: jump('KUBE-SERVICES') ?? { kind: 'accept' } }],
        },
        { name: 'KUBE-SERVICES', rules: services.map(({ portal }) => portal) },
        ...services.flatMap(({ chains }) => chains),
      ],
    },
  ],
});

const many = (count: number, endpoints = 4, first = 0): RuleSet =>
  ruleSet(Array.from({ length: count }, (_, at) => service(`default/web-${at}:http`, at, endpoints, first)));

function kinds({ differences }: Comparison): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of differences) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

describe('large nodes', () => {
  it.each<[string, RuleSet, RuleSet, Readonly<Record<string, number>>]>([
    ['as they should be', many(10_000), many(10_000), {}],
    ['without any Service', many(10_000), ruleSet([]), { 'missing-service': 10_000 }],
    ['with stale Services only', ruleSet([]), many(10_000), { 'stale-service': 10_000 }],
    [
      'with all endpoints of a large Service replaced',
      ruleSet([service('default/web:http', 0, 5000)]),
      ruleSet([service('default/web:http', 0, 5000, 6000)]),
      { 'missing-endpoint': 5000, 'stale-endpoint': 5000 },
    ],
    [
      'with all endpoints of all Services replaced',
      many(10_000, 10),
      many(10_000, 10, 20),
      { 'missing-endpoint': 100_000, 'stale-endpoint': 100_000 },
    ],
  ])('%s are told whole, one by one', (_what, expected, actual, counts) => {
    expect(kinds(compareRules(expected, actual))).toEqual(counts);
  });
});
