import { type Match, type Negatable, type Rule, type Target } from './model.ts';
import { parseNetwork } from './networks.ts';
import { type RuleContext } from './parse-rule.ts';
import { parseProbability } from './spelling.ts';
import { isTargetName } from './target-codecs.ts';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ADDRESS = `${OCTET}(?:\\.${OCTET}){3}`;
const NETWORK = `${ADDRESS}/(?:3[0-2]|[12]?\\d)`;
const PORT = '[1-9]\\d{0,4}';

/** The rules of which large nodes have most, as iptables-save prints them: one for each address or share of traffic. */
const PLAIN = new RegExp(
  [
    `^((?: !)? -s ${NETWORK})?`,
    `((?: !)? -d ${NETWORK})?`,
    '(?: -p (tcp|udp|sctp))?',
    '(',
    '(?: -m comment --comment (?:"([ !#-\\[\\]-~]{0,255})"|([A-Za-z0-9_-]{1,255})))?',
    `(?: -m (tcp|udp|sctp)(?: --dport (${PORT}))?)?`,
    '(?: -m statistic --mode random --probability (0\\.\\d{11}))?',
    ')',
    ` -j (?:DNAT --to-destination (${ADDRESS}:(${PORT}))|([A-Z][A-Z0-9-]*))$`,
  ].join(''),
);

const LAST_PORT = 65535;

type Jump = Extract<Target, { kind: 'jump' }>;
type Protocol = Extract<Match, { kind: 'port' }>['protocol'];

/** `-p NAME`, which rules share. */
const PROTOCOLS: ReadonlyMap<string, Negatable<Protocol>> = new Map(
  (['tcp', 'udp', 'sctp'] as const).map((value) => [value, { value }]),
);

/**
 * Returns a function that reads the words behind `-A CHAIN` at once, when they are one of the rules of which a large
 * node has hundreds of thousands. It gives the rule that `parseRule` would give, and undefined for all other words,
 * right or wrong. Rules with the same matches share them, because most of a large dump is such repetition.
 */
export function plainRuleReader({
  family,
  hasChain,
}: Pick<RuleContext, 'family' | 'hasChain'>): (options: string) => Rule | undefined {
  if (family !== 'IPv4') return () => undefined;
  const targetOf = targetReader(hasChain);
  const known = new Map<string, readonly Match[]>();
  return (options) => {
    const found = PLAIN.exec(options);
    const target = found === null || !isValid(found) ? undefined : targetOf(found);
    if (found === null || target === undefined) return undefined;
    const words = found[4] ?? '';
    let matches = known.get(words);
    if (matches === undefined) known.set(words, (matches = matchesOf(found)));
    return ruleOf(found, matches, target);
  };
}

/** What the expression leaves open: the match is that of the protocol, and ports are not too high. */
function isValid({ 3: protocol, 7: module, 8: port, 11: toPort }: RegExpExecArray): boolean {
  const isOfProtocol = module === undefined || module === protocol;
  return isOfProtocol && Number(port ?? 1) <= LAST_PORT && Number(toPort ?? 1) <= LAST_PORT;
}

function ruleOf(
  { 1: source, 2: destination, 3: protocol }: RegExpExecArray,
  matches: readonly Match[],
  target: Target,
): Rule {
  const rule: { -readonly [Key in keyof Rule]: Rule[Key] } = { matches, target };
  const from = source === undefined ? undefined : networkOf(source);
  if (from !== undefined) rule.source = from;
  const to = destination === undefined ? undefined : networkOf(destination);
  if (to !== undefined) rule.destination = to;
  const ofProtocol = PROTOCOLS.get(protocol ?? '');
  if (ofProtocol !== undefined) rule.protocol = ofProtocol;
  return rule;
}

const OPTION = ' -s '.length;

/** Reads ` -s 10.0.0.1/32` and ` ! -d 10.0.0.0/8`. Undefined for all addresses, which say nothing. */
function networkOf(words: string): Negatable<string> | undefined {
  const isNegated = words.startsWith(' !');
  const text = words.slice(isNegated ? OPTION + ' !'.length : OPTION);
  if (text.endsWith('/32')) return isNegated ? { value: text, negated: true } : { value: text };
  const network = parseNetwork(text);
  if (network === undefined || (network.isAll && !isNegated)) return undefined;
  return isNegated ? { value: network.text, negated: true } : { value: network.text };
}

/**
 * Returns a function that reads where a rule leads. It gives undefined for names of extensions, and where a chain has
 * such a name.
 */
function targetReader(hasChain: RuleContext['hasChain']): (found: RegExpExecArray) => Target | undefined {
  const isChain = hasChain('DNAT');
  let last: Jump | undefined;
  return ({ 10: destination, 12: chain }) => {
    if (chain === undefined)
      return destination === undefined || isChain ? undefined : { kind: 'dnat', destination };
    // Every other rule of a large dump marks packets for masquerading.
    if (last?.chain === chain) return last;
    if (isTargetName(chain)) return undefined;
    last = { kind: 'jump', chain };
    return last;
  };
}

function matchesOf(found: RegExpExecArray): readonly Match[] {
  const { 5: quoted, 6: bare, 7: module, 8: port, 9: probability } = found;
  const matches: Match[] = [];
  const comment = quoted ?? bare;
  if (comment !== undefined) matches.push({ kind: 'comment', text: comment });
  const protocol = PROTOCOLS.get(module ?? '')?.value;
  if (protocol !== undefined) {
    matches.push(
      port === undefined ? { kind: 'port', protocol } : { kind: 'port', protocol, destination: Number(port) },
    );
  }
  const threshold = probability === undefined ? undefined : parseProbability(probability);
  if (threshold !== undefined) matches.push({ kind: 'statistic', threshold });
  // A copy is as long as it has to be; an array that grew has room for many more.
  return matches.slice();
}
