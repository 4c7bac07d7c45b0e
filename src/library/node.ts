import { type Assignments } from '../cluster/assignments.ts';
import { DEFAULT_CLUSTER_OPTIONS, type PortRange } from '../cluster/options.ts';
import { type CompileRequest } from '../compile.ts';
import { flagRows, type KubeProxyFlags, nodeRows } from '../config/kube-proxy-flags.ts';
import { diagnostic, type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { NEWEST, type Version, VERSIONS } from '../dialect/version.ts';
import { type Cidr, type IpFamily, parseCidr } from '../text/ip.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type Source } from '../text/source.ts';
import { checkForms } from './check-forms.ts';

/** Describes a cluster, one of its nodes and the kube-proxy on it. Everything but the sources may be left out. */
export interface NodeOptions {
  /** Manifests, YAML or JSON. Their names stand in messages. */
  readonly sources: readonly Source[];
  /** The minor release of kube-proxy; absent: the newest. */
  readonly version?: Version | undefined;
  /** Whose rules are wanted; absent: IPv4. */
  readonly ipFamily?: IpFamily | undefined;
  /** kube-proxy's own flags, such as `clusterCIDR` and `hostnameOverride`, and those that describe the node. */
  readonly flags?: KubeProxyFlags | undefined;
  /** A KubeProxyConfiguration, YAML or JSON. Flags win over it. */
  readonly config?: Source | undefined;
  /** Makes unknown fields errors, not warnings. */
  readonly strict?: boolean | undefined;
  readonly cluster?: StandInOptions | undefined;
}

/** Says what stands in for addresses and ports that no cluster has assigned yet. */
export interface StandInOptions {
  /** Where cluster IPs are drawn from, one network a family; absent: 10.96.0.0/12 and fd00:10:96::/112. */
  readonly serviceCidrs?: readonly string[] | undefined;
  /** Where node ports are drawn from; absent: 30000 to 32767. */
  readonly nodePortRange?: PortRange | undefined;
  /**
   * Where pod IPs are drawn from, one network a family; absent: kube-proxy's cluster CIDR, else 10.244.0.0/16 and
   * fd00:10:244::/56.
   */
  readonly podCidrs?: readonly string[] | undefined;
  /** What was assigned before; it is kept. */
  readonly assignments?: Assignments | undefined;
  /** Makes every missing value an error instead of a stand-in. */
  readonly requireAssigned?: boolean | undefined;
}

/**
 * Fills in defaults, those of the command line. Undefined, with every reason, when an option has a value that it cannot
 * have.
 */
export function completeRequest(options: NodeOptions): Outcome<CompileRequest | undefined> {
  const { version = NEWEST, ipFamily = 'IPv4', cluster = {} } = options;
  const problems = [
    ...checkForms(options, { sources: 'sources', ...(options.config !== undefined && { config: 'source' }) }),
    ...checkVersion(version),
    ...checkFamily(ipFamily),
    ...checkFlags(options.flags ?? {}),
  ];
  const networks = (option: 'serviceCidrs' | 'podCidrs'): readonly Cidr[] | undefined => {
    const read = readNetworks(option, cluster[option]);
    for (const problem of read.problems) problems.push(problem);
    return read.value;
  };
  const serviceCidrs = networks('serviceCidrs') ?? DEFAULT_CLUSTER_OPTIONS.serviceCidrs;
  const podCidrs = networks('podCidrs');
  const { nodePortRange = DEFAULT_CLUSTER_OPTIONS.nodePortRange, assignments } = cluster;
  for (const problem of checkPorts(nodePortRange)) problems.push(problem);
  if (problems.length > 0) return { value: undefined, problems };
  const value: CompileRequest = {
    sources: options.sources,
    version,
    ipFamily,
    flags: options.flags ?? {},
    config: options.config,
    strict: options.strict === true,
    ranges: { serviceCidrs, nodePorts: nodePortRange, explicit: hasRanges(cluster) },
    cluster: {
      serviceCidrs,
      nodePortRange,
      requireAssigned: cluster.requireAssigned === true,
      ...(podCidrs !== undefined && { podCidrs }),
      ...(assignments !== undefined && { assignments }),
    },
  };
  return { value, problems };
}

/** Whether the caller said what the cluster hands out. */
export const hasRanges = ({ serviceCidrs, nodePortRange }: StandInOptions): boolean =>
  serviceCidrs !== undefined || nodePortRange !== undefined;

/** An error when a caller without types names a release that nobody knows. */
export const checkVersion = (version: Version): readonly Diagnostic[] =>
  VERSIONS.includes(version) ? [] : refuse('version', version, `one of ${VERSIONS[0]} to ${NEWEST}`);

const checkFamily = (family: string): readonly Diagnostic[] =>
  family === 'IPv4' || family === 'IPv6' ? [] : refuse('ipFamily', family, 'IPv4 or IPv6');

/** An error for each name that is no flag: a caller without types would not learn that it does nothing. */
function checkFlags(flags: KubeProxyFlags): readonly Diagnostic[] {
  const known = new Set([...flagRows(), ...nodeRows()].map(([, { name }]) => name));
  return Object.keys(flags)
    .filter((name) => !known.has(name))
    .map((name) => {
      const near = nearestName(name, [...known]);
      const hint = near === undefined ? '' : `: is it ${near}?`;
      return diagnostic('usage', `flags.${name} is no flag of kube-proxy${hint}`);
    });
}

const checkPorts = (range: PortRange): readonly Diagnostic[] =>
  isPort(range.from) && isPort(range.to) && range.from <= range.to
    ? []
    : refuse('cluster.nodePortRange', range, 'a range of ports, such as { from: 30000, to: 32767 }');

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65535;

function readNetworks(
  option: 'serviceCidrs' | 'podCidrs',
  texts: readonly string[] | undefined,
): Outcome<readonly Cidr[] | undefined> {
  if (texts === undefined) return { value: undefined, problems: [] };
  const value = texts.map((text) => parseCidr(text)).filter((cidr) => cidr !== undefined);
  const families = new Set(value.map(({ family }) => family));
  const isGood = value.length === texts.length && families.size === value.length && value.length > 0;
  const wanted = 'one network a family, such as 10.96.0.0/12';
  return isGood
    ? { value, problems: [] }
    : { value: undefined, problems: refuse(`cluster.${option}`, texts, wanted) };
}

const refuse = (option: string, value: unknown, wanted: string): readonly Diagnostic[] => [
  diagnostic('usage', `${option} is ${wanted}, not ${JSON.stringify(value)}`),
];
