import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DumpRule } from '../../../src/netfilter/iptables/dump.ts';
import { parseRule } from '../../../src/netfilter/iptables/parse-rule.ts';
import { plainRuleReader } from '../../../src/netfilter/iptables/plain-rule.ts';
import { type IpFamily } from '../../../src/text/ip.ts';
import { isWordError, splitWords } from '../../../src/text/words.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');

const dumps = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.save'),
);

/** Those of IPv6 name an address of it. */
const familyOfText = (text: string): IpFamily => (/ [0-9a-f:]+:[0-9a-f:]*\//.test(text) ? 'IPv6' : 'IPv4');

/** What stands behind `-A CHAIN` in all fixtures, each once. */
const RULES = { IPv4: new Set<string>(), IPv6: new Set<string>() };

for (const name of dumps) {
  const text = readFileSync(join(FIXTURES, name), 'utf8');
  const rules = RULES[familyOfText(text)];
  for (const [, options = ''] of text.matchAll(/^-A \S+(.*)$/gm)) rules.add(options);
}

/** Every name of kube-proxy is a chain of the dump, but for one. */
const hasChain = (name: string): boolean => name.startsWith('KUBE-') && name !== 'KUBE-GONE';

const READERS = {
  IPv4: plainRuleReader({ family: 'IPv4', hasChain }),
  IPv6: plainRuleReader({ family: 'IPv6', hasChain }),
};

const BEHIND = {
  raw: 'as it stands',
  counters: { packets: '1', bytes: '60' },
  place: { file: 'x', line: 1, column: 1 },
};

const readPlain = (family: IpFamily, options: string): DumpRule | undefined =>
  READERS[family]({ ...BEHIND, options }, BEHIND.place);

/** Whether the words were read at once, after comparing the rule with what the reader of all rules makes of it. */
function agrees(family: IpFamily, options: string): boolean {
  const plain = readPlain(family, options);
  if (plain === undefined) return false;
  const words = splitWords(options);
  if (isWordError(words)) throw new Error(`${options}: ${words.message}`);
  const read = parseRule(words, { family, hasChain, mustBeWhole: () => true });
  if ('message' in read) throw new Error(`${options}: ${read.message}`);
  expect({ options, plain }).toStrictEqual({ options, plain: { ...BEHIND, ...read.rule } });
  return true;
}

describe.each(['IPv4', 'IPv6'] as const)('rules of %s', (family) => {
  const rules = [...RULES[family]];

  it('of all fixtures are read as the reader of all rules does, and a third of them at once', () => {
    expect(rules.length).toBeGreaterThan(500);
    const read = rules.filter((options) => agrees(family, options));
    expect(read.length).toBeGreaterThan(rules.length / 3);
  });

  it('with a few signs changed are read as the reader of all rules does, or left to it', () => {
    const plain = rules.filter((options) => readPlain(family, options) !== undefined);
    const sign = fc.constantFrom(
      ...[' ', '"', '\\', '!', '0', '9', '.', '/', ':', '-', 'é', '\t', 'x', 'f', ''],
    );
    fc.assert(
      fc.property(fc.constantFrom(...plain), fc.nat(200), fc.nat(2), sign, (options, at, removed, added) => {
        agrees(family, options.slice(0, at) + added + options.slice(at + removed));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a port beyond the last', ' -p tcp -m tcp --dport 65536 -j KUBE-A'],
    ['a module of another protocol', ' -p tcp -m udp -j KUBE-A'],
    ['a module without a protocol', ' -m udp -j KUBE-A'],
    ['a target of iptables', ' -j DROP'],
    ['a comment that is too long', ` -m comment --comment "${'a '.repeat(128)}" -j KUBE-A`],
    ['an escaped quote', ' -m comment --comment "a\\"b" -j KUBE-A'],
    ['an address of the other family', ` -s ${family === 'IPv4' ? 'fd00::1/128' : '10.0.0.1/32'} -j KUBE-A`],
  ])('with %s are left to the reader of all rules', (_, options) => {
    expect(readPlain(family, options)).toBeUndefined();
  });

  it('share what they ask for besides addresses, and jumps that follow each other', () => {
    const [ipv4, ipv6] = [
      { one: '10.0.0.1/32', other: '10.0.0.2/32', wide: '10.128.0.0/9' },
      { one: 'fd00::1/128', other: 'fd00::2/128', wide: 'fd00:10::/64' },
    ];
    const { one, other, wide } = family === 'IPv4' ? ipv4 : ipv6;
    const words = '-p tcp -m comment --comment a -m tcp --dport 80 -j KUBE-A';
    const [first, second] = [one, other].map((host) =>
      readPlain(family, ` ! -s ${wide} -d ${host} ${words}`),
    );
    expect(first?.matches).toHaveLength(2);
    expect(second?.matches).toBe(first?.matches);
    expect(second?.protocol).toBe(first?.protocol);
    expect(second?.source).toBe(first?.source);
    expect(second?.target).toBe(first?.target);
  });
});

it.each([
  ['a destination port beyond the last', 'IPv4', ' -p tcp -m tcp -j DNAT --to-destination 10.0.0.1:65536'],
  ['an octet beyond the last', 'IPv4', ' -s 10.0.0.256/32 -j KUBE-A'],
  ['a destination port beyond the last', 'IPv6', ' -p tcp -m tcp -j DNAT --to-destination [fd00::1]:65536'],
  ['an address of nine groups', 'IPv6', ' -s 1:2:3:4:5:6:7:8:9/128 -j KUBE-A'],
  ['an address of seven groups', 'IPv6', ' -s 1:2:3:4:5:6:7/128 -j KUBE-A'],
  ['a gap for one group', 'IPv6', ' -s 1:2:3:4::6:7:8/128 -j KUBE-A'],
  ['a gap for one group at the end', 'IPv6', ' -s 1:2:3:4:5:6:7::/128 -j KUBE-A'],
  ['two gaps', 'IPv6', ' -s 1::2::3/128 -j KUBE-A'],
  ['two groups of zeros without a gap', 'IPv6', ' -s 1:0:0:4:5:6:7:8/128 -j KUBE-A'],
  ['zeros beside the gap', 'IPv6', ' -s 1:0::8/128 -j KUBE-A'],
  ['leading zeros', 'IPv6', ' -s fd00::01/128 -j KUBE-A'],
  ['upper case', 'IPv6', ' -s FD00::1/128 -j KUBE-A'],
] as const)('leaves %s (%s) to the reader of all rules', (_, family, options) => {
  expect(readPlain(family, options)).toBeUndefined();
});

it('reads addresses of IPv6 as the kernel prints them', () => {
  const group = fc.oneof(fc.constantFrom(0, 0, 0, 1), fc.nat(0xffff));
  const address = fc.array(group, { minLength: 8, maxLength: 8 });
  const text = address.map((groups) => {
    const words = groups.map((value) => value.toString(16)).join(':');
    return new URL(`http://[${words}]`).hostname.slice(1, -1);
  });
  const seen = { plain: 0, left: 0 };
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 128 }), (written, prefix) => {
      const source = agrees('IPv6', ` -s ${written}/${prefix} -j KUBE-A`);
      const to = agrees('IPv6', ` -p tcp -m tcp -j DNAT --to-destination [${written}]:80`);
      expect(to).toBe(source);
      seen[source ? 'plain' : 'left'] += 1;
    }),
    { numRuns: 2000 },
  );
  expect(seen.plain).toBeGreaterThan(200);
  expect(seen.left).toBeGreaterThan(200);
});

it.each(['IPv4', 'IPv6'] as const)(
  'leaves rules of %s to the other where a chain has the name of the target',
  (family) => {
    const address = family === 'IPv4' ? '10.0.0.1' : '[fd00::1]';
    const dnat = { ...BEHIND, options: ` -p tcp -m tcp -j DNAT --to-destination ${address}:80` };
    expect(plainRuleReader({ family, hasChain: () => false })(dnat, BEHIND.place)).toBeDefined();
    expect(plainRuleReader({ family, hasChain: () => true })(dnat, BEHIND.place)).toBeUndefined();
  },
);
