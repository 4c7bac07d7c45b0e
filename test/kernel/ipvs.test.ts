/** What `compile` prints in mode ipvs loads into a real kernel, which then lists the same. */
import { describe, expect, it } from 'vitest';
import { NEWEST } from '../../src/dialect/version.ts';
import { IPVS } from '../../src/modes/ipvs/mode.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { compileIpvs, ipvsCases } from '../helpers/ipvs-oracle.ts';
import { loadAndSave, tablesOf, VARIANTS } from './load-and-save.ts';
import { type Namespace, whyNoKernel, withNamespace } from './namespace.ts';
import { joinPieces } from '../../src/text/pieces.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

/** What `ipset save` prints, by name of set and entry, without what the kernel draws for each set. */
function savedSets({ run }: Namespace): string {
  const lines = run('ipset', ['save'])
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/ initval 0x[0-9a-f]+/, ''));
  const keyOf = (line: string): string =>
    line.replace(/^(create|add) (\S+)/, '$2 $1').replace(' create', ' ');
  return lines
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map((line) => `${line}\n`)
    .join('');
}

const noKernel = whyNoKernel();

/** Says aloud when this kernel has no IPVS: rules that match by it are left out then. */
function hasIpvsMatch(): boolean {
  const rule = ['-A', 'OUTPUT', '-m', 'ipvs', '--vaddr', '192.0.2.1', '-j', 'DROP'];
  try {
    withNamespace(({ run }) => run('iptables-legacy', rule));
    return true;
  } catch (error) {
    if (process.env['SVC2IPT_IPVS'] === 'required') throw error;
    process.stderr.write(
      '\nKERNEL WITHOUT IPVS: no virtual server is loaded, and rules with -m ipvs are left out.\n',
    );
    return false;
  }
}
const hasIpvs = noKernel === undefined && hasIpvsMatch();

const loadable = (rules: string): string => (hasIpvs ? rules : rules.replace(/^-A .* -m ipvs .*\n/gm, ''));

/** Cases with many kinds of entries; with SVC2IPT_FULL=1 all. */
const SAMPLE = ['08-', '19-', '60-', '79-', '81-', 'random-3'];
const cases = ipvsCases().filter(
  (name) => process.env['SVC2IPT_FULL'] === '1' || SAMPLE.some((start) => name.startsWith(start)),
);

describe.skipIf(noKernel !== undefined)('a real kernel holds what is built in mode ipvs', () => {
  it.each(cases.flatMap((name) => FAMILIES.map((family) => ({ name, family }))))(
    '$name $family',
    ({ name, family }) => {
      const model = compileIpvs(name, NEWEST, family);
      const print = (part: string, format = 'save'): string =>
        joinPieces(IPVS.print(model, { parts: [part], format }));
      for (const variant of VARIANTS) {
        const held = withNamespace((namespace) => {
          namespace.run('ipset', ['restore'], print('ipset', 'restore'));
          return {
            rules: loadAndSave(namespace, family, variant, loadable(print('iptables', 'restore'))),
            sets: savedSets(namespace),
          };
        });
        expect(held.sets).toBe(print('ipset'));
        expect(tablesOf(held.rules)).toEqual(tablesOf(loadable(print('iptables'))));
      }
    },
  );

  it.skipIf(!hasIpvs)('virtual servers', () => {
    const model = compileIpvs('79-ipvs-scheduler-sh-affinity-dual', NEWEST, 'IPv4');
    const servers = joinPieces(IPVS.print(model, { parts: ['ipvs'] }));
    const held = withNamespace(({ run }) => {
      run('ipvsadm', ['-R'], servers);
      return run('ipvsadm', ['-S', '-n']);
    });
    expect(held.split('\n').sort()).toEqual(servers.split('\n').sort());
  });
});
