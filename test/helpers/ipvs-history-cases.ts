/** The cases in fixtures/history-cases-ipvs: what kube-proxy makes in mode ipvs, from source. See the README there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type Compilation, type CompileRequest, isOfMode } from '../../src/compile.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { rankOf, type Version, VERSIONS } from '../../src/dialect/version.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { IPVS } from '../../src/modes/ipvs/mode.ts';
import { type IpvsModel } from '../../src/modes/ipvs/model.ts';
import { IPVS_PARTS } from '../../src/modes/ipvs/parts.ts';
import { joinPieces } from '../../src/text/pieces.ts';

const CASES = join(import.meta.dirname, '../../fixtures/history-cases-ipvs');

/** The cases, and the releases that each has a text for. */
export const SPANS: Readonly<Record<string, readonly [Version, Version?]>> = {
  'every-kind': ['1.12'],
  ipv6: ['1.12'],
  'no-source-ranges': ['1.8', '1.9'],
  'no-cluster-cidr': ['1.8', '1.11'],
  'old-ipv6': ['1.9', '1.13'],
  'old-kinds': ['1.8', '1.13'],
};

/** A case at one release. */
export interface IpvsHistoryCase {
  readonly name: string;
  readonly version: Version;
  /** What must come out. */
  readonly text: string;
}

/** Every case at every release that it has a text for. */
export const ipvsHistoryCases = (): readonly IpvsHistoryCase[] =>
  Object.keys(SPANS).flatMap((name) =>
    readdirSync(join(CASES, name, 'expected')).flatMap((file) => {
      const [, first = '', last = first] = /^(1\.\d+)(?:-(1\.\d+))?\.txt$/.exec(file) ?? [];
      const text = readFileSync(join(CASES, name, 'expected', file), 'utf8');
      return VERSIONS.slice(rankOf(first as Version), rankOf(last as Version) + 1).map((version) => ({
        name,
        version,
        text,
      }));
    }),
  );

/** What compiles a case. */
export function ipvsHistoryRequest(name: string, version: Version): CompileRequest {
  const source = (file: string): { readonly name: string; readonly text: string } => ({
    name: `${name}/${file}`,
    text: readFileSync(join(CASES, name, file), 'utf8'),
  });
  return {
    sources: [source('manifests.yaml')],
    config: source('kube-proxy.yaml'),
    flags: { hostnameOverride: 'node-1', nodeAddresses: ['192.168.0.2', '10.1.0.2', 'fd00:192::2'] },
    version,
    ipFamily: name.endsWith('ipv6') ? 'IPv6' : 'IPv4',
    strict: false,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  };
}

/** Compiles a case; throws with the problems when it is refused. */
export function compileIpvsHistory({ name, version }: Omit<IpvsHistoryCase, 'text'>): Compilation<'ipvs'> {
  const { value, problems } = compile(ipvsHistoryRequest(name, version));
  if (value === undefined || !isOfMode(value, 'ipvs'))
    throw new Error(problems.map(formatDiagnostic).join('\n'));
  return value;
}

/** All four parts, one behind the other. */
export const printAllParts = (model: IpvsModel): string =>
  joinPieces(IPVS.print(model, { parts: IPVS_PARTS }));
