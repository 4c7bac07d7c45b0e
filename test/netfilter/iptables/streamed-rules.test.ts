import { describe, expect, it } from 'vitest';
import { type Rule, type RuleSet } from '../../../src/netfilter/iptables/model.ts';
import { printSave } from '../../../src/netfilter/iptables/print.ts';
import { type RuleSink, StreamedRuleSet } from '../../../src/netfilter/iptables/streamed-rules.ts';

const jump = (chain: string): Rule => ({ matches: [], target: { kind: 'jump', chain } });
/** Rules for a chain of table nat, or all rules of one. */
interface Part {
  readonly chain: string;
  readonly rules: readonly Rule[];
  readonly whole?: true;
}

const part = (chain: string, ...rules: readonly Rule[]): Part => ({ chain, rules });
const whole = (chain: string, ...rules: readonly Rule[]): Part => ({ chain, rules, whole: true });

const PARTS = [
  part('OUTPUT', jump('B')),
  part('B'),
  whole('C', jump('A'), jump('B')),
  part('A', jump('C')),
  whole('AA'),
  part('B', jump('A'), jump('C')),
];

/** Counts how often the parts are made. */
function streamed(parts: readonly Part[]): { readonly rules: RuleSet; readonly made: () => number } {
  let times = 0;
  const builtIn = new Map([
    ['filter', [{ name: 'INPUT', policy: 'ACCEPT' }]],
    [
      'nat',
      [
        { name: 'PREROUTING', policy: 'ACCEPT' },
        { name: 'OUTPUT', policy: 'DROP' },
      ],
    ],
  ] as const);
  const pour = (sink: RuleSink): void => {
    times += 1;
    for (const { chain, rules, whole: isWhole } of parts) {
      if (isWhole) sink('nat').whole(chain, rules);
      else sink('nat').append(chain, rules);
    }
  };
  return { rules: new StreamedRuleSet('IPv4', { builtIn, pour }), made: () => times };
}

describe('StreamedRuleSet', () => {
  it('appends parts to their chains: built-in chains first, no table without a part', () => {
    expect(streamed(PARTS).rules.tables).toEqual([
      {
        name: 'nat',
        chains: [
          { name: 'PREROUTING', policy: 'ACCEPT', rules: [] },
          { name: 'OUTPUT', policy: 'DROP', rules: [jump('B')] },
          { name: 'B', rules: [jump('A'), jump('C')] },
          { name: 'C', rules: [jump('A'), jump('B')] },
          { name: 'A', rules: [jump('C')] },
          { name: 'AA', rules: [] },
        ],
      },
    ]);
  });

  it('makes its tables once, and with the first use', () => {
    const { rules, made } = streamed(PARTS);
    expect(made()).toBe(0);
    expect(rules.tables).toBe(rules.tables);
    expect(made()).toBe(1);
  });

  it('prints as its tables do, without making them', () => {
    const { rules, made } = streamed(PARTS);
    const text = printSave(rules);
    expect(made()).toBe(1);
    expect(text).toBe(printSave({ family: 'IPv4', tables: rules.tables }));
    expect(text).toBe(`\
*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT DROP [0:0]
:A - [0:0]
:AA - [0:0]
:B - [0:0]
:C - [0:0]
-A OUTPUT -j B
-A A -j C
-A B -j A
-A B -j C
-A C -j A
-A C -j B
COMMIT
`);
  });

  it('does not change the parts that it takes', () => {
    const first = part('A', jump('B'));
    expect(streamed([first, part('A', jump('C'))]).rules.tables[0]?.chains.at(-1)?.rules).toHaveLength(2);
    expect(first.rules).toEqual([jump('B')]);
  });
});

it('prints a table that is there twice as two tables', () => {
  const table = { name: 'nat', chains: [{ name: 'A', rules: [jump('B')] }] } as const;
  const lines = '*nat\n:A - [0:0]\n-A A -j B\nCOMMIT\n';
  expect(printSave({ family: 'IPv4', tables: [table, table] })).toBe(lines + lines);
});
