/** Finds kube-proxy's settings and the node's own facts in what a node holds. */
import { type SetDefinition } from '../../../netfilter/ipset/model.ts';
import { type VirtualServer } from '../../../netfilter/ipvs/model.ts';
import { printEntry } from '../../../netfilter/ipset/print.ts';
import { parseCidr } from '../../../text/ip.ts';
import { mostFrequent } from '../../../text/most-frequent.ts';
import { type ObservedSettings } from '../../mode.ts';
import { type IpvsDump } from '../dump.ts';
import { kindOfSet, protocolOfSet } from './address-kinds.ts';
import { type Evidence, type SeenRule } from './evidence.ts';

/** Returns every setting that the dump shows. */
export function observeSettings(evidence: Evidence): ObservedSettings {
  return {
    ...present('masqueradeBit', masqueradeBit(evidence)),
    ...localDetection(evidence),
    ...present('randomFully', randomFully(evidence)),
    ...present('serverIps', serverIps(evidence)),
    ...present('scheduler', mostFrequent((evidence.dump.servers ?? []).map(({ scheduler }) => scheduler))),
    ...present('nodeIP', nodeIP(evidence)),
    ...present('familyServed', evidence.chains.has('nat KUBE-SERVICES') ? true : undefined),
  };
}

const present = <K extends keyof ObservedSettings>(
  name: K,
  value: ObservedSettings[K] | undefined,
): ObservedSettings => (value === undefined ? {} : { [name]: value });

function masqueradeBit({ rules }: Evidence): number | undefined {
  const marks = rules.flatMap(({ chain, rule }) => {
    if (chain !== 'KUBE-MARK-MASQ' && chain !== 'KUBE-POSTROUTING' && chain !== 'KUBE-FORWARD') return [];
    if (rule.target?.kind === 'mark') return [String(rule.target.value)];
    return rule.matches.flatMap((match) => (match.kind === 'mark' ? [String(match.mark.value)] : []));
  });
  const bit = Math.log2(Number(mostFrequent(marks) ?? Number.NaN));
  return Number.isInteger(bit) ? bit : undefined;
}

/** Which traffic to cluster IPs is masqueraded: all, that from outside, or that of the node to itself. */
function localDetection({ rules, dump }: Evidence): Pick<ObservedSettings, 'masqueradeAll' | 'localTraffic'> {
  const seen = rules.find(isClusterIpMasquerade);
  if (seen === undefined) return isClusterIpSetFilled(dump) ? { masqueradeAll: true } : {};
  const { rule, line } = seen;
  const network = rule.source?.negated === true ? parseCidr(rule.source.value) : undefined;
  if (network !== undefined) return { masqueradeAll: false, localTraffic: { kind: 'cidr', cidr: network } };
  if (rule.inInterface?.negated === true)
    return { masqueradeAll: false, localTraffic: { kind: 'interface', name: rule.inInterface.value } };
  return line.includes(' src,dst ')
    ? { masqueradeAll: false, localTraffic: { kind: 'none' } }
    : { masqueradeAll: true };
}

/** In releases that fill the set when some traffic to cluster IPs is masqueraded. */
const isClusterIpSetFilled = ({ sets = [] }: IpvsDump): boolean =>
  sets.some(({ name }) => name === 'KUBE-LOAD-BALANCER-MASQ') &&
  sets.some(({ name, entries }) => name === 'KUBE-CLUSTER-IP' && entries.length > 0);

const isClusterIpMasquerade = ({ chain, line }: SeenRule): boolean =>
  chain === 'KUBE-SERVICES' &&
  line.endsWith('-j KUBE-MARK-MASQ') &&
  /KUBE-(?:6-)?CLUSTER-IP (?:src|dst),dst| cluster IP"/.test(line);

function randomFully({ rules }: Evidence): boolean | undefined {
  // The rule for hairpins never asks for random ports.
  const own = rules.filter(
    ({ chain, line }) => chain === 'KUBE-POSTROUTING' && line.includes('requiring SNAT'),
  );
  if (own.length === 0) return undefined;
  return own.some(({ rule }) => rule.target?.kind === 'masquerade' && rule.target.randomFully);
}

/**
 * The addresses whose virtual servers are those of node ports: their ports are in the sets of node ports, and no other
 * set has them. Without sets, those with node ports that are not bound to kube-ipvs0.
 */
function serverIps({ dump }: Evidence): readonly string[] | undefined {
  const { sets, servers, addresses } = dump;
  if (servers === undefined) return undefined;
  if (sets === undefined || sets.length === 0) return addresses && unboundIps(servers, new Set(addresses));
  const ports = new Set(sets.filter(isNodePorts).flatMap(nodePortsIn));
  const portals = new Set(sets.filter(isPortals).flatMap(({ entries }) => entries.map(printEntry)));
  const ips = servers.flatMap(({ address }) => {
    if (address.kind === 'mark' || !ports.has(`${address.protocol}:${address.port}`)) return [];
    return portals.has(`${address.ip},${address.protocol}:${address.port}`) ? [] : [address.ip];
  });
  return ips.length === 0 ? undefined : [...new Set(ips)].sort();
}

/** Of the range that the API server takes node ports from, unless told otherwise. */
const FIRST_NODE_PORT = 30000;

function unboundIps(
  servers: readonly VirtualServer[],
  bound: ReadonlySet<string>,
): readonly string[] | undefined {
  // The oldest releases bind no external IPs: a port tells these from addresses of the node.
  const ips = servers.flatMap(({ address }) =>
    address.kind === 'mark' || bound.has(address.ip) || address.port < FIRST_NODE_PORT ? [] : [address.ip],
  );
  return ips.length === 0 ? undefined : [...new Set(ips)].sort();
}

const isNodePorts = (set: SetDefinition): boolean => kindOfSet(set) === 'node port';
const isPortals = (set: SetDefinition): boolean => kindOfSet(set) !== undefined && !isNodePorts(set);

/** `tcp:30080` for each entry of a set of node ports. */
function nodePortsIn(set: SetDefinition): readonly string[] {
  const protocol = protocolOfSet(set);
  return set.entries.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'port' ? [`${protocol}:${part.port}`] : [])),
  );
}

/**
 * An address within the source ranges of a load balancer that the node itself may use, or that of its SCTP node ports.
 */
function nodeIP({ dump }: Evidence): string | undefined {
  const { sets = [] } = dump;
  const named = (suffix: string): SetDefinition | undefined => sets.find(({ name }) => name.endsWith(suffix));
  const allowed = named('-LOAD-BALANCER-SOURCE-IP')?.entries[0];
  if (allowed === undefined) {
    const entries = named('-NODE-PORT-SCTP-HASH')?.entries.map(printEntry) ?? [];
    const ips = [...new Set(entries.map((entry) => entry.replace(/,.*$/, '')))];
    return ips.length === 1 ? ips[0] : undefined;
  }
  const portal = printEntry(allowed).split(',').slice(0, 2).join(',');
  const ranges = sets.find(({ name }) => name.includes('-LOAD-BALANCER-SOURCE-CID'))?.entries ?? [];
  const range = ranges.map(printEntry).find((entry) => entry.startsWith(`${portal},`));
  return range?.split(',')[2]?.replace(/\/.*$/, '');
}
