/** Moves every row of the history by one release and sees some text come out wrong: no row is there on trust. */
import { describe, expect, it } from 'vitest';
import { type Compilation } from '../../src/compile.ts';
import { foldFeatures } from '../../src/dialect/features.ts';
import { type Feature, HISTORY } from '../../src/dialect/history.ts';
import { type Row } from '../../src/dialect/rows.ts';
import { rankOf, type Version, VERSIONS } from '../../src/dialect/version.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { resolveProxy } from '../../src/proxy/resolve.ts';
import { buildRules } from '../../src/modes/iptables/rules/build.ts';
import { type Truth, truths } from '../helpers/truths.ts';

interface Witness {
  readonly truth: Truth;
  readonly compilation: Compilation;
  readonly text: string;
}

function textWith({ cluster, settings }: Compilation, version: Version, history: typeof HISTORY): string {
  const features = foldFeatures(history, version, settings.gates);
  return printSave(buildRules(resolveProxy(cluster, settings, features), settings, features));
}

/** A case of thousands of rules proves nothing that smaller ones do not. */
const isSmall = ({ name, version }: Truth): boolean =>
  !name.includes('large-cluster') || version === '1.11' || version === '1.12';

const ALL = truths().filter(isSmall);
const witnesses = new Map<Truth, Witness>();

function witness(truth: Truth): Witness {
  let known = witnesses.get(truth);
  if (known === undefined) {
    const compilation = truth.compile();
    known = { truth, compilation, text: textWith(compilation, truth.version, HISTORY) };
    witnesses.set(truth, known);
  }
  return known;
}

/** The first case that comes out differently at the version with another history. */
function differing(version: Version, history: typeof HISTORY): string | undefined {
  const found = ALL.filter((truth) => truth.version === version).find((truth) => {
    const { compilation, text } = witness(truth);
    return textWith(compilation, version, history) !== text;
  });
  return found?.name;
}

function movedBy(feature: Feature, index: number, by: 1 | -1): typeof HISTORY | undefined {
  const rows: readonly Row<unknown>[] = HISTORY[feature];
  const since = VERSIONS[rankOf(rows[index]!.since) + by];
  if (since === undefined) return undefined;
  return { ...HISTORY, [feature]: rows.with(index, { ...rows[index]!, since }) };
}

/** Rows that the oldest release begins with cannot be moved: the release before is unknown. */
const moveable = Object.entries(HISTORY).flatMap(([feature, rows]) =>
  rows.slice(1).map((row: Row<unknown>, index) => ({
    feature: feature as Feature,
    index: index + 1,
    since: row.since,
  })),
);

/**
 * Rows that only one side sees. A gate is unknown, and so off, before it comes, and locked where it has become law; the
 * same with settings and families that a release refuses.
 */
const ONE_SIDED: ReadonlyMap<string, 'late' | 'early'> = new Map([
  ['clusterIpFamily 1.20', 'late'],
  ['clusterIpMasquerade 1.2', 'late'],
  ['dropInvalid 1.29', 'late'],
  ['endpointSlices 1.16', 'late'],
  ['endpointSlices 1.22', 'early'],
  ['externalPolicy 1.4', 'late'],
  ['internalPolicy 1.21', 'late'],
  ['internalPolicy 1.26', 'early'],
  ['ipv6 1.9', 'late'],
  ['loadBalancerIpMode 1.29', 'late'],
  ['loadBalancerIpMode 1.35', 'late'],
  ['localPolicyForExternalIps 1.18', 'late'],
  ['localPolicyForExternalIps 1.20', 'early'],
  ['nodeHints 1.33', 'late'],
  ['terminatingEndpoints 1.22', 'late'],
  ['terminatingEndpoints 1.28', 'early'],
  ['topologyKeys 1.17', 'late'],
  ['topologyKeys 1.22', 'early'],
  ['trafficDistribution 1.30', 'late'],
  ['trafficDistribution 1.33', 'early'],
  ['zoneHints 1.21', 'late'],
  ['zoneHints 1.33', 'early'],
]);

describe('each row, moved by one release, makes a case fail', () => {
  it.each(moveable)('$feature since $since', ({ feature, index, since }) => {
    const before = VERSIONS[rankOf(since) - 1]!;
    const later = movedBy(feature, index, 1);
    const earlier = movedBy(feature, index, -1);
    const late = later === undefined ? lastRowGone(feature, since) : differing(since, later);
    const early = earlier === undefined ? undefined : differing(before, earlier);
    const seen = [...(late === undefined ? [] : ['late']), ...(early === undefined ? [] : ['early'])];
    expect(seen).toEqual(oneSide(feature, since) ?? ['late', 'early']);
  });
});

function oneSide(feature: Feature, since: Version): readonly string[] | undefined {
  const side = ONE_SIDED.get(`${feature} ${since}`);
  return side === undefined ? undefined : [side];
}

/** A row of the newest release cannot come later, but it can be missing. */
function lastRowGone(feature: Feature, since: Version): string | undefined {
  return differing(since, { ...HISTORY, [feature]: HISTORY[feature].slice(0, -1) });
}
