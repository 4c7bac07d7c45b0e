import { type IpFamily } from '../../text/ip.ts';
import { rememberFirst } from '../../text/remember-first.ts';
import { type Place } from '../../text/source.ts';
import { type DumpRule } from './dump.ts';
import { type Match, type Negatable, type Rule, type Target } from './model.ts';
import { parseNetwork } from './networks.ts';
import { type RuleContext } from './parse-rule.ts';
import { parseProbability } from './spelling.ts';
import { type RuleStatement } from './statements.ts';
import { isTargetName } from './target-codecs.ts';

/** How iptables-save spells the addresses of a family, as parts of regular expressions. */
interface Spelling {
  readonly address: string;
  readonly prefix: string;
  /** An address ahead of a port. */
  readonly destination: string;
  /** Behind a network of one address. */
  readonly host: string;
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`;

/**
 * Addresses in the one spelling that the kernel prints, and only the usual ones: they begin with a group that is not
 * zero, and groups of zeros stand alone unless `::` is for them. It is for two groups at least.
 */
const GROUP = '[1-9a-f][0-9a-f]{0,3}';
const GROUPS = `${GROUP}(?::(?:0:)?${GROUP})*`;
const WHOLE_IPV6 = `(?=(?:[0-9a-f]+:){7}[0-9a-f]+(?![0-9a-f:]))${GROUPS}`;
const SHORT_IPV6 = `(?!(?:[0-9a-f]*:){7}[0-9a-f:])${GROUPS}::(?:${GROUPS})?`;
const IPV6 = `(?:${WHOLE_IPV6}|${SHORT_IPV6})`;

const SPELLINGS: Readonly<Record<IpFamily, Spelling>> = {
  IPv4: { address: IPV4, prefix: '(?:3[0-2]|[12]?\\d)', destination: IPV4, host: '/32' },
  IPv6: {
    ...{ address: IPV6, prefix: '(?:12[0-8]|1[01]\\d|[1-9]?\\d)' },
    ...{ destination: `\\[${IPV6}\\]`, host: '/128' },
  },
};

const PORT = '(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d\\d|655[0-2]\\d|6553[0-5])';

/** What a rule asks for besides addresses; a group for each part. */
const CONDITIONS = [
  '(?: -p (tcp|udp|sctp))?',
  '(?: -m comment --comment (?:"([ !#-\\[\\]-~]{0,255})"|([A-Za-z0-9_-]{1,255})))?',
  `(?: -m (tcp|udp|sctp)(?: --dport (${PORT}))?)?`,
  '(?: -m statistic --mode random --probability (0\\.\\d{11}))?',
].join('');

const PARTS = new RegExp(`^${CONDITIONS}$`);

/**
 * The rules of which large nodes have most, as iptables-save prints them: one for each address or share of traffic. The
 * groups are source, destination, all conditions besides, and `ADDRESS:PORT` or a chain.
 */
const plainRule = ({ address, prefix, destination }: Spelling): RegExp =>
  new RegExp(
    [
      `^((?: !)? -s ${address}/${prefix})?`,
      `((?: !)? -d ${address}/${prefix})?`,
      `(${CONDITIONS.replaceAll(/\((?!\?)/g, '(?:')})`,
      ` -j (?:DNAT --to-destination (${destination}:${PORT})|([A-Z][A-Z0-9-]*))$`,
    ].join(''),
  );

const PLAIN: Readonly<Record<IpFamily, RegExp>> = {
  IPv4: plainRule(SPELLINGS.IPv4),
  IPv6: plainRule(SPELLINGS.IPv6),
};

type Conditions = Pick<Rule, 'protocol' | 'matches'>;
type Jump = Extract<Target, { kind: 'jump' }>;
type RuleDraft = { -readonly [Key in keyof DumpRule]: DumpRule[Key] };
type Protocol = Extract<Match, { kind: 'port' }>['protocol'];

/** Of many more conditions than this, most are of one rule only. */
const MOST_CONDITIONS = 65_536;

/**
 * Returns a function that reads the words behind `-A CHAIN` at once, when they are one of the rules of which a large
 * node has hundreds of thousands. It gives the rule that `parseRule` would give, and undefined for all other words,
 * right or wrong. Rules with the same matches share them, because most of a large dump is such repetition.
 */
export function plainRuleReader({
  family,
  hasChain,
}: Pick<RuleContext, 'family' | 'hasChain'>): (
  statement: Pick<RuleStatement, 'raw' | 'counters' | 'options'>,
  place: Place,
) => DumpRule | undefined {
  const plain = PLAIN[family];
  const conditionsOf = rememberFirst(MOST_CONDITIONS, readConditions);
  const networkOf = networkReader(SPELLINGS[family]);
  const targetOf = targetReader(hasChain);
  return ({ raw, counters, options }, place) => {
    const found = plain.exec(options);
    if (found === null) return undefined;
    const { 1: source, 2: destination, 3: words = '', 4: address, 5: chain } = found;
    const conditions = conditionsOf(words);
    const target = targetOf(address, chain);
    if (conditions === undefined || target === undefined) return undefined;
    const rule: RuleDraft = { place, raw, matches: conditions.matches, target };
    if (counters !== undefined) rule.counters = counters;
    const from = source === undefined ? undefined : networkOf(source);
    if (from !== undefined) rule.source = from;
    const to = destination === undefined ? undefined : networkOf(destination);
    if (to !== undefined) rule.destination = to;
    if (conditions.protocol !== undefined) rule.protocol = conditions.protocol;
    return rule;
  };
}

const OPTION = ' -s '.length;

/** Most rules that name a network of many addresses name that of all Pods. */
const MOST_NETWORKS = 100;

/**
 * Returns a function that reads ` -s 10.0.0.1/32` and ` ! -d 10.0.0.0/8`. It gives undefined for all addresses, which
 * say nothing.
 */
function networkReader({ host }: Spelling): (words: string) => Negatable<string> | undefined {
  const widerNetworkOf = rememberFirst(MOST_NETWORKS, readNetwork);
  return (words) =>
    words.endsWith(host) && !words.startsWith(' !') ? { value: words.slice(OPTION) } : widerNetworkOf(words);
}

function readNetwork(words: string): Negatable<string> | undefined {
  const isNegated = words.startsWith(' !');
  const network = parseNetwork(words.slice(isNegated ? OPTION + ' !'.length : OPTION));
  if (network === undefined || (network.isAll && !isNegated)) return undefined;
  return isNegated ? { value: network.text, negated: true } : { value: network.text };
}

/**
 * Returns a function that reads where a rule leads. It gives undefined for names of extensions, and where a chain has
 * such a name.
 */
function targetReader(
  hasChain: RuleContext['hasChain'],
): (destination: string | undefined, chain: string | undefined) => Target | undefined {
  const isChain = hasChain('DNAT');
  let last: Jump | undefined;
  return (destination, chain) => {
    if (chain === undefined)
      return destination === undefined || isChain ? undefined : { kind: 'dnat', destination };
    // Every other rule of a large dump marks packets for masquerading.
    if (last?.chain === chain) return last;
    if (isTargetName(chain)) return undefined;
    last = { kind: 'jump', chain };
    return last;
  };
}

/** `-p NAME`, which rules share. */
const PROTOCOLS: ReadonlyMap<string, Negatable<Protocol>> = new Map(
  (['tcp', 'udp', 'sctp'] as const).map((value) => [value, { value }]),
);

/** Undefined where the match is not that of the protocol. */
function readConditions(words: string): Conditions | undefined {
  const { 1: name = '', 2: quoted, 3: bare, 4: module, 5: port, 6: probability } = PARTS.exec(words) ?? [];
  const protocol = PROTOCOLS.get(name);
  if (module !== undefined && module !== protocol?.value) return undefined;
  const matches: Match[] = [];
  const comment = quoted ?? bare;
  if (comment !== undefined) matches.push({ kind: 'comment', text: comment });
  if (module !== undefined && protocol !== undefined) {
    const ofProtocol = { kind: 'port', protocol: protocol.value } as const;
    matches.push(port === undefined ? ofProtocol : { ...ofProtocol, destination: Number(port) });
  }
  const threshold = probability === undefined ? undefined : parseProbability(probability);
  if (threshold !== undefined) matches.push({ kind: 'statistic', threshold });
  // A copy is as long as it has to be; an array that grew has room for many more.
  const exact = matches.slice();
  return protocol === undefined ? { matches: exact } : { protocol, matches: exact };
}
