/** What `compile --format restore` prints loads into a real kernel, and what the kernel then holds is the save form. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile.ts';
import { printRestore } from '../../src/modes/iptables/print-restore.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { oracleCases, oracleRequest } from '../helpers/oracle.ts';
import { loadAndSave, tablesOf, VARIANTS } from './load-and-save.ts';
import { whyNoKernel, withNamespace } from './namespace.ts';
import { rulesOf } from '../helpers/rules.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

describe.skipIf(whyNoKernel() !== undefined)('a real kernel holds what compile prints', () => {
  describe.each(oracleCases())('%s', (name) => {
    it.each(FAMILIES)('%s, in both variants of iptables, with and without nfacct', (family) => {
      for (const noNfacct of [false, true]) {
        const request = oracleRequest(name, '1.36', family);
        const { value } = compile({ ...request, flags: { ...request.flags, noNfacct } });
        if (value === undefined) throw new Error(`${name} does not compile`);
        const expected = tablesOf(printSave(rulesOf(value)));
        for (const variant of VARIANTS) {
          const saved = withNamespace((namespace) =>
            loadAndSave(namespace, family, variant, printRestore(rulesOf(value))),
          );
          expect(tablesOf(saved), `${variant}, nfacct ${noNfacct ? 'off' : 'on'}`).toEqual(expected);
        }
      }
    });
  });
});
