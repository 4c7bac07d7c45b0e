/** Moves every row of mode nftables by one release and sees some capture come out wrong: no row is there on trust. */
import { describe, expect, it } from 'vitest';
import { foldFeatures } from '../../src/dialect/features.ts';
import { type Feature, HISTORY, modeOfFeature } from '../../src/dialect/history.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { foresee } from '../../src/modes/nftables/foresee.ts';
import { buildRuleset } from '../../src/modes/nftables/rules/build.ts';
import { printList } from '../../src/netfilter/nftables/list.ts';
import { NEWEST_NFT, spellingOf } from '../../src/netfilter/nftables/nft-release.ts';
import { resolveProxy } from '../../src/proxy/resolve.ts';
import { type NftCapture, type NftCase, nftCaptures, nftCase } from '../helpers/nftables-oracle.ts';
import { moveableRows, RowProof, type Witness } from '../helpers/row-proof.ts';

/** Together they show every feature; more would take longer and prove no more. */
const CASES = ['19-', '31-', '52-', '63-', '65-', '79-', '82-'];

function witnessOf(
  { case: name, version, ipFamily }: Pick<NftCapture, 'case' | 'version' | 'ipFamily'>,
  featureGates?: string,
): Witness {
  let input: NftCase | undefined;
  return {
    name,
    version,
    textWith: (history) => {
      const { settings, cluster } = (input ??= nftCase(name, version, ipFamily, featureGates));
      const features = foldFeatures(history, version, settings.gates);
      const state = resolveProxy(cluster, settings, features);
      const foreseen = foresee(state, settings, features).map(formatDiagnostic);
      const text = printList(buildRuleset(state, settings, features), spellingOf(NEWEST_NFT));
      return [text, ...foreseen].join('\n');
    },
  };
}

/** Nothing was captured with the gate on; what it does was read from source. */
const WITH_SERVICE_CIDRS = witnessOf(
  { case: '63-nft-service-cidr', version: '1.30', ipFamily: 'IPv4' },
  'MultiCIDRServiceAllocator=true',
);

/** Of 1.37 nothing was captured: its rows were read from pull requests and release notes. */
const UNCAPTURED = [
  witnessOf({ case: 'single-endpoint', version: '1.37', ipFamily: 'IPv4' }),
  witnessOf(
    { case: 'single-endpoint', version: '1.37', ipFamily: 'IPv4' },
    'KubeProxyNFTablesLocalhostNodePorts=true',
  ),
  ...(['1.36', '1.37'] as const).map((version) =>
    witnessOf({ case: 'long-name', version, ipFamily: 'IPv4' }),
  ),
];

const proof = new RowProof([
  ...nftCaptures()
    .filter(({ case: name }) => CASES.some((start) => name.startsWith(start)))
    .map((capture) => witnessOf(capture)),
  WITH_SERVICE_CIDRS,
  ...UNCAPTURED,
]);
const features = (Object.keys(HISTORY) as Feature[]).filter(
  (feature) => modeOfFeature(feature) === 'nftables',
);

/** A gate is unknown, and so off, before it comes, and locked where it has become law. */
const ONE_SIDED: ReadonlyMap<string, readonly string[]> = new Map([
  ['nftServiceCidrs 1.30', ['late']],
  ['nftServiceCidrs 1.33', ['early']],
  ['nftLocalhostRejects 1.37', ['late']],
]);

describe('each row of mode nftables, moved by one release, makes a case fail', () => {
  it.each(moveableRows(features).map((row) => ({ ...row })))('$feature since $since', (row) => {
    expect(proof.sidesOf(row)).toEqual(ONE_SIDED.get(`${row.feature} ${row.since}`) ?? ['late', 'early']);
  });
});
