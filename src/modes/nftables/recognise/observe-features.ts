/** Finds each feature of a dialect in kube-proxy's table. The table leaves out what a dump cannot show. */
import { type Features } from '../../../dialect/features.ts';
import { type Feature } from '../../../dialect/history.ts';
import { type Expression, type Rule, type Statement } from '../../../netfilter/nftables/model.ts';
import { mostFrequent } from '../../../text/most-frequent.ts';
import { is, type ObservedFeatures, type Seen } from '../../fit-versions.ts';
import {
  asksForSet,
  clusterIpRule,
  type Evidence,
  isSpread,
  MARKING_CHAIN,
  marks,
  matchIn,
  rulesOf,
} from './evidence.ts';

/** Returns what a table shows of a feature. Undefined means nothing, neither for nor against any value. */
type Observer<F extends Feature> = (evidence: Evidence) => Seen<Features[F]> | undefined;

/** One value where any of these chains or sets is there, another where any of those is. */
const byObject =
  <const T>(values: readonly (readonly [name: string, value: T])[]) =>
  ({ chains, sets }: Evidence): Seen<T> | undefined => {
    const found = values.find(([name]) => chains.has(name) || sets.has(name));
    return found === undefined ? undefined : is(found[1]);
  };

/** The value that most of the given opinions speak for. */
function majority<const T>(
  opinions: readonly string[],
  values: Readonly<Record<string, T>>,
): Seen<T> | undefined {
  const winner = mostFrequent(opinions);
  const value = winner === undefined ? undefined : values[winner];
  return value === undefined ? undefined : is(value);
}

const OBSERVERS: { readonly [F in Feature]?: Observer<F> } = {
  nftObjectComments: ({ sets, chains }) =>
    [...sets.values(), ...chains.values()].some(({ comment }) => comment !== undefined)
      ? is(true)
      : undefined,

  nftBaseChains: byObject([
    ['filter-output-pre-dnat', 'filter-priority'],
    ['filter-prerouting-pre-dnat', 'filter-priority'],
    ['filter-output-post-dnat', 'around-nat'],
    ['filter-prerouting', 'around-nat'],
    ['filter-input', 'before-nat'],
  ]),

  nftEndpointsCheck: byObject([
    ['endpoints-check', 'one-chain'],
    ['service-endpoints-check', 'two-chains'],
    ['nodeport-endpoints-check', 'two-chains'],
  ]),

  nftDropInvalid: ({ chains }) => (chains.has('services') ? is(chains.has('forward')) : undefined),

  nftClusterIpsCheck: ({ chains }) =>
    chains.has('services') ? is(chains.has('cluster-ips-check')) : undefined,

  nftServiceCidrs: (evidence) =>
    rulesOf(evidence, 'cluster-ips-check').some(dropsUnallocated) ? is(true) : undefined,

  nftFirewall: byObject([
    ['firewall-allow', 'sets'],
    ['firewall-ips', 'chains'],
  ]),

  nftFirewallComments: ({ sets }) => {
    const elements = [
      ...(sets.get('firewall-ips')?.elements ?? []),
      ...(sets.get('firewall')?.elements ?? []),
    ];
    return elements.length === 0 ? undefined : is(elements.some(({ comment }) => comment !== undefined));
  },

  nftLocalInterface: ({ chains }) =>
    majority(
      [...chains.values()].flatMap(({ rules }) => rules.flatMap((rule) => interfaceKey(rule) ?? [])),
      { iif: 'iif', iifname: 'iifname' },
    ),

  nftClusterIpMasquerade: (evidence) => {
    const inChains = evidence.portChains.filter(isSpread).flatMap((chain) => clusterIpRule(chain) ?? []);
    if (inChains.length > 0) {
      const asksForPort = (rule: Rule): string =>
        matchIn(rule, ({ left }) => left.kind === 'payload' && left.field === 'dport') === undefined
          ? 'ip'
          : 'port';
      return majority(inChains.map(asksForPort), { ip: 'each-ip', port: 'each-port' });
    }
    const isForAll = (rule: Rule): boolean => marks(rule) && asksForSet(rule, 'cluster-ips');
    return rulesOf(evidence, 'services').some(isForAll) ? is('one-rule') : undefined;
  },

  nftMarking: ({ chains }) =>
    chains.has('masquerading') ? is(chains.has(MARKING_CHAIN) ? 'chain' : 'inline') : undefined,

  nftHairpin: ({ chains, sets }) =>
    chains.has('masquerading') ? is(sets.has('hairpin-connections') ? 'set' : 'endpoint-chains') : undefined,

  nftEndpointChains: ({ portChains }) => {
    const spreads = portChains.filter(isSpread).flatMap(({ chain }) => drawing(chain.rules) ?? []);
    return majority(spreads, { all: 'all', map: 'affinity' });
  },

  nftSingleEndpoint: ({ portChains }) =>
    majority(
      portChains.filter(isSpread).flatMap(({ chain }) => chain.rules.flatMap(singleEndpoint)),
      { map: 'drawn', name: 'named' },
    ),

  zeroSourceRange: ({ portChains, sets }) => {
    const allowed = sets.get('firewall-allow')?.elements ?? [];
    const isAny =
      portChains.some(({ role, chain }) => role === 'firewall' && chain.rules.some(letsAllPass)) ||
      allowed.some(({ key }) => key.kind === 'concat' && key.parts.some(isEverybody));
    return isAny ? is('a-range') : undefined;
  },
};

/** The rule that drops traffic to networks of cluster IPs. */
export const dropsUnallocated = ({ statements }: Rule): boolean =>
  statements.at(-1)?.kind === 'drop' && statements.length > 1;

function interfaceKey(rule: Rule): string | undefined {
  const match = matchIn(rule, ({ left }) => left.kind === 'meta' && left.key.startsWith('iif'));
  return match?.left.kind === 'meta' ? match.left.key : undefined;
}

/** How a chain chooses an endpoint: among chains, or among addresses. Session affinity needs chains always. */
function drawing(rules: readonly Rule[]): string | undefined {
  const hasAffinity = rules.some(
    (rule) => matchIn(rule, ({ right }) => right.kind === 'set-reference') !== undefined,
  );
  if (rules.some(({ statements }) => statements.some(({ kind }) => kind === 'dnat'))) return 'map';
  const isVmap = rules.some(({ statements }) =>
    statements.some((statement) => statement.kind === 'vmap' && statement.key.kind === 'numgen'),
  );
  return isVmap && !hasAffinity ? 'all' : undefined;
}

/** How a rule that translates to one endpoint finds it: in a map of one, or by name. Others tell nothing. */
function singleEndpoint({ statements }: Rule): readonly string[] {
  return statements.flatMap((statement: Statement) => {
    if (statement.kind !== 'dnat') return [];
    if (statement.address.kind !== 'map') return ['name'];
    const { data } = statement.address;
    return data.kind === 'set' && data.elements.length === 1 ? ['map'] : [];
  });
}

const isEverybody = (expression: Expression): boolean =>
  expression.kind === 'prefix' && expression.length === 0;

const letsAllPass = (rule: Rule): boolean =>
  matchIn(
    rule,
    ({ right }) =>
      isEverybody(right) || (right.kind === 'set' && right.elements.some(({ key }) => isEverybody(key))),
  ) !== undefined;

/** Every feature that shows in the table. */
export function observeFeatures(evidence: Evidence): ObservedFeatures {
  const entries = Object.entries(OBSERVERS).flatMap(([feature, observe]) => {
    const value = observe(evidence);
    return value === undefined ? [] : [[feature, value] as const];
  });
  return Object.fromEntries(entries);
}
