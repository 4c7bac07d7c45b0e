/** What `compile --format restore` prints loads into a real kernel, and what the kernel then holds is the save form. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile.ts';
import { printRestore, printSave } from '../../src/iptables/print.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { oracleCases, oracleRequest } from '../helpers/oracle.ts';
import { type Namespace, whyNoKernel, withNamespace } from './namespace.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];
const VARIANTS = ['legacy', 'nft'] as const;

const program = (family: IpFamily, variant: string, what: string): string =>
  `${family === 'IPv4' ? 'iptables' : 'ip6tables'}-${variant}-${what}`;

/** Tables of a save text by name; without remarks, which carry dates, and without the counters of built-in chains. */
function tablesOf(save: string): Readonly<Record<string, string>> {
  const lines = save.split('\n').filter((line) => !line.startsWith('#'));
  const plain = lines.join('\n').replace(/^(:\S+ \S+) \[\d+:\d+\]$/gm, '$1 [0:0]');
  return Object.fromEntries(
    [...plain.matchAll(/^\*(\S+)\n.*?^COMMIT$/gms)].map((match) => [match[1] ?? '', match[0]]),
  );
}

function loadAndSave({ run }: Namespace, family: IpFamily, variant: string, restore: string): string {
  run(program(family, variant, 'restore'), ['--noflush'], restore);
  return run(program(family, variant, 'save'));
}

describe.skipIf(whyNoKernel() !== undefined)('a real kernel holds what compile prints', () => {
  describe.each(oracleCases())('%s', (name) => {
    it.each(FAMILIES)('%s, in both variants of iptables, with and without nfacct', (family) => {
      for (const noNfacct of [false, true]) {
        const request = oracleRequest(name, '1.36', family);
        const { value } = compile({ ...request, flags: { ...request.flags, noNfacct } });
        if (value === undefined) throw new Error(`${name} does not compile`);
        const expected = tablesOf(printSave(value.ruleSet));
        for (const variant of VARIANTS) {
          const saved = withNamespace((namespace) =>
            loadAndSave(namespace, family, variant, printRestore(value.ruleSet)),
          );
          expect(tablesOf(saved), `${variant}, nfacct ${noNfacct ? 'off' : 'on'}`).toEqual(expected);
        }
      }
    });
  });
});
