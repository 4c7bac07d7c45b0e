import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseRule } from '../../../src/netfilter/iptables/parse-rule.ts';
import { plainRuleReader } from '../../../src/netfilter/iptables/plain-rule.ts';
import { isWordError, splitWords } from '../../../src/text/words.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');

const dumps = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.save'),
);

/** What stands behind `-A CHAIN` in all fixtures, each once. */
const rules = [
  ...new Set(
    dumps.flatMap((name) =>
      [...readFileSync(join(FIXTURES, name), 'utf8').matchAll(/^-A \S+(.*)$/gm)].map(([, options]) => options ?? ''),
    ),
  ),
]; // prettier-ignore

/** Every name of kube-proxy is a chain of the dump, but for one. */
const hasChain = (name: string): boolean => name.startsWith('KUBE-') && name !== 'KUBE-GONE';

const readPlainRule = plainRuleReader({ family: 'IPv4', hasChain });

/** Whether the words were read at once, after comparing the rule with what the reader of all rules makes of it. */
function agrees(options: string): boolean {
  const plain = readPlainRule(options);
  if (plain === undefined) return false;
  const words = splitWords(options);
  if (isWordError(words)) throw new Error(`${options}: ${words.message}`);
  const read = parseRule(words, { family: 'IPv4', hasChain, mustBeWhole: () => true });
  expect({ options, read }).toEqual({ options, read: { rule: plain, counters: undefined } });
  return true;
}

it('reads the rules of all fixtures as the reader of all rules does', () => {
  expect(rules.length).toBeGreaterThan(1000);
  const read = rules.filter((options) => agrees(options));
  expect(read.length).toBeGreaterThan(rules.length / 3);
});

it('reads rules with a few signs changed as the reader of all rules does, or leaves them to it', () => {
  const plain = rules.filter((options) => readPlainRule(options) !== undefined);
  const sign = fc.constantFrom(' ', '"', '\\', '!', '0', '9', '.', '/', ':', '-', 'é', '\t', 'x', '');
  fc.assert(
    fc.property(fc.constantFrom(...plain), fc.nat(200), fc.nat(2), sign, (options, at, removed, added) => {
      agrees(options.slice(0, at) + added + options.slice(at + removed));
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['a port beyond the last', ' -p tcp -m tcp --dport 65536 -j KUBE-A'],
  ['a destination port beyond the last', ' -p tcp -m tcp -j DNAT --to-destination 10.0.0.1:65536'],
  ['a module of another protocol', ' -p tcp -m udp -j KUBE-A'],
  ['a target of iptables', ' -j DROP'],
  ['an octet beyond the last', ' -s 10.0.0.256/32 -j KUBE-A'],
  ['a comment that is too long', ` -m comment --comment "${'a '.repeat(128)}" -j KUBE-A`],
  ['an escaped quote', ' -m comment --comment "a\\"b" -j KUBE-A'],
])('leaves %s to the reader of all rules', (_, options) => {
  expect(readPlainRule(options)).toBeUndefined();
});

it('leaves rules of IPv6, and of a dump whose chain has the name of the target, to the reader of all rules', () => {
  expect(plainRuleReader({ family: 'IPv6', hasChain })(' -j KUBE-A')).toBeUndefined();
  const dnat = ' -p tcp -m tcp -j DNAT --to-destination 10.0.0.1:80';
  expect(plainRuleReader({ family: 'IPv4', hasChain: () => false })(dnat)).toBeDefined();
  expect(plainRuleReader({ family: 'IPv4', hasChain: () => true })(dnat)).toBeUndefined();
});
