/** The sources that may reach the load balancers of mode nftables. */
import { type Expression, type Rule } from '../../../netfilter/nftables/model.ts';
import { printExpression } from '../../../netfilter/nftables/expression-text.ts';
import { type LiveAddress } from '../../port-facts.ts';
import { elementsOf, type Evidence, isAddressField, matchIn, wordOf } from './evidence.ts';

/** The sources that may reach the load balancer, without its own addresses, which the node may send from. */
export function sourceRangesOf(
  firewall: readonly Rule[],
  addresses: readonly LiveAddress[],
  evidence: Evidence,
): readonly string[] {
  const own = new Set(addresses.map(({ ip }) => ip));
  const [rule] = firewall;
  const match = rule && matchIn(rule, ({ left }) => isAddressField(left, 'saddr'));
  const sources = match === undefined ? allowedSources(own, evidence) : membersOf(match.right);
  return sources.filter((source) => !own.has(source)).map(withPrefix);
}

/** nft merges ranges that overlap. A set of one was more than one: the first half of it stands for the others. */
function membersOf(expression: Expression): readonly string[] {
  if (expression.kind !== 'set') return [printExpression(expression)];
  const members = expression.elements.map(({ key }) => printExpression(key));
  const [only = ''] = members;
  return members.length === 1 ? [only, ...firstHalf(only)] : members;
}

function firstHalf(network: string): readonly string[] {
  const [, address = '', length] = /^(.*)\/(\d+)$/.exec(network) ?? [];
  return length === undefined ? [] : [`${address}/${Number(length) + 1}`];
}

/** The sources that 1.29 allows for one of the addresses. */
const allowedSources = (own: ReadonlySet<string>, evidence: Evidence): readonly string[] => [
  ...new Set(
    elementsOf(evidence, 'firewall-allow').flatMap(({ key }) => {
      const [ip, , , source] = key.kind === 'concat' ? key.parts : [];
      return source !== undefined && own.has(wordOf(ip) ?? '') ? [printExpression(source)] : [];
    }),
  ),
];

const withPrefix = (source: string): string =>
  source.includes('/') ? source : `${source}/${source.includes(':') ? 128 : 32}`;
