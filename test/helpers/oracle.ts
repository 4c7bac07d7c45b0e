/** The cases in fixtures/oracle: what real kube-proxy wrote on a real kernel. See fixtures/oracle/README.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type CompileRequest } from '../../src/compile.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { CAPTURED } from '../../src/dialect/captures.ts';
import { type Version, VERSIONS } from '../../src/dialect/version.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { type Source } from '../../src/text/source.ts';
import { rulesOf } from './rules.ts';

export const ORACLE = join(import.meta.dirname, '../../fixtures/oracle');

export interface Capture {
  readonly case: string;
  readonly version: Version;
  readonly ipFamily: IpFamily;
  /** File of the captured text. */
  readonly file: string;
}

export const oracleCases = (): readonly string[] =>
  readdirSync(ORACLE).filter((name) => existsSync(join(ORACLE, name, 'manifests.yaml')));

/** Every capture: case x version x family, for versions that were really run. */
export function captures(of: readonly string[] = oracleCases()): readonly Capture[] {
  return of.flatMap((name) =>
    readdirSync(join(ORACLE, name, 'expected')).flatMap((file) => {
      const match = /^(1\.\d+)(?:-(1\.\d+))?\.(iptables|ip6tables)\.save$/.exec(file);
      if (match === null) return [];
      const [first, last] = [match[1] ?? '', match[2] ?? match[1] ?? ''].map((text) =>
        VERSIONS.findIndex((version) => version === text),
      );
      return VERSIONS.slice(first, (last ?? 0) + 1)
        .filter((version) => CAPTURED[version] !== undefined)
        .map((version): Capture => ({
          case: name,
          version,
          ipFamily: match[3] === 'iptables' ? 'IPv4' : 'IPv6',
          file: join(ORACLE, name, 'expected', file),
        }));
    }),
  );
}

/** The refusals seen: version to kube-proxy's words. */
export function refusals(name: string): Readonly<Record<string, string>> {
  const file = join(ORACLE, name, 'expected', 'refused.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}

export const oracleSource = (name: string, file: string): Source => ({
  name: `${name}/${file}`,
  text: readFileSync(join(ORACLE, name, file), 'utf8'),
});

/** How the oracle's README says a case is compiled. */
export function oracleRequest(name: string, version: Version, ipFamily: IpFamily): CompileRequest {
  return {
    sources: [oracleSource(name, 'manifests.yaml')],
    config: oracleSource(name, 'kube-proxy.yaml'),
    flags: { hostnameOverride: 'node-1', nodeAddresses: ['192.168.0.2', '10.1.0.2', 'fd00:192::2'] },
    version,
    ipFamily,
    strict: false,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  };
}

/** The save text of a case; throws with the problems when it does not compile. */
export function compileCase(name: string, version: Version, ipFamily: IpFamily = 'IPv4'): string {
  const { value, problems } = compile(oracleRequest(name, version, ipFamily));
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return printSave(rulesOf(value));
}
