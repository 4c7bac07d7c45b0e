/** How kube-proxy's settings show in its table. */
import { type Expression, type Rule } from '../../../netfilter/nftables/model.ts';
import { type LocalTraffic } from '../../../proxy/settings.ts';
import { addressBits, type Cidr, familyOf, formatCidr, parseCidr } from '../../../text/ip.ts';
import { addToGroup } from '../../../text/groups.ts';
import { mostFrequent } from '../../../text/most-frequent.ts';
import { type ObservedSettings } from '../../mode.ts';
import { type Firewall, nodeAddressFor } from '../../node-address.ts';
import {
  asksForSet,
  clusterIpRule,
  type Evidence,
  isAddressField,
  isSpread,
  markIn,
  matchIn,
  wordOf,
  marks,
  rulesOf,
} from './evidence.ts';
import { dropsUnallocated } from './observe-features.ts';

/** Reads every setting off the table, by the majority of the rules that show it. */
export function observeSettings(evidence: Evidence): ObservedSettings {
  return {
    ...present('masqueradeBit', masqueradeBit(evidence)),
    ...localDetection(evidence),
    ...nodePorts(evidence),
    ...present('nodeIP', nodeAddressFor([...firewallChains(evidence), ...firewallSets(evidence)])),
    ...present('tcpBeLiberal', tcpBeLiberal(evidence)),
    ...present('serviceCidrs', serviceCidrs(evidence)),
    familyServed: true,
  };
}

const present = <K extends keyof ObservedSettings>(
  name: K,
  value: ObservedSettings[K] | undefined,
): ObservedSettings => (value === undefined ? {} : { [name]: value });

/** The bit that rules set for masquerading, and that leaves with the packet. */
function masqueradeBit({ chains }: Evidence): number | undefined {
  const values = [...chains.values()].flatMap(({ rules }) =>
    rules.flatMap((rule) => markIn(rule, '|') ?? markIn(rule, '^') ?? []),
  );
  const bit = Math.log2(Number(mostFrequent(values.map(String)) ?? Number.NaN));
  return Number.isInteger(bit) ? bit : undefined;
}

const NOBODY = 'nobody';
const EVERYBODY = 'everybody';

/** Finds which traffic to cluster IPs is masqueraded: none, all, or the traffic that the rules name. */
function localDetection(evidence: Evidence): Pick<ObservedSettings, 'masqueradeAll' | 'localTraffic'> {
  const ways = clusterIpWays(evidence);
  const usual = mostFrequent(ways);
  const local = parseWay(usual) ?? parseWay(mostFrequent(shortCutWays(evidence)));
  if (usual === undefined) return local === undefined ? {} : { localTraffic: local };
  return { masqueradeAll: usual === EVERYBODY, localTraffic: local ?? { kind: 'none' } };
}

function clusterIpWays(evidence: Evidence): readonly string[] {
  if (evidence.sets.has('hairpin-connections')) {
    const rule = rulesOf(evidence, 'services').find((one) => marks(one) && asksForSet(one, 'cluster-ips'));
    return evidence.chains.has('services') ? [rule === undefined ? NOBODY : wayOf(rule, '!=')] : [];
  }
  return evidence.portChains.filter(isSpread).map((chain) => {
    const rule = clusterIpRule(chain);
    return rule === undefined ? NOBODY : wayOf(rule, '!=');
  });
}

/** How pods are told in the rules that send them past traffic policy Local. */
const shortCutWays = ({ portChains }: Evidence): readonly string[] =>
  portChains
    .filter(({ role }) => role === 'external')
    .flatMap(({ chain }) => chain.rules.map((rule) => wayOf(rule, '==')))
    .filter((way) => way !== EVERYBODY);

/** `cidr 10.244.0.0/16` or `interface cni0`, where the rule names pods so; else everybody. */
function wayOf(rule: Rule, operator: '==' | '!='): string {
  const match = matchIn(
    rule,
    (one) =>
      one.operator === operator &&
      (isAddressField(one.left, 'saddr') || (one.left.kind === 'meta' && one.left.key.startsWith('iif'))),
  );
  if (match === undefined) return EVERYBODY;
  if (match.right.kind === 'quoted') return `interface ${match.right.text.replace(/\*$/, '+')}`;
  const [cidr] = networksOf(match.right);
  return cidr === undefined ? EVERYBODY : `cidr ${formatCidr(cidr)}`;
}

function parseWay(way: string | undefined): LocalTraffic | undefined {
  const [kind, value = ''] = way?.split(' ') ?? [];
  if (kind === 'interface') return { kind, name: value };
  const cidr = kind === 'cidr' ? parseCidr(value) : undefined;
  return cidr && { kind: 'cidr', cidr };
}

/** The networks that an expression names: one, or those of a set. Ranges that are no network are left out. */
function networksOf(expression: Expression): readonly Cidr[] {
  if (expression.kind === 'set') return expression.elements.flatMap(({ key }) => networksOf(key));
  const text =
    expression.kind === 'prefix'
      ? `${expression.address}/${expression.length}`
      : expression.kind === 'word'
        ? `${expression.text}/${addressBits(familyOf(expression.text) ?? 'IPv4')}`
        : '';
  const network = parseCidr(text);
  return network === undefined ? [] : [network];
}

/** The addresses that serve node ports. Without a set of them, all of the node do. */
function nodePorts({
  sets,
  chains,
}: Evidence): Pick<ObservedSettings, 'nodePortIps' | 'nodePortsEverywhere'> {
  const set = sets.get('nodeport-ips');
  if (set === undefined) return chains.has('services') ? { nodePortsEverywhere: true } : {};
  const ips = set.elements.flatMap(({ key }) => wordOf(key) ?? []);
  return { nodePortIps: ips.filter((ip) => familyOf(ip) !== undefined) };
}

/** 1.29 drops packets that conntrack calls invalid, unless it is told to be liberal. */
function tcpBeLiberal({ chains }: Evidence): boolean | undefined {
  const chain = chains.get('forward');
  return chain === undefined ? undefined : chain.rules.length === 0;
}

/** The networks to whose unused addresses traffic is dropped. */
function serviceCidrs(evidence: Evidence): readonly Cidr[] | undefined {
  const rule = rulesOf(evidence, 'cluster-ips-check').find(dropsUnallocated);
  const match = rule && matchIn(rule, ({ left }) => isAddressField(left, 'daddr'));
  return match && networksOf(match.right);
}

function firewallChains({ portChains, sets }: Evidence): readonly Firewall[] {
  const addresses = new Map<string, string[]>();
  for (const { key, data } of sets.get('firewall-ips')?.elements ?? []) {
    const [ip] = key.kind === 'concat' ? key.parts : [];
    if (ip?.kind === 'word' && data?.kind === 'goto') addToGroup(addresses, data.chain, ip.text);
  }
  return portChains.flatMap(({ role, chain }): readonly Firewall[] => {
    if (role !== 'firewall') return [];
    const [rule] = chain.rules;
    const match = rule && matchIn(rule, ({ left }) => isAddressField(left, 'saddr'));
    if (match === undefined) return [];
    return [firewallOf(networksOf(match.right), addresses.get(chain.name) ?? [])];
  });
}

/** The sources that 1.29 allows, by address and port of the load balancer. */
function firewallSets({ sets }: Evidence): readonly Firewall[] {
  const networks = new Map<string, Cidr[]>();
  const addresses = new Map<string, string>();
  for (const { key } of sets.get('firewall-allow')?.elements ?? []) {
    if (key.kind !== 'concat') continue;
    const [ip, protocol, port, source] = key.parts;
    const [network] = source === undefined ? [] : networksOf(source);
    if (ip?.kind !== 'word' || protocol?.kind !== 'word' || port?.kind !== 'number' || !network) continue;
    const portal = `${ip.text} ${protocol.text} ${port.value}`;
    addToGroup(networks, portal, network);
    addresses.set(portal, ip.text);
  }
  return [...networks].map(([portal, list]) => firewallOf(list, [addresses.get(portal) ?? '']));
}

/** An own address that stands beside the ranges, in none of them, was added because the node may pass. */
function firewallOf(networks: readonly Cidr[], own: readonly string[]): Firewall {
  const isOwn = ({ address, prefix, family }: Cidr): boolean =>
    prefix === addressBits(family) && own.includes(address);
  return { letsNodePass: networks.some(isOwn), ranges: networks.filter((network) => !isOwn(network)) };
}
