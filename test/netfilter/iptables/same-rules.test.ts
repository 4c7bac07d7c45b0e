import { expect, it } from 'vitest';
import { type Rule, type RuleSet } from '../../../src/netfilter/iptables/model.ts';
import { areSameRules, isSameRule, sharingRules } from '../../../src/netfilter/iptables/same-rules.ts';

const rule = (address: string): Rule => ({
  source: { value: `${address}/32` },
  matches: [{ kind: 'comment', text: 'shop/web:http' }],
  target: { kind: 'jump', chain: 'KUBE-MARK-MASQ' },
});

const rulesOf = (...rules: readonly Rule[]): RuleSet => ({
  family: 'IPv4',
  tables: [
    {
      name: 'nat',
      chains: [
        { name: 'INPUT', policy: 'ACCEPT', rules: [] },
        { name: 'KUBE-A', rules },
      ],
    },
  ],
});

it('takes rules for the same only when every field is', () => {
  const place = { file: 'd', line: 1, column: 1 };
  const one = rule('10.0.0.1');
  expect(isSameRule(one, { ...rule('10.0.0.1'), place, raw: '-A X' } as Rule)).toBe(true);
  expect(isSameRule(one, { ...rule('10.0.0.1'), protocol: { value: 'tcp' } })).toBe(false);
  expect(isSameRule({ ...one, source: { value: '10.0.0.1/32', negated: true } }, one)).toBe(false);
  expect(isSameRule(one, { ...one, source: { value: '10.0.0.1/32', negated: true } })).toBe(false);
  expect(isSameRule(one, { ...one, matches: [] })).toBe(false);
  expect(isSameRule(one, { ...one, target: { kind: 'goto', chain: 'KUBE-MARK-MASQ' } })).toBe(false);
});

it('puts known rules in place of equal ones in the same place, and leaves the others', () => {
  const known = [rule('10.0.0.1'), rule('10.0.0.2'), rule('10.0.0.3')];
  const made = rulesOf(rule('10.0.0.1'), rule('10.0.0.3'), rule('10.0.0.3'), rule('10.0.0.4'));
  const shared = sharingRules(made, new Map([['nat', new Map([['KUBE-A', known]])]]));
  expect(areSameRules(shared, made)).toBe(true);
  expect(shared).toEqual(made);
  const rules = shared.tables[0]?.chains[1]?.rules ?? [];
  expect(rules.map((each) => known.findIndex((one) => one === each))).toEqual([0, -1, 2, -1]);
});
