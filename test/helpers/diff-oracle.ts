/** Diffs of oracle cases, with all settings given or with as few as may be. */
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { type Comparison } from '../../src/modes/iptables/compare/difference.ts';
import { diff, type Diff } from '../../src/diff.ts';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { type Capture, oracleSource } from './oracle.ts';

/** `given`: version, configuration and node; `recognised`: all but the version; `inferred`: nothing but the node's name. */
export type Knowledge = 'given' | 'recognised' | 'inferred';

export function diffCapture(capture: Capture, text: string, knowledge: Knowledge): Diff {
  const dump = readDump({ name: capture.file, text }, capture.ipFamily);
  if (dump.value === undefined) throw new Error(dump.problems.map(formatDiagnostic).join('\n'));
  const { value, problems } = diff({
    mode: 'iptables',
    sources: [oracleSource(capture.case, 'manifests.yaml')],
    strict: false,
    cluster: DEFAULT_CLUSTER_OPTIONS,
    compare: {},
    dump: dump.value,
    version: knowledge === 'given' ? capture.version : 'auto',
    ...(knowledge === 'inferred'
      ? { flags: { hostnameOverride: 'node-1' } }
      : {
          config: oracleSource(capture.case, 'kube-proxy.yaml'),
          flags: {
            hostnameOverride: 'node-1',
            nodeAddresses: ['192.168.0.2', '10.1.0.2', 'fd00:192::2'],
          },
        }),
  });
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return value;
}

/** Differences as `kind ns/name:port message`. */
export const told = ({ differences }: Comparison): readonly string[] =>
  differences.map(({ kind, service, message }) => `${kind} ${service ?? 'node'}: ${message}`);

/** Every capture with SVC2IPT_FULL=1, else one of so many, the same ones each time. */
export function sampled<T>(items: readonly T[], oneOf: number): readonly T[] {
  return process.env['SVC2IPT_FULL'] === '1' ? items : items.filter((_, at) => at % oneOf === 0);
}
