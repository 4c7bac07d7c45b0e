import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DumpRule } from '../../../src/netfilter/iptables/dump.ts';
import { parseDump } from '../../../src/netfilter/iptables/parse-dump.ts';
import { printSave } from '../../../src/netfilter/iptables/print.ts';
import {
  type Match,
  type Negatable,
  type Rule,
  type RuleSet,
  type Target,
} from '../../../src/netfilter/iptables/model.ts';
import { fuzzDumpParser } from '../../fuzz/dump-parser.fuzz.ts';

const negatable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Negatable<T>> =>
  fc
    .tuple(value, fc.boolean())
    .map(([held, negated]) => (negated ? { value: held, negated } : { value: held }));

const unsigned = fc.nat(0xffffffff);
const name = fc.stringMatching(/^[A-Z][A-Za-z0-9_-]{0,20}$/);
const comment = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !text.includes('\u0000'));
const states = fc
  .subarray(['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'] as const, {
    minLength: 1,
  })
  .map((list) => [...list]);
const cidr = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((bytes) => `${bytes.join('.')}/32`);

const match: fc.Arbitrary<Match> = fc.oneof(
  comment.map((text) => ({ kind: 'comment', text }) as const),
  fc.record({
    kind: fc.constant('port' as const),
    protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
    destination: fc.nat(65535),
  }),
  fc.record({ kind: fc.constant('conntrack' as const), state: negatable(states) }),
  fc.record({ kind: fc.constant('mark' as const), mark: negatable(unsigned), mask: unsigned }),
  fc.record({
    kind: fc.constant('addrtype' as const),
    destination: negatable(fc.constant('LOCAL' as const)),
  }),
  fc.record({ kind: fc.constant('statistic' as const), threshold: fc.nat(2 ** 31 - 1) }),
  fc.record({
    kind: fc.constant('recent' as const),
    list: name,
    action: fc.oneof(
      fc.constant({ set: true } as const),
      fc.record({ seconds: fc.nat(86400), reap: fc.constant(true as const) }),
    ),
  }),
  name.map((counter) => ({ kind: 'nfacct', counter }) as const),
);

const target: fc.Arbitrary<Target> = fc.oneof(
  fc.constant({ kind: 'jump', chain: 'KUBE-A' } as const),
  fc.constantFrom({ kind: 'accept' } as const, { kind: 'drop' } as const, { kind: 'return' } as const),
  fc.record({ kind: fc.constant('mark' as const), value: unsigned, mask: unsigned }),
  fc.record({ kind: fc.constant('masquerade' as const), randomFully: fc.boolean() }),
  fc.constant({ kind: 'dnat', destination: '10.0.0.1:80' } as const),
);

const rule: fc.Arbitrary<Rule> = fc.record(
  {
    source: negatable(cidr),
    destination: negatable(cidr),
    inInterface: negatable(fc.stringMatching(/^[a-z]{1,10}\+?$/)),
    protocol: negatable(fc.constantFrom('tcp', 'udp', 'sctp')),
    matches: fc.array(match, { maxLength: 4 }),
    target,
  },
  { requiredKeys: ['matches'] },
);

const ruleSet: fc.Arbitrary<RuleSet> = fc.array(rule, { maxLength: 8 }).map((rules) => ({
  family: 'IPv4',
  tables: [
    {
      name: 'nat',
      chains: [
        { name: 'PREROUTING', policy: 'ACCEPT', rules: [] },
        { name: 'KUBE-A', rules },
      ],
    },
  ],
}));

describe('parseDump', () => {
  it('reads back every rule set that printSave prints', () => {
    fc.assert(
      fc.property(ruleSet, (rules) => {
        const { value: dump, problems } = parseDump({ name: 'x', text: printSave(rules) });
        expect(problems).toEqual([]);
        expect(dump?.tables[0]?.chains[1]?.rules.map(withoutText)).toEqual(rules.tables[0]?.chains[1]?.rules);
      }),
      { numRuns: 500 },
    );
  });

  it('never lets a comment add a rule, a chain or an option', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const injected: Rule = { matches: [{ kind: 'comment', text }], target: { kind: 'drop' } };
        const dump = parseDump({ name: 'x', text: printSave(ofRules([injected, { matches: [] }])) }).value;
        expect(dump?.tables.length).toBe(1);
        expect(dump?.tables[0]?.chains.map(({ rules }) => rules.length)).toEqual([2]);
        expect(dump?.tables[0]?.chains[0]?.rules[0]?.target).toEqual({ kind: 'drop' });
      }),
      { numRuns: 500 },
    );
  });

  it('takes any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { value, problems } = parseDump({ name: 'x', text });
        expect(value !== undefined || problems.length > 0).toBe(true);
      }),
    );
  });

  it('survives a second of mutated dumps', async () => {
    expect((await fuzzDumpParser(1, 1)).tried).toBeGreaterThan(10);
  });
});

const ofRules = (rules: readonly Rule[]): RuleSet => ({
  family: 'IPv4',
  tables: [{ name: 'filter', chains: [{ name: 'INPUT', policy: 'ACCEPT', rules }] }],
});

/** The rule alone, without where it was read. */
const withoutText = (read: DumpRule): Rule =>
  Object.fromEntries(
    Object.entries(read).filter(([key]) => key !== 'place' && key !== 'raw'),
  ) as unknown as Rule;
