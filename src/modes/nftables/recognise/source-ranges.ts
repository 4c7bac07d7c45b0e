/** The sources that may reach the load balancers of mode nftables. */
import { type Expression, type Rule } from '../../../netfilter/nftables/model.ts';
import { printExpression } from '../../../netfilter/nftables/expression-text.ts';
import { type LiveAddress } from '../../port-facts.ts';
import { isAddressField, matchIn } from './evidence.ts';
import { type IndexedElements } from './indexed-elements.ts';

/** The sources that may reach the load balancer, without its own addresses, which the node may send from. */
export function sourceRangesOf(
  firewall: readonly Rule[],
  addresses: readonly LiveAddress[],
  { allowedSources }: IndexedElements,
): readonly string[] {
  const own = new Set(addresses.map(({ ip }) => ip));
  const [rule] = firewall;
  const match = rule && matchIn(rule, ({ left }) => isAddressField(left, 'saddr'));
  const sources =
    match === undefined
      ? new Set([...own].flatMap((ip) => allowedSources.get(ip) ?? []))
      : membersOf(match.right);
  return [...sources].filter((source) => !own.has(source)).map(withPrefix);
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

const withPrefix = (source: string): string =>
  source.includes('/') ? source : `${source}/${source.includes(':') ? 128 : 32}`;
