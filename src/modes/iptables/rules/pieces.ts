/** Short names for the matches and targets that kube-proxy's rules are made of. */
import { type Features } from '../../../dialect/features.ts';
import { type LocalTraffic, type ProxySettings } from '../../../proxy/settings.ts';
import { type ServicePort } from '../../../proxy/state.ts';
import { addressBits, type Cidr, formatCidr, type IpFamily, isZeroCidr } from '../../../text/ip.ts';
import {
  type ConntrackState,
  type Match,
  type Negatable,
  type Rule,
  type Target,
} from '../../../netfilter/iptables/model.ts';

export const comment = (text: string): Match => ({ kind: 'comment', text });
export const jump = (chain: string): Target => ({ kind: 'jump', chain });
export const ACCEPT: Target = { kind: 'accept' };
export const DROP: Target = { kind: 'drop' };
export const RETURN: Target = { kind: 'return' };

/** The masquerade mark of releases without KUBE-MARK-MASQ. ("MASQ" in ASCII) */
export const INLINE_MARK = 0x4d415351;
const ALL_BITS = 0xffffffff;

/** Returns the target that makes the packet masqueraded. */
export const toMarkMasq = ({ masquerading }: Features): Target =>
  masquerading === 'inline-mark' ? { kind: 'mark', value: INLINE_MARK, mask: ALL_BITS } : MARK_MASQ;
const MARK_MASQ = jump('KUBE-MARK-MASQ');
export const toMarkDrop: Target = jump('KUBE-MARK-DROP');

export const states = (...value: readonly ConntrackState[]): Match => ({
  kind: 'conntrack',
  state: { value },
});
export const fromNode: Match = { kind: 'addrtype', source: { value: 'LOCAL' } };
export const toNode: Match = { kind: 'addrtype', destination: { value: 'LOCAL' } };

/** Matches packets that come neither from a local bridge nor from the node itself. */
export const FROM_OUTSIDE: readonly Match[] = [
  { kind: 'other', module: 'physdev', words: ['!', '--physdev-is-in'] },
  { kind: 'addrtype', source: { value: 'LOCAL', negated: true } },
];

/** Returns the target that rejects with the ICMP answer of the family. */
export const reject = (family: IpFamily): Target => ({
  kind: 'reject',
  with: family === 'IPv4' ? 'icmp-port-unreachable' : 'icmp6-port-unreachable',
});

/** Returns a single address as iptables stores it: a network with all bits. */
export const host = (ip: string, family: IpFamily): Negatable<string> => ({
  value: `${ip}/${addressBits(family)}`,
});

/** Matches packets from a network. Returns no condition for the whole address space, because iptables stores none. */
export const fromNetwork = (cidr: Cidr): Pick<Rule, 'source'> =>
  isZeroCidr(cidr) ? {} : { source: { value: formatCidr(cidr) } };

/** Where packets come from. */
type Origin = Pick<Rule, 'source' | 'inInterface'>;

/**
 * Matches packets of pods on this node; undefined when kube-proxy cannot recognize them. (LocalTrafficDetector.IfLocal)
 */
export function ifLocal(local: LocalTraffic): Origin | undefined {
  switch (local.kind) {
    case 'none':
      return undefined;
    case 'cidr':
      return fromNetwork(local.cidr);
    case 'interface':
      return { inInterface: { value: local.name } };
  }
}

/** Matches all other packets; undefined when kube-proxy cannot recognize them. (LocalTrafficDetector.IfNotLocal) */
export function ifNotLocal(local: LocalTraffic): Origin | undefined {
  switch (local.kind) {
    case 'none':
      return undefined;
    case 'cidr':
      return { source: { value: formatCidr(local.cidr), negated: true } };
    case 'interface':
      return { inInterface: { value: local.name, negated: true } };
  }
}

/** Which packets to an address of a Service a rule matches. */
export type Portal = Required<Pick<Rule, 'destination' | 'protocol' | 'matches'>>;

/** Returns the rule for packets that come from somewhere and go to a portal. */
export function fromOrigin(
  { source, inInterface }: Origin,
  { destination, protocol, matches }: Portal,
  target: Target,
): Rule {
  // Field by field: two spreads take longer than all else here.
  if (source !== undefined) return { source, destination, protocol, matches, target };
  if (inInterface !== undefined) return { inInterface, destination, protocol, matches, target };
  return { destination, protocol, matches, target };
}

/** Matches packets to `ip:port` of a service port, with the comment of these rules. */
export function toPortal(
  port: Pick<ServicePort, 'protocol' | 'port'>,
  ip: string,
  remark: string,
  settings: ProxySettings,
): Portal {
  return {
    destination: host(ip, settings.ipFamily),
    protocol: { value: port.protocol },
    matches: [comment(remark), { kind: 'port', protocol: port.protocol, destination: port.port }],
  };
}

/** Matches packets to the node port of a service port. */
export const toNodePort = (
  port: Pick<ServicePort, 'protocol'>,
  nodePort: number,
  remark: string,
  ...before: readonly Match[]
): Pick<Rule, 'protocol' | 'matches'> => ({
  protocol: { value: port.protocol },
  matches: [comment(remark), ...before, { kind: 'port', protocol: port.protocol, destination: nodePort }],
});
