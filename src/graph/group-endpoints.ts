import { type ListedChain, type ListedEndpoint } from '../listing/listed-port.ts';
import { formatRational, type Rational, sameRational } from '../packets/rational.ts';
import { addToGroup, groupBy } from '../text/groups.ts';
import { groupLines, MOST_SINGLE } from './group-lines.ts';

/** Endpoints that one node of the picture stands for. */
export interface EndpointGroup {
  readonly lines: readonly string[];
  /** The chains from which connections come, and the share that each endpoint gets there, in words. */
  readonly ways: readonly { readonly chain: string; readonly share: string }[];
}

interface Way {
  readonly chain: string;
  readonly endpoint: ListedEndpoint;
}

/**
 * Groups the endpoints of a service port, in the order of the rules. Few endpoints stay single. Many
 * endpoints are joined when they have the same chains and the same shares; when too many groups remain, when
 * they have the same chains.
 */
export function groupEndpoints(chains: readonly ListedChain[]): readonly EndpointGroup[] {
  const byName = new Map<string, Way[]>();
  for (const { name, endpoints } of chains) {
    for (const endpoint of endpoints)
      addToGroup(byName, endpoint.chain ?? endpoint.address ?? '', { chain: name, endpoint });
  }
  if (byName.size <= MOST_SINGLE) return [...byName.values()].map((ways) => groupOf([ways]));
  const alike = groupsBy([...byName.values()], (way) => `${way.chain} ${shareText(way.endpoint.share)}`);
  const groups = alike.length <= MOST_SINGLE ? alike : groupsBy([...byName.values()], ({ chain }) => chain);
  return groups.map(groupOf);
}

const groupsBy = (
  endpoints: readonly (readonly Way[])[],
  text: (way: Way) => string,
): readonly (readonly (readonly Way[])[])[] => [
  ...groupBy(endpoints, (ways) => ways.map(text).join(' ')).values(),
];

/** All endpoints of the group come by the same chains. */
function groupOf(endpoints: readonly (readonly Way[])[]): EndpointGroup {
  const [first = []] = endpoints;
  return {
    lines: linesOf(endpoints.flatMap(([way]) => (way === undefined ? [] : [way.endpoint]))),
    ways: first.map(({ chain }, at) => ({
      chain,
      share: sharesText(endpoints.map((ways) => ways[at]?.endpoint.share)),
    })),
  };
}

function linesOf(endpoints: readonly ListedEndpoint[]): readonly string[] {
  const [first] = endpoints;
  const addressText = ({ address }: ListedEndpoint): string => address ?? 'no endpoint';
  if (first === undefined || endpoints.length === 1)
    return first === undefined
      ? []
      : [addressText(first), ...(first.chain === undefined ? [] : [first.chain])];
  return groupLines('endpoints', endpoints.map(addressText));
}

const shareText = (share: Rational | undefined): string =>
  share === undefined ? '?' : formatRational(share);

/** `1/3`, `1/100 each`, or `1/200 to 1/2 each`. */
function sharesText(shares: readonly (Rational | undefined)[]): string {
  const [first] = shares;
  if (shares.length === 1) return shareText(first);
  if (first === undefined) return '? each';
  let [least, greatest] = [first, first];
  for (const share of shares) {
    if (share === undefined) return '? each';
    if (isLess(share, least)) least = share;
    if (isLess(greatest, share)) greatest = share;
  }
  if (sameRational(least, greatest)) return `${shareText(least)} each`;
  return `${shareText(least)} to ${shareText(greatest)} each`;
}

const isLess = (a: Rational, b: Rational): boolean =>
  a.numerator * b.denominator < b.numerator * a.denominator;
