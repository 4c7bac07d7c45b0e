/** The cases in fixtures/oracle-ipvs: what real kube-proxy made in mode ipvs. See the README there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type CompileRequest, isOfMode } from '../../src/compile.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { modesAt } from '../../src/dialect/mode-history.ts';
import { rankOf, type Version, VERSIONS } from '../../src/dialect/version.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { type IpvsDump } from '../../src/modes/ipvs/dump.ts';
import { type IpvsModel } from '../../src/modes/ipvs/model.ts';
import { readIpvsNode } from '../../src/modes/ipvs/read-dump.ts';
import { dumpedIpvsNode } from '../../src/trace/ipvs-node.ts';
import { type TracedNode } from '../../src/trace/node.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { type Source } from '../../src/text/source.ts';
import { ORACLE } from './oracle.ts';

export const IPVS_ORACLE = join(import.meta.dirname, '../../fixtures/oracle-ipvs');

/** A release that ran a case, for one family. */
export interface IpvsCapture {
  readonly case: string;
  readonly version: Version;
  readonly ipFamily: IpFamily;
  /** A later release made the same. */
  readonly isShared: boolean;
}

const CAPTURED: readonly Version[] = ['1.29', '1.35', '1.36'];

export const ipvsCases = (): readonly string[] =>
  readdirSync(IPVS_ORACLE).filter((name) => existsSync(join(IPVS_ORACLE, name, 'expected')));

/** Every capture: case x release x family. */
export const ipvsCaptures = (): readonly IpvsCapture[] =>
  ipvsCases().flatMap((name) =>
    CAPTURED.filter((version) => fileOf(name, version, 'ipset.save') !== undefined).flatMap((version) =>
      (['IPv4', 'IPv6'] as const).map((ipFamily) => ({
        case: name,
        version,
        ipFamily,
        isShared: fileOf(name, version, 'iptables.save')?.includes(`/${version}-`) === true,
      })),
    ),
  );

/** The refusals seen: release to kube-proxy's words. */
export function ipvsRefusals(name: string): Readonly<Record<string, string>> {
  const file = join(IPVS_ORACLE, name, 'expected', 'refused.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}

function fileOf(name: string, version: Version, kind: string): string | undefined {
  const folder = join(IPVS_ORACLE, name, 'expected');
  const found = readdirSync(folder).find((file) => {
    const [, first = '', last = first, rest] = /^(1\.\d+)(?:-(1\.\d+))?\.(.*)$/.exec(file) ?? [];
    const rank = rankOf(version);
    return rest === kind && rankOf(first as Version) <= rank && rank <= rankOf(last as Version);
  });
  return found === undefined ? undefined : join(folder, found);
}

function textOf({ case: name, version }: IpvsCapture, kind: string): string {
  const file = fileOf(name, version, kind);
  if (file === undefined) throw new Error(`${name} has no ${kind} of ${version}`);
  return readFileSync(file, 'utf8');
}

/** What a node printed, part by part, of one family and in svc2ipt's order. */
export function capturedParts(capture: IpvsCapture): Readonly<Record<string, string>> {
  const isIPv4 = capture.ipFamily === 'IPv4';
  const ofFamily = (text: string, isOwn: (line: string) => boolean): string =>
    text
      .split('\n')
      .filter((line) => line !== '' && isOwn(line))
      .map((line) => `${line}\n`)
      .join('');
  return {
    iptables: canonicalRules(textOf(capture, isIPv4 ? 'iptables.save' : 'ip6tables.save')),
    ipset: ofFamily(textOf(capture, 'ipset.save'), (line) => line.includes(' KUBE-6-') !== isIPv4),
    ipvs: sortedLines(ipvsadmText(textOf(capture, 'ipvs.json'), capture.ipFamily)),
    addresses: sortedLines(
      ofFamily(textOf(capture, 'addresses'), (line) => line.startsWith('inet ') === isIPv4),
    ),
  };
}

type ChangeParts = (parts: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;

/** What a node printed, as a node whose packets can be followed. */
export const capturedNode = (
  capture: IpvsCapture,
  nodeAddresses: readonly string[],
  change?: ChangeParts,
): TracedNode => dumpedIpvsNode(capturedDump(capture, change), nodeAddresses, undefined);

/** What a node printed, read for following packets. */
export function capturedDump(capture: IpvsCapture, change: ChangeParts = (parts) => parts): IpvsDump {
  const parts = Object.entries(change(capturedParts(capture)));
  const sources = parts.map(([name, text]): Source => ({ name, text }));
  const { value, problems } = readIpvsNode(sources, capture.ipFamily);
  const [dump] = value;
  if (dump === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return dump;
}

/** The folders of a case: of its manifests, and of kube-proxy's configuration. */
export function ipvsFolders(name: string): { readonly manifests: string; readonly config: string } {
  const config = join(IPVS_ORACLE, name);
  const isOwn = ['manifests.yaml', 'manifests.json'].some((file) => existsSync(join(config, file)));
  return { manifests: isOwn ? config : join(ORACLE, name), config };
}

/** The lines of a text sorted: for parts whose order means nothing. */
export const sortedLines = (text: string): string => text.split('\n').sort().join('\n');

/** Rules with those of KUBE-IPVS-OUT-FILTER sorted, which come in random order. */
export function canonicalRules(text: string): string {
  const isRandom = (line: string): boolean => line.startsWith('-A KUBE-IPVS-OUT-FILTER ');
  const sorted = text.split('\n').filter(isRandom).sort();
  return text
    .split('\n')
    .map((line) => (isRandom(line) ? (sorted.shift() ?? '') : line))
    .join('\n');
}

interface RecordedServer {
  readonly address: string;
  readonly protocol: string;
  readonly port: number;
  readonly scheduler: string;
  readonly flags: number;
  readonly timeout: number;
  readonly realServers: readonly {
    readonly address: string;
    readonly port: number;
    readonly weight: number;
    readonly connectionFlags: number;
  }[];
}

const OPTIONS: Readonly<Record<string, string>> = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' };

/** What ipvsadm would print for the recorded calls. The second bit of flags is the kernel's own. */
function ipvsadmText(json: string, family: IpFamily): string {
  const { virtualServers } = JSON.parse(json) as { readonly virtualServers: readonly RecordedServer[] };
  const socket = (address: string, port: number): string =>
    address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return virtualServers
    .filter(({ address }) => address.includes(':') === (family === 'IPv6'))
    .flatMap(({ address, protocol, port, scheduler, flags, timeout, realServers }) => {
      const name = `${OPTIONS[protocol] ?? ''} ${socket(address, port)}`;
      const persistence = (flags & 1) === 0 ? '' : ` -p ${timeout}`;
      const hashing = (flags & 0x10) === 0 ? '' : ' -b mh-port';
      return [
        `-A ${name} -s ${scheduler}${persistence}${hashing}\n`,
        ...realServers.map(({ address: to, port: toPort, weight, connectionFlags }) => {
          if (connectionFlags !== 0) throw new Error('not masqueraded');
          return `-a ${name} -r ${socket(to, toPort)} -m -w ${weight}\n`;
        }),
      ];
    })
    .join('');
}

const sourceOf = (name: string, file: string): Source => ({
  name: `${name}/${file}`,
  text: readFileSync(file, 'utf8'),
});

/** The manifests and the configuration of a case. */
export function ipvsSources(name: string): { readonly manifests: Source; readonly config: Source } {
  const candidates = [IPVS_ORACLE, ORACLE].flatMap((folder) =>
    ['manifests.yaml', 'manifests.json'].map((file) => join(folder, name, file)),
  );
  const manifests = candidates.find((file) => existsSync(file));
  if (manifests === undefined) throw new Error(`${name} has no manifests`);
  return {
    manifests: sourceOf(name, manifests),
    config: sourceOf(name, join(IPVS_ORACLE, name, 'kube-proxy.yaml')),
  };
}

/** How a case is compiled. */
export function ipvsRequest(name: string, version: Version, ipFamily: IpFamily): CompileRequest {
  const { manifests, config } = ipvsSources(name);
  return {
    sources: [manifests],
    config,
    flags: { hostnameOverride: 'node-1', nodeAddresses: ['192.168.0.2', '10.1.0.2', 'fd00:192::2'] },
    version,
    ipFamily,
    strict: false,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  };
}

/** What a release makes for a case; throws with the problems when it refuses. */
export function compileIpvs(name: string, version: Version, ipFamily: IpFamily): IpvsModel {
  const { value, problems } = compile(ipvsRequest(name, version, ipFamily));
  if (value === undefined || !isOfMode(value, 'ipvs'))
    throw new Error(problems.map(formatDiagnostic).join('\n'));
  return value.model;
}

/** All releases that have mode ipvs, oldest first. */
export const IPVS_VERSIONS: readonly Version[] = VERSIONS.filter((version) =>
  modesAt(version).some(({ name }) => name === 'ipvs'),
);
