/**
 * The same for the captures of mode nftables: of each case one, its release and family rotating; all with
 * SVC2IPT_FULL=1.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { compile, isOfMode } from '../../src/compile.ts';
import { decompile } from '../../src/decompile/decompile.ts';
import { printConfiguration, printManifests } from '../../src/decompile/print.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { NFTABLES } from '../../src/modes/nftables/mode.ts';
import { listingSource } from '../helpers/nftables-listings.ts';
import { type NftCapture, nftCaptures } from '../helpers/nftables-oracle.ts';
import { joinPieces } from '../../src/text/pieces.ts';

const tally = { tried: 0, equal: 0 };
afterAll(() => {
  process.stdout.write(`decompile nftables round trip: ${tally.equal} equal / ${tally.tried} tried\n`);
});

const chosen = [...new Set(nftCaptures().map((capture) => capture.case))].flatMap(
  (name, at): readonly NftCapture[] => {
    const all = nftCaptures().filter((capture) => capture.case === name);
    return process.env['SVC2IPT_FULL'] === '1' ? all : all.slice((at * 5) % all.length).slice(0, 1);
  },
);

describe('a dump of nft, decompiled and compiled again, is the same', () => {
  it.each(chosen.map((capture): NftCapture => ({ ...capture })))('$case $version $ipFamily', (capture) => {
    tally.tried += 1;
    const { expected, again, unexplained } = roundTrip(capture);
    expect(unexplained).toEqual([]);
    expect(again).toBe(expected);
    tally.equal += 1;
  });
});

interface RoundTrip {
  readonly expected: string;
  readonly again: string;
  readonly unexplained: readonly string[];
}

function roundTrip(capture: NftCapture): RoundTrip {
  const { file, ipFamily } = capture;
  const dump = NFTABLES.read(listingSource(capture), ipFamily).value;
  const { value } =
    dump === undefined
      ? { value: dump }
      : decompile('nftables', dump, { nodeName: 'this-node', names: new Map() });
  if (dump === undefined || value === undefined) throw new Error(`${file} is not understood`);
  const compiled = compile({
    sources: [
      { name: 'services.yaml', text: printManifests(value, { dump: file, config: 'kube-proxy.yaml' }) },
    ],
    config: { name: 'kube-proxy.yaml', text: printConfiguration(value) },
    flags: value.flags,
    version: value.version,
    ipFamily,
    strict: true,
    cluster: DEFAULT_CLUSTER_OPTIONS,
    supportedModes: ['nftables'],
  });
  if (compiled.value === undefined || !isOfMode(compiled.value, 'nftables'))
    throw new Error(compiled.problems.map(formatDiagnostic).join('\n'));
  return {
    expected: joinPieces(NFTABLES.print(NFTABLES.canonical(NFTABLES.modelOf(dump)), {})),
    again: joinPieces(NFTABLES.print(NFTABLES.canonical(compiled.value.model), {})),
    unexplained: value.unexplained.map(formatDiagnostic),
  };
}
