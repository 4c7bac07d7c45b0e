/** What `compile --format restore` prints loads into a real kernel, and what the kernel then holds is the save form. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile.ts';
import { printRestore, printScript } from '../../src/modes/iptables/print-restore.ts';
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

describe.skipIf(whyNoKernel() !== undefined)('the script that compile prints may run again and again', () => {
  const jumpsIn = (saved: string): readonly string[] =>
    saved.split('\n').filter((line) => /^-A [A-Z]+ /.test(line));

  it.each(VARIANTS)('in variant %s, whatever else is there', (variant) => {
    for (const family of FAMILIES) {
      for (const version of ['1.1', '1.23', '1.36'] as const) {
        if (version === '1.1' && family === 'IPv6') continue;
        const { value } = compile(oracleRequest('14-loadbalancer', version, family));
        if (value === undefined) throw new Error('it does not compile');
        const program = `${family === 'IPv4' ? 'iptables' : 'ip6tables'}-${variant}`;
        withNamespace(({ run }) => {
          const load = (): string => {
            run('env', [`IPTABLES=${program}`, 'sh'], printScript(rulesOf(value)));
            return run(`${program}-save`);
          };
          expect(tablesOf(load()), version).toEqual(tablesOf(printSave(rulesOf(value))));
          const once = jumpsIn(run(`${program}-save`));
          expect(jumpsIn(load())).toEqual(once);
          run(program, ['-t', 'nat', '-F', 'OUTPUT']);
          run(program, ['-t', 'nat', '-I', 'PREROUTING', '-p', 'tcp', '--dport', '22', '-j', 'RETURN']);
          const again = jumpsIn(load());
          expect(again.filter((line) => !line.includes('--dport 22'))).toEqual(once);
          expect(again.length).toBe(once.length + 1);
        });
      }
    }
  });
});
