/** Services and endpoints written down from nodes of 1.1 to 1.13 compile to the KUBE chains that these nodes had. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { compile } from '../../src/compile.ts';
import { type Version } from '../../src/dialect/version.ts';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { printRule } from '../../src/netfilter/iptables/print.ts';
import { type Rule, type RuleSet, type Table } from '../../src/netfilter/iptables/model.ts';
import { INLINE_MARK } from '../../src/modes/iptables/rules/pieces.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { rulesOf } from '../helpers/rules.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

interface Cluster {
  readonly version: Version;
  readonly clusterCIDR?: string;
  /** Chains that whoever published the dump left out of it, in part or altogether. */
  readonly cut?: readonly string[];
  /** The tables that the dump holds; nat and filter if not told. */
  readonly tables?: readonly string[];
}

const read = (...path: readonly string[]): string => readFileSync(join(FIXTURES, ...path), 'utf8');

/** Chains whose rules come in the random order in which kube-proxy walks its Services. */
const UNORDERED =
  /^(KUBE-SERVICES|KUBE-NODEPORTS|KUBE-EXTERNAL-SERVICES|PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/;

/** The KUBE chains of a table, and of its built-in chains what leads there or masquerades for kube-proxy. */
function kubeChains(table: Table | undefined): Readonly<Record<string, readonly string[]>> {
  const chains = (table?.chains ?? []).flatMap((chain) => {
    const isKube = chain.name.startsWith('KUBE-');
    const ours = isKube ? chain.rules : chain.rules.filter(isOurs);
    if (ours.length === 0 && !isKube) return [];
    const lines = ours.map((rule) => printRule(chain.name, rule, 'IPv4'));
    return [[chain.name, UNORDERED.test(chain.name) ? lines.toSorted() : lines] as const];
  });
  return Object.fromEntries(chains);
}

const isOurs = (rule: Rule): boolean =>
  (rule.target?.kind === 'jump' && rule.target.chain.startsWith('KUBE-')) ||
  rule.matches.some((match) => match.kind === 'mark' && match.mark.value === INLINE_MARK);

function compileOld(name: string, { version, clusterCIDR }: Cluster): RuleSet {
  const { value, problems } = compile({
    sources: [{ name, text: read('old-clusters', name, 'manifests.yaml') }],
    flags: { clusterCIDR },
    version,
    ipFamily: 'IPv4',
    strict: true,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  });
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return rulesOf(value);
}

function without(
  chains: Readonly<Record<string, readonly string[]>>,
  names: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(chains).filter(([name]) => !names.includes(name)));
}

describe.each(readdirSync(join(FIXTURES, 'old-clusters')).filter((name) => /^\d/.test(name)))(
  '%s',
  (name) => {
    const cluster = JSON.parse(read('old-clusters', name, 'cluster.json')) as Cluster;
    // One author wrapped his rules to fit the page, another lost a blank.
    const text = read('dumps', `${name}.txt`).replaceAll(' \\\n\t', ' ').replace(' -jKUBE-', ' -j KUBE-');
    const { value: dump, problems } = readDump({ name, text });
    if (dump === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
    const compiled = compileOld(name, cluster);
    const tableOf = (of: RuleSet, table: string): Table | undefined =>
      of.tables.find((one) => one.name === table);

    it.each(cluster.tables ?? ['nat', 'filter'])(
      `kube-proxy ${cluster.version} has these chains in %s`,
      (table) => {
        const cut = cluster.cut ?? [];
        const seen = without(kubeChains(tableOf(dump, table)), cut);
        expect(without(kubeChains(tableOf(compiled, table)), cut)).toEqual(seen);
      },
    );
  },
);
