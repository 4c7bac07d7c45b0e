/** Groups of options that several commands share, and functions that read their values. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ClusterOptions, DEFAULT_CLUSTER_OPTIONS } from '../cluster/options.ts';
import { parseDuration } from '../config/duration.ts';
import { NEWEST, parseVersion, type Version, VERSIONS } from '../dialect/version.ts';
import { type ClusterRanges } from '../manifest/check/ranges.ts';
import { type Cidr, formatCidr, type IpFamily, parseCidr } from '../text/ip.ts';
import { settingOptions } from './setting-options.ts';

/** Options that say where manifests are and how to read them. */
export interface ManifestFlags {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
  readonly strict?: boolean;
  readonly fromCluster?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Milliseconds. */
  readonly requestTimeout?: number;
}

/** True when the command line names manifests, or a cluster that holds them. */
export const namesInput = ({
  filename,
  fromCluster,
}: {
  readonly filename?: readonly string[] | undefined;
  readonly fromCluster?: boolean | undefined;
}): boolean => filename !== undefined || fromCluster === true;

/** What a command says that follows rules and got none. */
export const NO_RULES =
  'no rules: name manifests with -f, a cluster with --from-cluster, or a dump of a node with --live';

/** What a command says that needs manifests and got none. */
export const NO_INPUT =
  'no input: name files or directories with -f, - for stdin, or a cluster with --from-cluster';

/** `-f`, `-R`, `--strict`, `--from-cluster` and what says which cluster. */
export function withManifests(
  command: Command,
  strict = 'unknown fields and duplicate keys are errors',
): Command {
  return command
    .option('-f, --filename <path>', 'manifest file, directory, or - for stdin; repeatable', collect)
    .option('-R, --recursive', 'descend into directories, but for hidden ones')
    .option('--strict', strict)
    .option('--from-cluster', 'read Services, EndpointSlices and Nodes from the API server')
    .option('--kubeconfig <file>', 'with --from-cluster: as of kubectl; without any, the account of the pod')
    .option('--context <name>', 'with --from-cluster: the context of kubeconfig')
    .addOption(
      new Option(
        '--request-timeout <duration>',
        'with --from-cluster: give up when the server is silent for so long (60s)',
      ).argParser(readTimeout),
    );
}

/**
 * Makes the option that leaves out files. A command may give it another name when it uses `--exclude` itself.
 */
export const excludeOption = (name = '--exclude'): Option =>
  new Option(
    `${name} <glob>`,
    'leave out files, as .gitignore and .svc2iptignore write it; repeatable',
  ).argParser(collect);

/** Options that describe kube-proxy and its node. Flags have the names that kube-proxy gives them. */
export interface ProxyFlags {
  readonly ipFamily: IpFamily;
  readonly config?: string;
}

/** `--ip-family`. */
export const familyOption = (): Option =>
  new Option('--ip-family <family>', 'ipv4 (iptables) or ipv6 (ip6tables)')
    .default('IPv4', 'ipv4')
    .argParser(readFamily);

/** `--ip-family`, `--config`, and every flag of the table of settings. */
export const withKubeProxy = (command: Command): Command => withSettings(command.addOption(familyOption()));

/** `--config`, and every flag of the table of settings. */
export function withSettings(command: Command): Command {
  command.option('--config <file>', 'KubeProxyConfiguration file; flags beat it');
  for (const option of settingOptions()) command.addOption(option);
  return command;
}

/** `--kube-proxy-version`, read as the minor release it names. */
export const versionOption = (): Option =>
  new Option('--kube-proxy-version <minor>', 'the dialect, as 1.30 or v1.30.2; see svc2ipt versions')
    .default(NEWEST)
    .argParser(readVersion);

/** `--kube-proxy-version` for commands that read a dump: `auto` finds the release from the dump. */
export const versionOrAutoOption = (): Option =>
  new Option('--kube-proxy-version <minor>', 'the dialect, as 1.30; auto recognises it from the dump')
    .default('auto')
    .argParser((value: string) => (value === 'auto' ? value : readVersion(value)));

/** Options that stand in for what only a cluster assigns. */
export interface StandInFlags {
  readonly serviceCidr?: readonly Cidr[];
  readonly serviceNodePortRange?: { readonly from: number; readonly to: number };
  readonly podCidr?: readonly Cidr[];
  readonly requireAssigned?: boolean;
  readonly assignments?: string;
  readonly writeAssignments?: boolean;
}

/** `--service-cidr` and the like. */
export function withStandIns(command: Command): Command {
  const { serviceCidrs, nodePortRange } = DEFAULT_CLUSTER_OPTIONS;
  const ports = `${nodePortRange.from}-${nodePortRange.to}`;
  return command
    .option('--service-cidr <cidrs>', `where cluster IPs come from (${list(serviceCidrs)})`, readCidrs)
    .option('--service-node-port-range <from-to>', `where node ports come from (${ports})`, readPortRange)
    .option('--pod-cidr <cidrs>', 'where stand-in pod IPs come from (the cluster CIDR)', readCidrs)
    .option('--assignments <file>', 'keep what stands in for missing values in this file')
    .option('--require-assigned', 'a missing cluster IP, node port or pod IP is an error');
}

const list = (cidrs: readonly Cidr[]): string => cidrs.map(formatCidr).join(',');

/** The options of the cluster phase; without `--pod-cidr`, pods are taken from kube-proxy's cluster CIDR. */
export function clusterOptions(
  flags: StandInFlags,
): Pick<ClusterOptions, 'serviceCidrs' | 'nodePortRange' | 'requireAssigned'> &
  Partial<Pick<ClusterOptions, 'podCidrs'>> {
  return {
    serviceCidrs: flags.serviceCidr ?? DEFAULT_CLUSTER_OPTIONS.serviceCidrs,
    nodePortRange: flags.serviceNodePortRange ?? DEFAULT_CLUSTER_OPTIONS.nodePortRange,
    ...(flags.podCidr !== undefined && { podCidrs: flags.podCidr }),
    requireAssigned: flags.requireAssigned === true,
  };
}

/**
 * Returns the ranges in which addresses and ports of the manifests must lie. A value outside is an error when
 * the user gave the range, else a warning.
 */
export function clusterRanges(flags: StandInFlags): ClusterRanges {
  const { serviceCidrs, nodePortRange } = clusterOptions(flags);
  return {
    serviceCidrs,
    nodePorts: nodePortRange,
    explicit: flags.serviceCidr !== undefined || flags.serviceNodePortRange !== undefined,
  };
}

/**
 * Returns the ranges that the user gave, or undefined when there are none: a live cluster may not use the
 * default ranges.
 */
export function givenRanges(flags: StandInFlags): ClusterRanges | undefined {
  const ranges = clusterRanges(flags);
  return ranges.explicit ? ranges : undefined;
}

/** Adds a value of a repeatable option. */
export const collect = (value: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  value,
];

function readTimeout(value: string): number {
  const milliseconds = (parseDuration(value) ?? 0) / 1e6;
  if (milliseconds >= 1) return Math.min(milliseconds, LONGEST_TIMEOUT);
  throw new InvalidArgumentError('It is a time like 30s.');
}

/** The longest that Node.js counts. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

function readFamily(value: string): IpFamily {
  const family = { ipv4: 'IPv4', ipv6: 'IPv6' }[value.toLowerCase()];
  if (family !== 'IPv4' && family !== 'IPv6') throw new InvalidArgumentError('It is ipv4 or ipv6.');
  return family;
}

/** A release as the command line names it. */
export function readVersion(value: string): Version {
  const version = parseVersion(value);
  if (version !== undefined) return version;
  throw new InvalidArgumentError(`Known are ${VERSIONS[0]} to ${NEWEST}; svc2ipt versions lists them.`);
}

function readCidrs(value: string): readonly Cidr[] {
  const cidrs = value.split(',').map((text) => parseCidr(text.trim()));
  const good = cidrs.filter((cidr) => cidr !== undefined);
  if (good.length !== cidrs.length) throw new InvalidArgumentError('It is a network like 10.96.0.0/12.');
  if (new Set(good.map((cidr) => cidr.family)).size !== good.length) {
    throw new InvalidArgumentError('It is one network a family.');
  }
  return good;
}

function readPortRange(value: string): { readonly from: number; readonly to: number } {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(value);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || from < 1 || to > 65535 || from > to) {
    throw new InvalidArgumentError('It is a range of ports like 30000-32767.');
  }
  return { from, to };
}
