/** The sets of mode ipvs. */
import { type Features } from '../../../dialect/features.ts';
import {
  type PartKind,
  type SetDefinition,
  type SetEntry,
  type SetType,
} from '../../../netfilter/ipset/model.ts';
import { type IpFamily } from '../../../text/ip.ts';

interface SetRow {
  readonly name: string;
  readonly type: 'hash:ip' | 'hash:ip,port' | 'hash:ip,port,ip' | 'hash:ip,port,net' | 'bitmap:port';
  /** What rules with the set carry as their comment. */
  readonly comment: string;
  /** Which releases have it; all, when absent. */
  readonly when?: (features: Features) => boolean;
}

const SCTP = 'Kubernetes nodeport SCTP port';
const LOCAL = 'with externalTrafficPolicy=local';
const HASH = "with type 'hash ip:port'";
const hasPorts = ({ ipvsSctpNodePorts }: Features): boolean => ipvsSctpNodePorts === 'ports';
/** Whether sets hold SCTP node ports with their addresses. */
export const hasSctpAddresses = ({ ipvsSctpNodePorts }: Features): boolean =>
  ipvsSctpNodePorts === 'node-ip' || ipvsSctpNodePorts === 'all-node-ips';

/** Whether the release has chains for load balancers, node ports and forwarded traffic. */
export const hasChains = ({ ipvsRules }: Features): boolean => ipvsRules === 'by-chain';

/** (ipsetInfo, pkg/proxy/ipvs/proxier.go; names and comments, pkg/proxy/ipvs/ipset.go) */
const SETS = {
  loopBack: {
    name: 'KUBE-LOOP-BACK',
    type: 'hash:ip,port,ip',
    comment: 'Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose',
  },
  clusterIp: {
    name: 'KUBE-CLUSTER-IP',
    type: 'hash:ip,port',
    comment: 'Kubernetes service cluster ip + port for masquerade purpose',
  },
  externalIp: {
    name: 'KUBE-EXTERNAL-IP',
    type: 'hash:ip,port',
    comment: 'Kubernetes service external ip + port for masquerade and filter purpose',
  },
  externalIpLocal: {
    name: 'KUBE-EXTERNAL-IP-LOCAL',
    type: 'hash:ip,port',
    comment: `Kubernetes service external ip + port ${LOCAL}`,
    when: (features) => features.ipvsExternalIpLocal,
  },
  loadBalancer: {
    name: 'KUBE-LOAD-BALANCER',
    type: 'hash:ip,port',
    comment: 'Kubernetes service lb portal',
  },
  loadBalancerFirewall: {
    name: 'KUBE-LOAD-BALANCER-FW',
    type: 'hash:ip,port',
    comment: 'Kubernetes service load balancer ip + port for load balancer with sourceRange',
    when: hasChains,
  },
  loadBalancerLocal: {
    name: 'KUBE-LOAD-BALANCER-LOCAL',
    type: 'hash:ip,port',
    comment: `Kubernetes service load balancer ip + port ${LOCAL}`,
    when: hasChains,
  },
  loadBalancerMasquerade: {
    name: 'KUBE-LOAD-BALANCER-MASQ',
    type: 'hash:ip,port',
    // The releases that have it comment no such rule.
    comment: 'Load balancers that are masqueraded',
    when: (features) => !hasChains(features),
  },
  loadBalancerSourceIp: {
    name: 'KUBE-LOAD-BALANCER-SOURCE-IP',
    type: 'hash:ip,port,ip',
    comment: 'Kubernetes service load balancer ip + port + source IP for packet filter purpose',
  },
  loadBalancerSourceCidr: {
    name: 'KUBE-LOAD-BALANCER-SOURCE-CIDR',
    type: 'hash:ip,port,net',
    comment: 'Kubernetes service load balancer ip + port + source cidr for packet filter purpose',
  },
  nodePortTcp: {
    name: 'KUBE-NODE-PORT-TCP',
    type: 'bitmap:port',
    comment: 'Kubernetes nodeport TCP port for masquerade purpose',
  },
  nodePortLocalTcp: {
    name: 'KUBE-NODE-PORT-LOCAL-TCP',
    type: 'bitmap:port',
    comment: `Kubernetes nodeport TCP port ${LOCAL}`,
    when: hasChains,
  },
  nodePortUdp: {
    name: 'KUBE-NODE-PORT-UDP',
    type: 'bitmap:port',
    comment: 'Kubernetes nodeport UDP port for masquerade purpose',
  },
  nodePortLocalUdp: {
    name: 'KUBE-NODE-PORT-LOCAL-UDP',
    type: 'bitmap:port',
    comment: `Kubernetes nodeport UDP port ${LOCAL}`,
    when: hasChains,
  },
  nodePortSctpPorts: {
    name: 'KUBE-NODE-PORT-SCTP',
    type: 'bitmap:port',
    comment: `${SCTP} for masquerade purpose`,
    when: hasPorts,
  },
  nodePortLocalSctpPorts: {
    name: 'KUBE-NODE-PORT-LOCAL-SCTP',
    type: 'bitmap:port',
    comment: `${SCTP} ${LOCAL}`,
    when: hasPorts,
  },
  nodePortSctp: {
    name: 'KUBE-NODE-PORT-SCTP-HASH',
    type: 'hash:ip,port',
    comment: `${SCTP} for masquerade purpose ${HASH}`,
    when: hasSctpAddresses,
  },
  nodePortLocalSctp: {
    name: 'KUBE-NODE-PORT-LOCAL-SCTP-HASH',
    type: 'hash:ip,port',
    comment: `${SCTP} ${LOCAL} ${HASH}`,
    when: hasSctpAddresses,
  },
  healthCheckNodePort: {
    name: 'KUBE-HEALTH-CHECK-NODE-PORT',
    type: 'bitmap:port',
    comment: 'Kubernetes health check node port',
    when: (features) => features.ipvsHealthChecks,
  },
  boundIps: {
    name: 'KUBE-IPVS-IPS',
    type: 'hash:ip',
    // No rule prints it.
    comment: 'Addresses on the ipvs interface',
    when: (features) => features.ipvsAccessFilter,
  },
} as const satisfies Readonly<Record<string, SetRow>>;

/** One of kube-proxy's sets. */
export type SetKey = keyof typeof SETS;

const ROWS: Readonly<Record<SetKey, SetRow>> = SETS;

/** The sets that a release has. */
export const setsOf = (features: Features): readonly SetKey[] =>
  features.ipvsRules === 'by-service'
    ? []
    : (Object.keys(SETS) as SetKey[]).filter((key) => ROWS[key].when?.(features) ?? true);

/** (IPSET_MAXNAMELEN, without the zero behind it) */
const LONGEST_NAME = 31;

/** The name of a set. (NewIPSet, pkg/proxy/ipvs/ipset.go) */
export function setName(key: SetKey, family: IpFamily, features: Features): string {
  const { name } = ROWS[key];
  const isNamedByFamily = family === 'IPv6' && features.ipvsFamilySetNames;
  return isNamedByFamily ? name.replace('KUBE-', 'KUBE-6-').slice(0, LONGEST_NAME) : name;
}

/** Returns true for a set whose family is not that of the node. (NewIPSet in NewProxier; createSet, pkg/util/ipset) */
export function isOfOtherFamily(key: SetKey, family: IpFamily, { ipvsSetFamily }: Features): boolean {
  const { storage, parts } = typeOf(key);
  if (family === 'IPv4' || storage === 'bitmap' || ipvsSetFamily === 'own') return false;
  return ipvsSetFamily === 'IPv4' || parts.includes('net');
}

/** What rules with the set carry as their comment. */
export const setComment = (key: SetKey): string => ROWS[key].comment;

/** The words of ipset 7.17 behind the type; bucketsize is of 7.11 and later. */
const OPTIONS: Readonly<Record<SetType['storage'], readonly string[]>> = {
  hash: ['hashsize', '1024', 'maxelem', '65536', 'bucketsize', '12'],
  bitmap: ['range', '0-65535'],
  list: [],
};

/** A set with its entries. */
export function defineSet(
  key: SetKey,
  entries: readonly SetEntry[],
  family: IpFamily,
  features: Features,
): SetDefinition {
  const type = typeOf(key);
  return {
    name: setName(key, family, features),
    type,
    family: type.storage !== 'hash' ? undefined : isOfOtherFamily(key, family, features) ? 'IPv4' : family,
    options: OPTIONS[type.storage],
    entries,
  };
}

function typeOf(key: SetKey): SetType {
  const [storage, parts = ''] = ROWS[key].type.split(':');
  return {
    storage: storage === 'bitmap' ? 'bitmap' : 'hash',
    parts: parts.split(',') as readonly PartKind[],
  };
}

const NAMES: ReadonlySet<string> = new Set(
  Object.values(ROWS).flatMap(({ name }) => [name, name.replace('KUBE-', 'KUBE-6-').slice(0, LONGEST_NAME)]),
);

/** Returns true for the name of a set that some release of kube-proxy makes. */
export const isSetName = (name: string): boolean => NAMES.has(name);
