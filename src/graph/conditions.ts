import { printMatch } from '../netfilter/iptables/match-codecs.ts';
import { type Match, type Negatable, type Rule } from '../netfilter/iptables/model.ts';
import { type IpFamily } from '../text/ip.ts';

/**
 * Lists the conditions of a rule other than protocol and port, in words. Returns an empty list when there are
 * none.
 */
export const conditionsOf = (rule: Rule, family: IpFamily): readonly string[] =>
  headerWords(rule, rule.destination, rule.matches, family);

/**
 * Lists the conditions of a rule without the destination address, because the first node of the picture shows
 * it.
 */
export const conditionsAt = (rule: Rule, family: IpFamily): readonly string[] =>
  headerWords(
    rule,
    undefined,
    rule.matches.filter((match) => !asksForNodeAddress(match)),
    family,
  );

const headerWords = (
  { source, inInterface, outInterface, fragment }: Rule,
  destination: Negatable<string> | undefined,
  matches: readonly Match[],
  family: IpFamily,
): readonly string[] => [
  ...inWords('from', networkText(source)),
  ...inWords('to', networkText(destination)),
  ...inWords('in by', inInterface),
  ...inWords('out by', outInterface),
  ...(fragment === undefined ? [] : [fragment.negated === true ? 'not a fragment' : 'a fragment']),
  ...matches.flatMap((match) => matchWords(match, family)),
];

const asksForNodeAddress = (match: Match): boolean =>
  match.kind === 'addrtype' && match.source === undefined && match.destination?.negated !== true;

const inWords = (what: string, asked: Negatable<string> | undefined): readonly string[] =>
  asked === undefined ? [] : [`${asked.negated === true ? 'not ' : ''}${what} ${asked.value}`];

const networkText = (network: Negatable<string> | undefined): Negatable<string> | undefined =>
  network && { ...network, value: network.value.replace(/\/(32|128)$/, '') };

function matchWords(match: Match, family: IpFamily): readonly string[] {
  switch (match.kind) {
    case 'comment':
    case 'port':
    case 'nfacct':
      return [];
    case 'addrtype':
      return [...addressKind('from', match.source), ...addressKind('to', match.destination)];
    case 'conntrack':
    case 'mark':
    case 'statistic':
    case 'recent':
    case 'other':
      return [printMatch(match, family)];
  }
}

const addressKind = (way: string, asked: Negatable<string> | undefined): readonly string[] =>
  asked === undefined ? [] : [`${asked.negated === true ? 'not ' : ''}${way} the node`];
