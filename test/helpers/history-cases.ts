/** The cases in fixtures/history-cases: rules written from kube-proxy's source. See fixtures/history-cases/README.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { type CompileRequest } from '../../src/compile.ts';
import { rankOf, type Version, VERSIONS } from '../../src/dialect/version.ts';
import { type IpFamily } from '../../src/text/ip.ts';

export const HISTORY_CASES = join(import.meta.dirname, '../../fixtures/history-cases');

/** A case at one release: what must come out, in the file. */
export interface HistoryText {
  readonly case: string;
  readonly version: Version;
  readonly ipFamily: IpFamily;
  readonly file: string;
}

/** Folders with a manifest, by path below fixtures/history-cases: `every-kind`, `gates/endpoint-slice-on`. */
export function historyCases(): readonly string[] {
  return readdirSync(HISTORY_CASES, { recursive: true, encoding: 'utf8' })
    .filter((name) => existsSync(join(HISTORY_CASES, name, 'manifests.yaml')))
    .sort();
}

/** `1.2-1.4.iptables.save` speaks for 1.2, 1.3 and 1.4. */
export function historyTexts(of: readonly string[] = historyCases()): readonly HistoryText[] {
  return of.flatMap((name) =>
    readdirSync(join(HISTORY_CASES, name, 'expected'))
      .sort()
      .flatMap((file) => {
        const match = /^(1\.\d+)(?:-(1\.\d+))?\.(iptables|ip6tables)\.save$/.exec(file);
        if (match === null) throw new Error(`${name}: what is ${file}?`);
        return versionsBetween(match[1] ?? '', match[2] ?? match[1] ?? '').map((version): HistoryText => ({
          case: name,
          version,
          ipFamily: match[3] === 'iptables' ? 'IPv4' : 'IPv6',
          file: join(HISTORY_CASES, name, 'expected', file),
        }));
      }),
  );
}

function versionsBetween(first: string, last: string): readonly Version[] {
  const [from, to] = [first, last].map((text) => VERSIONS.find((version) => version === text));
  if (from === undefined || to === undefined) throw new Error(`no such releases: ${first}-${last}`);
  return VERSIONS.slice(rankOf(from), rankOf(to) + 1);
}

/** How a case is compiled: as the oracle's are. */
export function historyRequest(name: string, version: Version, ipFamily: IpFamily): CompileRequest {
  const source = (file: string): { readonly name: string; readonly text: string } => ({
    name: `${name}/${file}`,
    text: readFileSync(join(HISTORY_CASES, name, file), 'utf8'),
  });
  return {
    sources: [source('manifests.yaml')],
    config: source('kube-proxy.yaml'),
    flags: { hostnameOverride: 'node-1', nodeAddresses: ['192.168.0.2', '10.1.0.2', 'fd00:192::2'] },
    version,
    ipFamily,
    strict: false,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  };
}
