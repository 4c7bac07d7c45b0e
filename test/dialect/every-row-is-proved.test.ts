/** Moves every row of the history by one release and sees some text come out wrong: no row is there on trust. */
import { describe, expect, it } from 'vitest';
import { type Compilation } from '../../src/compile.ts';
import { foldFeatures } from '../../src/dialect/features.ts';
import { type Feature, HISTORY, modeOfFeature } from '../../src/dialect/history.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { resolveProxy } from '../../src/proxy/resolve.ts';
import { buildRules } from '../../src/modes/iptables/rules/build.ts';
import { moveableRows, RowProof, type Witness } from '../helpers/row-proof.ts';
import { type Truth, truths } from '../helpers/truths.ts';

/** A case of thousands of rules proves nothing that smaller ones do not. */
const isSmall = ({ name, version }: Truth): boolean =>
  !name.includes('large-cluster') || version === '1.11' || version === '1.12';

function witnessOf(truth: Truth): Witness {
  let compilation: Compilation | undefined;
  return {
    ...truth,
    textWith: (history) => {
      const { cluster, settings } = (compilation ??= truth.compile());
      const features = foldFeatures(history, truth.version, settings.gates);
      return printSave(buildRules(resolveProxy(cluster, settings, features), settings, features));
    },
  };
}

const proof = new RowProof(truths().filter(isSmall).map(witnessOf));
const features = (Object.keys(HISTORY) as Feature[]).filter(
  (feature) => modeOfFeature(feature) === undefined,
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
  it.each(moveableRows(features).map((row) => ({ ...row })))('$feature since $since', (row) => {
    const side = ONE_SIDED.get(`${row.feature} ${row.since}`);
    expect(proof.sidesOf(row)).toEqual(side === undefined ? ['late', 'early'] : [side]);
  });
});
