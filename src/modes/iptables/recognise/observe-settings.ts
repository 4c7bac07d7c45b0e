/** How kube-proxy's settings and the node's own facts show in a dump. */
import { targetChain } from '../rules/chain-roles.ts';
import { commentOf } from '../rules/comments.ts';
import { type LocalTraffic } from '../../../proxy/settings.ts';
import { type ObservedSettings } from '../../mode.ts';
import { type Firewall, nodeAddressFor } from '../../node-address.ts';
import { parseCidr } from '../../../text/ip.ts';
import { mostFrequent } from '../../../text/most-frequent.ts';
import { type Evidence, type SeenRule } from './evidence.ts';
import { isClusterIpMasquerade, isCounted, isInvalidDrop, isRandomFully } from './known-rules.ts';
import { addToGroup } from '../../../text/groups.ts';

/** Reads every setting off the dump, by the majority of the rules that show it. */
export function observeSettings(evidence: Evidence): ObservedSettings {
  return {
    ...present('masqueradeBit', masqueradeBit(evidence)),
    ...localDetection(evidence),
    ...present('localhostNodePorts', localhostNodePorts(evidence)),
    ...present('nodePortIps', nodePortIps(evidence)),
    ...present('nodeIP', nodeAddressFor(firewallRanges(evidence))),
    ...present('nfacct', whenTold(evidence, isCounted, isInvalidDrop)),
    ...present('randomFully', whenTold(evidence, isRandomFully, isMasquerade)),
    ...present('tcpBeLiberal', tcpBeLiberal(evidence)),
    ...present('familyServed', evidence.hasChain('nat', 'KUBE-SERVICES') ? true : undefined),
  };
}

const present = <K extends keyof ObservedSettings>(
  name: K,
  value: ObservedSettings[K] | undefined,
): ObservedSettings => (value === undefined ? {} : { [name]: value });

const isMasquerade = ({ chain, rule }: SeenRule): boolean =>
  chain === 'KUBE-POSTROUTING' && rule.target?.kind === 'masquerade';

/** True when a rule shows it; false when only rules are there that could have shown it. */
function whenTold(
  { rules }: Evidence,
  shows: (seen: SeenRule) => boolean,
  couldShow: (seen: SeenRule) => boolean,
): boolean | undefined {
  if (rules.some(shows)) return true;
  return rules.some(couldShow) ? false : undefined;
}

function tcpBeLiberal({ rules, hasChain }: Evidence): boolean | undefined {
  if (!hasChain('filter', 'KUBE-FORWARD')) return undefined;
  // An empty chain is a flushed one, not one that lacks just this rule.
  if (!rules.some(({ chain }) => chain === 'KUBE-FORWARD')) return undefined;
  return !rules.some(isInvalidDrop);
}

/** The bit that KUBE-MARK-MASQ sets and KUBE-POSTROUTING and KUBE-FORWARD ask for. */
function masqueradeBit({ rules }: Evidence): number | undefined {
  const marks = rules.flatMap(({ chain, rule }) => {
    if (!MARK_CHAINS.has(chain)) return [];
    if (rule.target?.kind === 'mark') return [String(rule.target.value)];
    return rule.matches.flatMap((match) => (match.kind === 'mark' ? [String(match.mark.value)] : []));
  });
  const bit = Math.log2(Number(mostFrequent(marks) ?? Number.NaN));
  return Number.isInteger(bit) ? bit : undefined;
}

const MARK_CHAINS: ReadonlySet<string> = new Set(['KUBE-MARK-MASQ', 'KUBE-POSTROUTING', 'KUBE-FORWARD']);

/** Finds which traffic to cluster IPs is masqueraded: none, all, or the traffic that the rules name. */
function localDetection(evidence: Evidence): Pick<ObservedSettings, 'masqueradeAll' | 'localTraffic'> {
  const masquerades = evidence.rules.filter(isClusterIpMasquerade);
  const portals = evidence.rules.filter(isClusterIpPortal);
  const ways = [
    ...masquerades.map(describeOthers),
    ...Array<string>(Math.max(0, portals.length - masquerades.length)).fill(NOBODY),
  ];
  const usual = mostFrequent(ways);
  const local = parseWay(usual) ?? parseWay(mostFrequent(evidence.rules.flatMap(describeLocal)));
  if (usual === undefined) return local === undefined ? {} : { localTraffic: local };
  return { masqueradeAll: usual === EVERYBODY, localTraffic: local ?? { kind: 'none' } };
}

const NOBODY = 'nobody';
const EVERYBODY = 'everybody';

const isClusterIpPortal = ({ table, role, rule }: SeenRule): boolean =>
  table === 'nat' &&
  role === 'shared' &&
  commentOf(rule)?.endsWith(' cluster IP') === true &&
  targetChain(rule)?.startsWith('KUBE-SV') === true;

/** Describes the traffic that is masqueraded: all except the network or interface that the rule names. */
function describeOthers({ rule }: SeenRule): string {
  if (rule.source?.negated === true) return `cidr ${rule.source.value}`;
  if (rule.inInterface?.negated === true) return `interface ${rule.inInterface.value}`;
  return EVERYBODY;
}

/**
 * Describes the traffic that counts as local, in the rules that send pods past traffic policy Local or let
 * them pass in KUBE-FORWARD.
 */
function describeLocal({ chain, role, rule }: SeenRule): readonly string[] {
  const comment = commentOf(rule) ?? '';
  const isForwarded = chain === 'KUBE-FORWARD' && comment.endsWith('conntrack pod source rule');
  const isShortCut =
    (role === 'external' && comment.startsWith('pod traffic for ')) ||
    (role === 'balancer' && comment.startsWith('Redirect pods '));
  if (!isForwarded && !isShortCut) return [];
  if (rule.source !== undefined) return [`cidr ${rule.source.value}`];
  if (rule.inInterface !== undefined) return [`interface ${rule.inInterface.value}`];
  return [];
}

function parseWay(way: string | undefined): LocalTraffic | undefined {
  const [kind, value = ''] = way?.split(' ') ?? [];
  if (kind === 'interface') return { kind, name: value };
  const cidr = kind === 'cidr' ? parseCidr(value) : undefined;
  return cidr && { kind: 'cidr', cidr };
}

const nodePortJumps = ({ rules }: Evidence): readonly SeenRule[] =>
  rules.filter(({ table, rule }) => table === 'nat' && targetChain(rule) === 'KUBE-NODEPORTS');

/** The jump to KUBE-NODEPORTS leaves loopback out; where it names addresses, KUBE-FIREWALL tells. */
function localhostNodePorts(evidence: Evidence): boolean | undefined {
  const jumps = nodePortJumps(evidence);
  if (jumps.some(({ rule }) => rule.destination?.negated === true)) return false;
  if (jumps.length === 0) return undefined;
  const namesAddresses = jumps.every(({ rule }) => rule.destination !== undefined);
  if (!namesAddresses || !evidence.hasChain('filter', 'KUBE-FIREWALL')) return true;
  return evidence.rules.some(({ chain, rule }) => chain === 'KUBE-FIREWALL' && rule.source?.negated === true);
}

function nodePortIps(evidence: Evidence): readonly string[] | undefined {
  const ips = nodePortJumps(evidence).map(({ rule: { destination, matches } }) => {
    const isAll = destination === undefined || destination.negated === true;
    return isAll || matches.some(({ kind }) => kind === 'addrtype')
      ? undefined
      : addressOf(destination.value);
  });
  return ips.length > 0 && ips.every((ip) => ip !== undefined) ? ips : undefined;
}

const addressOf = (network: string): string => network.replace(/\/\d+$/, '');

function firewallRanges({ rules }: Evidence): readonly Firewall[] {
  const addresses = new Map<string, Set<string>>();
  const sources = new Map<string, string[]>();
  for (const { role, chain, rule } of rules) {
    const target = targetChain(rule) ?? '';
    if (target.startsWith('KUBE-FW-') && rule.destination !== undefined) {
      addresses.set(target, (addresses.get(target) ?? new Set()).add(rule.destination.value));
    }
    if (role === 'firewall' && rule.source !== undefined && rule.source.negated !== true) {
      addToGroup(sources, chain, rule.source.value);
    }
  }
  return [...sources].map(([chain, networks]) => {
    const own = addresses.get(chain) ?? new Set();
    return {
      letsNodePass: networks.some((network) => own.has(network)),
      ranges: networks.filter((network) => !own.has(network)).flatMap((network) => parseCidr(network) ?? []),
    };
  });
}
