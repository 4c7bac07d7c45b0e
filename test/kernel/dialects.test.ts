/** Every dialect's rules load into a real kernel, in both variants of iptables, and come back the same. */
import { describe, expect, it } from 'vitest';
import { compile, type CompileRequest } from '../../src/compile.ts';
import { VERSIONS, type Version } from '../../src/dialect/version.ts';
import { printRestore } from '../../src/modes/iptables/print-restore.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { historyRequest } from '../helpers/history-cases.ts';
import { oracleRequest } from '../helpers/oracle.ts';
import { loadAndSave, tablesOf, VARIANTS } from './load-and-save.ts';
import { whyNoKernel, withNamespace } from './namespace.ts';
import { rulesOf } from '../helpers/rules.ts';

/** Cases that have some of everything; those with IPv6 in them are loaded in both families. */
const CASES: readonly {
  readonly name: string;
  readonly families: readonly IpFamily[];
  readonly request: (version: Version, family: IpFamily) => CompileRequest;
}[] = [
  ...[1, 2, 3, 4, 5, 6].map((number) => oracle(`random-${number}`, ['IPv4', 'IPv6'])),
  oracle('14-loadbalancer', ['IPv4']),
  oracle('26-external-ips', ['IPv4']),
  oracle('30-session-affinity-loadbalancer-local', ['IPv4']),
  oracle('54-config-nodeport-addresses-cidr', ['IPv4']),
  oracle('60-dual-stack', ['IPv4', 'IPv6']),
  history('every-kind', ['IPv4']),
  history('ipv6', ['IPv6']),
];

function oracle(name: string, families: readonly IpFamily[]): (typeof CASES)[number] {
  return { name, families, request: (version, family) => oracleRequest(name, version, family) };
}

function history(name: string, families: readonly IpFamily[]): (typeof CASES)[number] {
  return { name, families, request: (version, family) => historyRequest(name, version, family) };
}

interface Printed {
  readonly save: string;
  readonly restore: string;
}

/** What neighbouring dialects print alike is loaded once. Settings that a release refuses print nothing. */
function printedTexts({
  families,
  request,
}: (typeof CASES)[number]): ReadonlyMap<string, Printed & { family: IpFamily }> {
  const texts = new Map<string, Printed & { family: IpFamily }>();
  for (const family of families) {
    for (const version of VERSIONS) {
      const { value } = compile(request(version, family));
      if (value === undefined || rulesOf(value).tables.length === 0) continue;
      const save = printSave(rulesOf(value));
      if (![...texts.values()].some((known) => known.save === save)) {
        texts.set(`${version} ${family}`, { save, restore: printRestore(rulesOf(value)), family });
      }
    }
  }
  return texts;
}

describe.skipIf(whyNoKernel() !== undefined)('a real kernel holds what every dialect prints', () => {
  it.each(CASES)('$name', (one) => {
    const texts = printedTexts(one);
    expect(texts.size).toBeGreaterThan(3);
    for (const [label, { save, restore, family }] of texts) {
      for (const variant of VARIANTS) {
        const saved = withNamespace((namespace) => loadAndSave(namespace, family, variant, restore));
        expect(tablesOf(saved), `${label} ${variant}`).toEqual(tablesOf(save));
      }
    }
  });
});
