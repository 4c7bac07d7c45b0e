import { type IpFamily } from '../../text/ip.ts';
import { type Match, type Rule, type Target } from './model.ts';
import { parseProbability } from './spelling.ts';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ADDRESS = `${OCTET}(?:\\.${OCTET}){3}`;
const PORT = '[1-9]\\d{0,4}';

/** The rules of which large nodes have most, as iptables-save prints them: one for each address or share of traffic. */
const PLAIN = new RegExp(
  [
    `^(?: -s (${ADDRESS}/32))?`,
    `(?: -d (${ADDRESS}/32))?`,
    '(?: -p (tcp|udp|sctp))?',
    '(?: -m comment --comment (?:"([ !#-\\[\\]-~]{0,255})"|([A-Za-z0-9_-]{1,255})))?',
    `(?: -m (tcp|udp|sctp)(?: --dport (${PORT}))?)?`,
    '(?: -m statistic --mode random --probability (0\\.\\d{11}))?',
    ` -j (?:DNAT --to-destination (${ADDRESS}:(${PORT}))|([A-Z][A-Z0-9-]*))$`,
  ].join(''),
);

const LAST_PORT = 65535;

/**
 * Reads the words behind `-A CHAIN` at once, when they are one of the rules of which a large node has hundreds of
 * thousands. It gives the rule that `parseRule` would give. Returns undefined for all other words, right or wrong.
 */
export function readPlainRule(
  options: string,
  family: IpFamily,
  hasChain: (name: string) => boolean,
): Rule | undefined {
  if (family !== 'IPv4') return undefined;
  const found = PLAIN.exec(options);
  if (found === null) return undefined;
  const [, source, destination, protocol, quoted, bare, module, port, probability, address, toPort, chain] =
    found;
  if (module !== undefined && module !== protocol) return undefined;
  if (Number(port ?? 1) > LAST_PORT || Number(toPort ?? 1) > LAST_PORT) return undefined;
  const target = targetOf(address, chain, hasChain);
  if (target === undefined) return undefined;
  const rule: { -readonly [Key in keyof Rule]: Rule[Key] } = {
    matches: matchesOf(quoted ?? bare, module, port, probability),
    target,
  };
  if (source !== undefined) rule.source = { value: source };
  if (destination !== undefined) rule.destination = { value: destination };
  if (protocol !== undefined) rule.protocol = { value: protocol };
  return rule;
}

/** Undefined for a name that the dump does not tell apart from an extension. */
function targetOf(
  address: string | undefined,
  chain: string | undefined,
  hasChain: (name: string) => boolean,
): Target | undefined {
  if (chain !== undefined) return hasChain(chain) ? { kind: 'jump', chain } : undefined;
  return address === undefined || hasChain('DNAT') ? undefined : { kind: 'dnat', destination: address };
}

function matchesOf(
  comment: string | undefined,
  module: string | undefined,
  port: string | undefined,
  probability: string | undefined,
): readonly Match[] {
  const matches: Match[] = [];
  if (comment !== undefined) matches.push({ kind: 'comment', text: comment });
  if (module === 'tcp' || module === 'udp' || module === 'sctp') {
    matches.push(
      port === undefined
        ? { kind: 'port', protocol: module }
        : { kind: 'port', protocol: module, destination: Number(port) },
    );
  }
  const threshold = probability === undefined ? undefined : parseProbability(probability);
  if (threshold !== undefined) matches.push({ kind: 'statistic', threshold });
  return matches;
}
