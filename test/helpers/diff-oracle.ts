/** Diffs of oracle cases, with all settings given or with as few as may be. */
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { diff, type Diff } from '../../src/diff.ts';
import { type Comparison } from '../../src/modes/comparison.ts';
import { COMPARED_MODES } from '../../src/modes/compared-modes.ts';
import { type ModeName } from '../../src/modes/modes.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { type Version } from '../../src/dialect/version.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { type Source } from '../../src/text/source.ts';
import { type NftCapture, nftSources } from './nftables-oracle.ts';
import { type Capture, oracleSource } from './oracle.ts';

/** `given`: version, configuration and node; `recognised`: all but the version; `inferred`: nothing but the node's name. */
export type Knowledge = 'given' | 'recognised' | 'inferred';

/** What a node was given, and what kube-proxy on it was. */
export interface Node {
  readonly sources: readonly Source[];
  readonly config: Source;
  readonly version: Version;
  readonly ipFamily: IpFamily;
}

/** Compares the dump of a node with its manifests. */
export function diffNode<Name extends ModeName>(
  mode: Name,
  dumpSource: Source,
  { sources, config, version, ipFamily }: Node,
  knowledge: Knowledge,
): Diff<Name> {
  const dump = COMPARED_MODES[mode].read(dumpSource, ipFamily);
  if (dump.value === undefined) throw new Error(dump.problems.map(formatDiagnostic).join('\n'));
  const { value, problems } = diff({
    mode,
    sources,
    strict: false,
    cluster: DEFAULT_CLUSTER_OPTIONS,
    compare: {},
    dump: dump.value,
    version: knowledge === 'given' ? version : 'auto',
    ...(knowledge === 'inferred'
      ? { flags: { hostnameOverride: 'node-1', proxyMode: mode } }
      : {
          config,
          flags: {
            hostnameOverride: 'node-1',
            nodeAddresses: ['192.168.0.2', '10.1.0.2', 'fd00:192::2'],
          },
        }),
  });
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return value;
}

export function diffCapture(capture: Capture, text: string, knowledge: Knowledge): Diff<'iptables'> {
  const node = {
    sources: [oracleSource(capture.case, 'manifests.yaml')],
    config: oracleSource(capture.case, 'kube-proxy.yaml'),
    version: capture.version,
    ipFamily: capture.ipFamily,
  };
  return diffNode('iptables', { name: capture.file, text }, node, knowledge);
}

/** The same for a capture of mode nftables. */
export function diffNftCapture(capture: NftCapture, text: string, knowledge: Knowledge): Diff<'nftables'> {
  const { manifests: sources, config } = nftSources(capture.case);
  const node = { sources, config, version: capture.version, ipFamily: capture.ipFamily };
  return diffNode('nftables', { name: capture.file, text }, node, knowledge);
}

/** Differences as `kind ns/name:port message`. */
export const told = ({ differences }: Pick<Comparison, 'differences'>): readonly string[] =>
  differences.map(({ kind, service, message }) => `${kind} ${service ?? 'node'}: ${message}`);

/** Every capture with SVC2IPT_FULL=1, else one of so many, the same ones each time. */
export function sampled<T>(items: readonly T[], oneOf: number): readonly T[] {
  return process.env['SVC2IPT_FULL'] === '1' ? items : items.filter((_, at) => at % oneOf === 0);
}
