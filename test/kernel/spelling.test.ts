import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Dump } from '../../src/netfilter/iptables/dump.ts';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { printRestore } from '../../src/modes/iptables/print-restore.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { type Rule, type RuleSet } from '../../src/netfilter/iptables/model.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { type Namespace, whyNoKernel, withNamespace } from './namespace.ts';

const ORACLE = new URL('../../fixtures/oracle/', import.meta.url);
const VARIANTS = ['legacy', 'nft'] as const;
type Variant = (typeof VARIANTS)[number];

const programs = (family: IpFamily, variant: Variant): string =>
  `${family === 'IPv4' ? 'iptables' : 'ip6tables'}-${variant}`;

/** Captures of some depth: every family, and every spelling that changed over the releases. */
const captures = [
  '14-loadbalancer',
  '21-loadbalancer-source-ranges-local',
  '29-session-affinity-clusterip',
  '60-dual-stack',
  'random-1',
].flatMap((name) =>
  readdirSync(new URL(`${name}/expected/`, ORACLE))
    .filter((file) => file.endsWith('.save'))
    .map((file) => `${name}/expected/${file}`),
);

function parse(name: string, text: string, family: IpFamily): Dump {
  const { value, problems } = readDump({ name, text }, family);
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value;
}

/** What the kernel holds, read back and without counters. */
function held({ run }: Namespace, family: IpFamily, variant: Variant): Dump {
  return parse('kernel', run(`${programs(family, variant)}-save`), family);
}

/** User chains that stand alone in a table of filter. */
const filterOf = (rules: readonly Rule[]): RuleSet => ({
  family: 'IPv4',
  tables: [
    {
      name: 'filter',
      chains: [
        { name: 'INPUT', policy: 'ACCEPT', rules: [] },
        { name: 'FORWARD', policy: 'ACCEPT', rules: [] },
        { name: 'OUTPUT', policy: 'ACCEPT', rules: [] },
        { name: 'KUBE-A', rules },
      ],
    },
  ],
});

const TRICKY: readonly Rule[] = [
  ...[
    "it's",
    'a "b" \\ c',
    '-j',
    '--comment',
    '',
    '!',
    'x'.repeat(300),
    'é'.repeat(200),
    `${'x'.repeat(253)}€uro`,
  ].map((text): Rule => ({ matches: [{ kind: 'comment', text }] })),
  ...[0, 1, 2 ** 19, 3 * 2 ** 19, 2 ** 31 / 2 ** 12, 715827883, 2 ** 31 - 1, 2 ** 31].map(
    (threshold): Rule => ({ matches: [{ kind: 'statistic', threshold }], target: { kind: 'return' } }),
  ),
  {
    matches: [{ kind: 'mark', mark: { value: 2 ** 31, negated: true }, mask: 2 ** 31 }],
    target: { kind: 'drop' },
  },
  { matches: [{ kind: 'mark', mark: { value: 0x5000 }, mask: 0xffffffff }] },
  { matches: [{ kind: 'conntrack', state: { value: ['DNAT', 'INVALID', 'NEW'] } }] },
  {
    matches: [
      { kind: 'addrtype', source: { value: 'LOCAL', negated: true }, destination: { value: 'LOCAL' } },
    ],
  },
  { matches: [{ kind: 'nfacct', counter: 'localhost_nps_accepted_pkts' }] },
  { matches: [], target: { kind: 'goto', chain: 'KUBE-A' } },
];

describe.skipIf(whyNoKernel() !== undefined)('what is printed is what the kernel holds', () => {
  describe.each(VARIANTS)('%s', (variant) => {
    it.each(captures)('%s', (path) => {
      const family = path.includes('ip6tables') ? 'IPv6' : 'IPv4';
      const dump = parse(path, readFileSync(new URL(path, ORACLE), 'utf8'), family);
      withNamespace((namespace) => {
        namespace.run(`${programs(family, variant)}-restore`, ['--noflush'], printRestore(dump));
        expect(printSave(held(namespace, family, variant))).toBe(printSave(dump));
      });
    });

    it('keeps the rules of others, behind the jumps of kube-proxy', () => {
      const restore = printRestore({
        family: 'IPv4',
        tables: [
          {
            name: 'filter',
            chains: [
              {
                name: 'INPUT',
                policy: 'ACCEPT',
                rules: ['KUBE-A', 'KUBE-B'].map((chain) => ({
                  matches: [],
                  target: { kind: 'jump', chain },
                })),
              },
              { name: 'KUBE-A', rules: [] },
              { name: 'KUBE-B', rules: [] },
            ],
          },
        ],
      });
      withNamespace((namespace) => {
        const { run } = namespace;
        run(programs('IPv4', variant), ['-A', 'INPUT', '-j', 'DROP']);
        run(`${programs('IPv4', variant)}-restore`, ['--noflush'], restore);
        expect(run(programs('IPv4', variant), ['-S', 'INPUT'])).toBe(
          '-P INPUT ACCEPT\n-A INPUT -j KUBE-A\n-A INPUT -j KUBE-B\n-A INPUT -j DROP\n',
        );
      });
    });

    it('spells what is hard to spell as iptables does', () => {
      const text = printSave(filterOf(TRICKY));
      withNamespace((namespace) => {
        namespace.run(`${programs('IPv4', variant)}-restore`, [], text);
        const saved = namespace.run(`${programs('IPv4', variant)}-save`, ['-t', 'filter']);
        expect(withoutRemarks(saved)).toBe(text);
      });
    });

    it('reads iptables -S and -L of itself as the same rules', () => {
      const path = 'random-1/expected/1.31-1.36.iptables.save';
      const dump = parse(path, readFileSync(new URL(path, ORACLE), 'utf8'), 'IPv4');
      withNamespace(({ run }) => {
        run(`${programs('IPv4', variant)}-restore`, ['--noflush'], printRestore(dump));
        for (const table of dump.tables) {
          const whole = printSave({ family: 'IPv4', tables: [table] });
          for (const options of [
            ['-S'],
            ['-S', '-v'],
            ['-L', '-n', '-v'],
            ['-L', '-n', '-v', '-x', '--line-numbers'],
          ]) {
            const text = run(programs('IPv4', variant), ['-t', table.name, ...options]);
            expect(printSave(parse(options.join(' '), text, 'IPv4'))).toBe(whole);
          }
        }
      });
    });
  });
});

const withoutRemarks = (text: string): string => text.replace(/^#.*\n/gm, '');
