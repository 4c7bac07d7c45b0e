/** Short names for the statements that kube-proxy's rules are made of. */
import { type Features } from '../../../dialect/features.ts';
import {
  type Element,
  type Expression,
  type RelationalOperator,
  type Rule,
  type Statement,
  type Verdict,
} from '../../../netfilter/nftables/model.ts';
import { type LocalTraffic, type ProxySettings } from '../../../proxy/settings.ts';
import { addressBits, type Cidr, type IpFamily } from '../../../text/ip.ts';

export const word = (text: string): Expression => ({ kind: 'word', text });
export const number = (value: number): Expression => ({ kind: 'number', value });
export const inSet = (name: string): Expression => ({ kind: 'set-reference', name });
export const concat = (parts: readonly Expression[]): Expression => ({ kind: 'concat', parts });

/** The name of the family in nft, and the header fields of its addresses. */
export const familyName = (family: IpFamily): 'ip' | 'ip6' => (family === 'IPv4' ? 'ip' : 'ip6');
export const addressType = (family: IpFamily): string => (family === 'IPv4' ? 'ipv4_addr' : 'ipv6_addr');
export const sourceOf = (family: IpFamily): Expression => payload(familyName(family), 'saddr');
export const destinationOf = (family: IpFamily): Expression => payload(familyName(family), 'daddr');

const payload = (protocol: string, field: string): Expression => ({ kind: 'payload', protocol, field });
export const PROTOCOL: Expression = { kind: 'meta', key: 'l4proto' };
export const PORT: Expression = payload('th', 'dport');

/** The port in the header of one protocol. A rule with it also matches that protocol. */
export const portOf = (protocol: string): Expression => payload(protocol, 'dport');

export const match = (
  left: Expression,
  right: Expression,
  operator: RelationalOperator = '==',
): Statement => ({ kind: 'match', left, operator, right });

export const DROP: Verdict = { kind: 'drop' };
export const RETURN: Verdict = { kind: 'return' };
export const REJECT: Statement = { kind: 'reject' };
export const jump = (chain: string): Verdict => ({ kind: 'jump', chain });
export const goto = (chain: string): Verdict => ({ kind: 'goto', chain });

export const vmap = (key: Expression, data: Expression): Statement => ({ kind: 'vmap', key, data });
export const MASQUERADE: Statement = { kind: 'masquerade', flags: ['fully-random'] };
export const IF_NEW: Statement = match({ kind: 'ct', key: 'state' }, word('new'));
export const FROM_NODE: Statement = match({ kind: 'fib', flags: ['saddr'], result: 'type' }, word('local'));
export const TO_NODE: Statement = match({ kind: 'fib', flags: ['daddr'], result: 'type' }, word('local'));

/** Node ports do not work on addresses of loopback. */
export const notLoopback = (family: IpFamily): Statement =>
  match(
    destinationOf(family),
    family === 'IPv4' ? { kind: 'prefix', address: '127.0.0.0', length: 8 } : word('::1'),
    '!=',
  );

/** A network as nft lists it: a single address has no prefix length. */
export const network = ({ family, address, prefix }: Cidr): Expression =>
  prefix === addressBits(family) ? word(address) : { kind: 'prefix', address, length: prefix };

const MARK: Expression = { kind: 'meta', key: 'mark' };

const markOf = ({ masqueradeBit }: ProxySettings): Expression => ({
  kind: 'mark',
  value: 2 ** masqueradeBit,
});

/** Whether the packet is marked for masquerading. */
export const ifMarked = (settings: ProxySettings, operator: '==' | '!='): Statement =>
  match(
    { kind: 'binary', operator: '&', left: MARK, right: markOf(settings) },
    { kind: 'mark', value: 0 },
    operator,
  );

/** Takes the mark away again. */
export const unmark = (settings: ProxySettings): Statement => ({
  kind: 'mangle',
  key: MARK,
  value: { kind: 'binary', operator: '^', left: MARK, right: markOf(settings) },
});

/** Sets the mark. */
export const mark = (settings: ProxySettings): Statement => ({
  kind: 'mangle',
  key: MARK,
  value: { kind: 'binary', operator: '|', left: MARK, right: markOf(settings) },
});

/** Has the packet masqueraded on its way out. */
export const markForMasquerade = (settings: ProxySettings, { nftMarking }: Features): Statement =>
  nftMarking === 'inline' ? mark(settings) : jump('mark-for-masquerade');

/** Packets of pods on this node, or all others; undefined when kube-proxy cannot tell. (LocalTrafficDetector) */
export function ifLocal(
  local: LocalTraffic,
  operator: '==' | '!=',
  family: IpFamily,
  { nftLocalInterface }: Features,
): Statement | undefined {
  switch (local.kind) {
    case 'none':
      return undefined;
    case 'cidr':
      return match(sourceOf(family), network(local.cidr), operator);
    case 'interface': {
      const name: Expression = { kind: 'quoted', text: local.name.replace(/\+$/, '*') };
      return match({ kind: 'meta', key: nftLocalInterface }, name, operator);
    }
  }
}

export const rule = (statements: readonly Statement[]): Rule => ({ statements });

/** A rule with a remark that nft keeps. */
export const remarked = (comment: string, statements: readonly Statement[]): Rule => ({
  statements,
  comment,
});

/** An element that leads somewhere. */
export const leading = (key: Expression, data: Verdict, comment?: string): Element => ({
  key,
  data,
  ...(comment !== undefined && { comment }),
});
