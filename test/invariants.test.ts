/** What holds of every rule set, whatever the dialect and the Services. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Compilation } from '../src/compile.ts';
import { VERSIONS } from '../src/dialect/version.ts';
import { readDump } from '../src/modes/iptables/read-dump.ts';
import { printRestore } from '../src/modes/iptables/print-restore.ts';
import { printSave } from '../src/netfilter/iptables/print.ts';
import { resolveProxy } from '../src/proxy/resolve.ts';
import { buildRules } from '../src/modes/iptables/rules/build.ts';
import { featuresFor } from '../src/dialect/features.ts';
import { type Chain, type RuleSet, type Table } from '../src/netfilter/iptables/model.ts';
import { type Truth, truths } from './helpers/truths.ts';
import { rulesOf } from './helpers/rules.ts';

const ALL = truths();

const jumpsOf = ({ rules }: Chain): readonly string[] =>
  rules.flatMap(({ target }) => (target?.kind === 'jump' || target?.kind === 'goto' ? [target.chain] : []));

/** Chains that rules lead to and that are not there, and the other way round. */
function broken({ name, chains }: Table): readonly string[] {
  const there = new Set(chains.map((chain) => chain.name));
  const wanted = new Set(chains.flatMap(jumpsOf));
  const missing = [...wanted].filter((chain) => !there.has(chain)).map((chain) => `${name}: no ${chain}`);
  const unused = chains
    .filter((chain) => chain.policy === undefined && !wanted.has(chain.name) && !mayBeUnused(chain.name))
    .map((chain) => `${name}: nobody leads to ${chain.name}`);
  return [...missing, ...unused];
}

/** Chains that are there for their own sake, or that kube-proxy declares whether it needs them or not. */
const mayBeUnused = (chain: string): boolean =>
  /^KUBE-(PROXY-CANARY|MARK-(DROP|MASQ)|NODEPORTS|XLB-.*|SVL-.*|EXT-.*|SVC-.*)$/.test(chain);

/** Endpoint chains and every rule have what they must. */
function malformed({ name, chains }: Table): readonly string[] {
  return chains.flatMap((chain) => {
    const twice = chains.filter((other) => other.name === chain.name).length > 1 ? ['declared twice'] : [];
    const tooLong = chain.name.length > 28 ? ['name too long'] : [];
    const isEmptyEndpoint = chain.name.startsWith('KUBE-SEP-') && chain.rules.length < 2 ? ['empty'] : [];
    return [...twice, ...tooLong, ...isEmptyEndpoint].map((what) => `${name} ${chain.name}: ${what}`);
  });
}

const textOf = ({ cluster, settings }: Compilation, { version }: Truth): string => {
  const features = featuresFor(version, settings.gates);
  return printSave(buildRules(resolveProxy(cluster, settings, features), settings, features));
};

/** Rules as they are, without where they were read. */
const without = ({ family, tables }: RuleSet): RuleSet => ({
  family,
  tables: tables.map(({ name, chains }) => ({
    name,
    chains: chains.map(({ name: chain, policy, rules }) => ({
      name: chain,
      ...(policy !== undefined && { policy }),
      rules: rules.map((rule) => ({
        ...(rule.source && { source: rule.source }),
        ...(rule.destination && { destination: rule.destination }),
        ...(rule.inInterface && { inInterface: rule.inInterface }),
        ...(rule.protocol && { protocol: rule.protocol }),
        matches: rule.matches,
        ...(rule.target && { target: rule.target }),
      })),
    })),
  })),
});

describe.each(VERSIONS)('every rule set of %s', (version) => {
  let some: readonly { readonly truth: Truth; readonly compilation: Compilation }[] = [];
  beforeAll(() => {
    some = ALL.filter((truth) => truth.version === version && !truth.name.includes('large-cluster')).map(
      (truth) => ({ truth, compilation: truth.compile() }),
    );
  });

  it('leads only to chains that are there, and to all of them', () => {
    for (const { truth, compilation } of some) {
      const ruleSet = rulesOf(compilation);
      expect(ruleSet.tables.flatMap(broken), truth.name).toEqual([]);
      expect(ruleSet.tables.flatMap(malformed), truth.name).toEqual([]);
    }
  });

  it('is read back as it was printed, and is built the same once more', () => {
    for (const { truth, compilation } of some) {
      const save = printSave(rulesOf(compilation));
      const read = readDump({ name: truth.name, text: save }, truth.ipFamily).value;
      expect(read && printSave(without(read)), truth.name).toBe(save);
      expect(textOf(compilation, truth), truth.name).toBe(save);
    }
  });

  it('has every rule of kube-proxy in its restore form, too', () => {
    for (const { truth, compilation } of some) {
      const ruleSet = rulesOf(compilation);
      const count = ruleSet.tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules)).length;
      expect(printRestore(ruleSet).match(/^-[AI] /gm)?.length ?? 0, truth.name).toBe(count);
    }
  });
});
