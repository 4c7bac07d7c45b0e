import { describe, expect, it } from 'vitest';
import {
  type Comparison,
  type Difference,
  type DifferenceKind,
  type PlacedRule,
} from '../../src/modes/iptables/compare/difference.ts';
import { printRule } from '../../src/netfilter/iptables/print.ts';
import { select } from '../../src/report/select.ts';
import { NO_PAINT, textReport } from '../../src/report/text.ts';

const RULE = { matches: [], target: { kind: 'jump', chain: 'KUBE-SVC-ABCDEFGHIJKLMNOP' } } as const;

const difference = (kind: DifferenceKind, service?: string): Difference => ({
  kind,
  service,
  table: 'nat',
  chain: 'KUBE-SERVICES',
  message: 'something is wrong',
  expected: [{ chain: 'KUBE-SERVICES', rule: RULE }],
  actual: [],
});

const comparison = (
  differences: readonly Difference[],
  servicePorts: readonly string[] = [],
): Comparison => ({
  differences,
  servicePorts: [...servicePorts, ...differences.flatMap(({ service }) => service ?? [])],
  notes: [],
  leftovers: [],
});

const OPTIONS = {
  print: ({ chain, rule }: PlacedRule) => printRule(chain, rule, 'IPv4'),
  versions: { fitting: '1.30', likely: '1.30', reasons: [] },
  unusual: [],
  tool: 'iptables 1.8.9 (nf_tables)',
  paint: NO_PAINT,
  verbose: false,
} as const;

const numbered = (count: number, kind: DifferenceKind): readonly Difference[] =>
  Array.from({ length: count }, (_, at) => difference(kind, `default/web-${at}:http/TCP`));

describe('the text report', () => {
  it('groups by Service, counts Services and names the node', () => {
    const found = [
      difference('missing-jump'),
      difference('changed-rule', 'default/web:http/TCP'),
      difference('wrong-order', 'default/web:http/TCP'),
      difference('changed-rule', 'default/web:https/TCP'),
    ];
    expect(textReport(comparison(found, ['shop/a/TCP', 'shop/a:b/UDP']), OPTIONS)).toBe(
      [
        'node: something is wrong',
        '  - -A KUBE-SERVICES -j KUBE-SVC-ABCDEFGHIJKLMNOP',
        '',
        'default/web:http: something is wrong',
        '  - -A KUBE-SERVICES -j KUBE-SVC-ABCDEFGHIJKLMNOP',
        'default/web:http: something is wrong',
        '  - -A KUBE-SERVICES -j KUBE-SVC-ABCDEFGHIJKLMNOP',
        '',
        'default/web:https: something is wrong',
        '  - -A KUBE-SERVICES -j KUBE-SVC-ABCDEFGHIJKLMNOP',
        '',
        "the node's own rules differ, 1 Service differs, 1 equal; kube-proxy 1.30, iptables 1.8.9 (nf_tables)",
        '',
      ].join('\n'),
    );
  });

  it('stays readable when hundreds of Services are missing', () => {
    expect(textReport(comparison(numbered(300, 'missing-service')), OPTIONS)).toBe(
      [
        '300 Services are missing on the node: default/web-0, default/web-1, default/web-2, default/web-3, default/web-4 and 295 more (-v names them all)',
        '',
        '300 Services differ, 0 equal; kube-proxy 1.30, iptables 1.8.9 (nf_tables)',
        '',
      ].join('\n'),
    );
    const all = textReport(comparison(numbered(300, 'missing-service')), { ...OPTIONS, verbose: true });
    expect(all.split('\n').length).toBeGreaterThan(600);
  });

  it('shows the rules of the first findings only, but all findings', () => {
    const lines = textReport(comparison(numbered(200, 'changed-rule')), OPTIONS).split('\n');
    expect(lines.filter((line) => line.startsWith('  - ')).length).toBe(50);
    expect(lines.filter((line) => line.startsWith('default/web-')).length).toBe(200);
    expect(lines).toContain('(rules are shown for the first 50 findings; -v shows them all)');
  });

  it('lets nothing of the dump reach the terminal raw', () => {
    const evil = { ...difference('unexpected-rule'), message: 'rule "\u001b[2J" is odd' };
    expect(textReport(comparison([evil]), OPTIONS)).not.toContain('\u001b');
  });

  it('is capped, with a line that counts the rest', () => {
    const found = numbered(200_000, 'changed-rule');
    const lines = textReport(comparison(found), OPTIONS).split('\n');
    expect(lines.filter((line) => line.endsWith('something is wrong'))).toHaveLength(1000);
    expect(lines.slice(-4)).toEqual([
      '(199000 more findings; -v and -o json tell all)',
      '(rules are shown for the first 50 findings; -v shows them all)',
      '200000 Services differ, 0 equal; kube-proxy 1.30, iptables 1.8.9 (nf_tables)',
      '',
    ]);
    const all = textReport(comparison(found), { ...OPTIONS, verbose: true }).split('\n');
    expect(all.filter((line) => line.endsWith('something is wrong'))).toHaveLength(200_000);
  });
});

describe('selecting Services', () => {
  const all = comparison([difference('missing-jump'), ...numbered(2, 'changed-rule')]);
  const selected = (only: readonly string[], exclude: readonly string[]): readonly (string | undefined)[] =>
    select(all, { only, exclude }).differences.map(({ service }) => service);

  it.each<[readonly string[], readonly string[], readonly (string | undefined)[]]>([
    [[], [], [undefined, 'default/web-0:http/TCP', 'default/web-1:http/TCP']],
    [['default/web-0'], [], ['default/web-0:http/TCP']],
    [['default/web'], [], []],
    [['default/*'], ['default/web-1'], ['default/web-0:http/TCP']],
    [[], ['default/*'], [undefined]],
  ])('only %j, without %j', (only, exclude, services) => {
    expect(selected(only, exclude)).toEqual(services);
  });
});
